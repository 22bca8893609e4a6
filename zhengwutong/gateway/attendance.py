"""Presence as the gateway knows it, written by a thread of its own.

Coming is written at once; going after a short grace, because a reload of the page is no absence. All who are there get
their beat in one statement.
"""

from __future__ import annotations

import logging
import os
import queue
import secrets
import socket
import threading
from collections import Counter
from datetime import timedelta
from time import monotonic

from django.db import close_old_connections, connection

from zhengwutong.kernel.common_clock import now
from zhengwutong.presence import actions, changes

log = logging.getLogger("zhengwutong.presence")
GRACE = 4.0  # seconds between the last connection's end and absence
BEAT = 15.0  # seconds


class Attendance:
    """`came`, `went` and `acted` are called on the event loop and return at once."""

    def __init__(self) -> None:
        self.process = f"{socket.gethostname()[:16]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.news: queue.SimpleQueue[tuple[int, int] | None] = queue.SimpleQueue()
        self.acting: dict[int, float] = {}
        self.connections: Counter[int] = Counter()
        self.noted: set[int] = set()
        self.leaving: dict[int, float] = {}
        self.thread = threading.Thread(target=self.run, name="presence", daemon=True)
        self.thread.start()

    def came(self, user: int) -> None:
        self.news.put((user, 1))

    def went(self, user: int) -> None:
        self.news.put((user, -1))

    def acted(self, user: int, moment: float) -> None:
        """The user did something by hand at this moment of the monotonic clock."""
        self.acting[user] = moment

    def close(self) -> None:
        """Note that nobody is connected any more, then end."""
        self.news.put(None)
        self.thread.join(5)

    # In the thread

    def run(self) -> None:
        try:
            self.attend()
        finally:
            connection.close()

    def attend(self) -> None:
        next_beat = monotonic()
        while True:
            pause = min([next_beat, *self.leaving.values()]) - monotonic()
            ending = self.gather(max(0.0, pause))
            close_old_connections()
            try:
                self.write_down(monotonic())
                if monotonic() >= next_beat or ending:
                    next_beat = monotonic() + BEAT
                    self.beat()
                if ending:
                    actions.end_all(self.process, now())
                    return
            except Exception as error:
                log.warning("presence could not be written: %s", type(error).__name__)
                if ending:
                    return
                next_beat = monotonic() + 1

    def gather(self, pause: float) -> bool:
        """Count what came in, waiting at most so long for the first; true when it is time to end."""
        try:
            news = self.news.get(timeout=pause)
            while True:
                if news is None:
                    return True
                user, step = news
                self.connections[user] += step
                if self.connections[user]:
                    self.leaving.pop(user, None)
                else:
                    del self.connections[user]
                    self.leaving[user] = monotonic() + GRACE
                news = self.news.get_nowait()
        except queue.Empty:
            return False

    def write_down(self, moment: float) -> None:
        """Write who has come, and who has been gone for longer than the grace."""
        arrived = self.connections.keys() - self.noted
        gone = {user for user, due in self.leaving.items() if due <= moment}
        if arrived:
            actions.connected(arrived, self.process, now())
            self.noted |= arrived
        if gone:
            actions.disconnected(gone, self.process, now())
            self.noted -= gone
            for user in gone:
                del self.leaving[user]
        changes.tell(set(arrived) | gone)

    def beat(self) -> None:
        acting, self.acting = self.acting, {}
        here, there = monotonic(), now()
        acted = {user: there - timedelta(seconds=here - moment) for user, moment in acting.items()}
        actions.beat(self.process, acted, there)
        changes.tell(actions.end_lost(now()))
