"""Sessions that ran out are removed once an hour, a few hundred at a time."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import close_old_connections, connection

from zhengwutong.kernel import clock
from zhengwutong.kernel.transaction import write

log = logging.getLogger("zhengwutong.people")
AT_ONCE = 300
EVERY = 3600.0


def remove_lapsed(now: datetime) -> int:
    """Remove what ran out before now, with its line on the person's list; gives how many. Safe to repeat."""
    removed = 0
    while keys := lapsed(now):
        with write():
            UserSession.objects.filter(session_key__in=keys).delete()
            Session.objects.filter(session_key__in=keys).delete()
        removed += len(keys)
    return removed


def lapsed(now: datetime) -> list[str]:
    return list(Session.objects.filter(expire_date__lt=now).values_list("session_key", flat=True)[:AT_ONCE])


class SessionKeeper(threading.Thread):
    """Looks when the process starts to serve, and every hour."""

    def __init__(self) -> None:
        super().__init__(name="lapsed-sessions", daemon=True)
        self.over = threading.Event()

    def stop(self) -> None:
        """Finish the look under way and end."""
        self.over.set()
        self.join()

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.look(clock.now())
                self.over.wait(EVERY)
        finally:
            connection.close()

    def look(self, now: datetime) -> None:
        close_old_connections()
        try:
            remove_lapsed(now)
        except Exception:
            log.exception("lapsed sessions could not be removed")
