"""Sessions that ran out are removed once an hour, a few hundred at a time."""

from __future__ import annotations

import logging
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from zhengwutong.kernel.transaction import write

log = logging.getLogger("zhengwutong.people")
AT_ONCE = 300


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
