"""Who is connected, and when somebody was."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from zhengwutong.presence.models import Spell

FRESH = timedelta(seconds=45)  # a beat comes every fifteen seconds


class Present(NamedTuple):
    """Connected since, and the last time something was done by hand."""

    since: datetime
    acted_at: datetime


class Stay(NamedTuple):
    """Connected from `start` to `end`."""

    start: datetime
    end: datetime


def present(user_ids: Collection[int], now: datetime) -> dict[int, Present]:
    """Those of these users who are connected now, to whichever process; a spell without a fresh beat does not count."""
    found: dict[int, Present] = {}
    rows = Spell.objects.filter(user__in=user_ids, ended_at=None, last_beat__gte=now - FRESH)
    for user, since, acted_at in rows.values_list("user_id", "since", "acted_at"):
        before = found.get(user, Present(since, acted_at))
        found[user] = Present(min(since, before.since), max(acted_at, before.acted_at))
    return found


def spells(user_ids: Collection[int], start: datetime, end: datetime) -> dict[int, list[Stay]]:
    """When each user was connected between two moments, merged over processes; a lost spell ends with its last beat."""
    rows = Spell.objects.filter(user__in=user_ids, since__lt=end).filter(
        Q(ended_at__gt=start) | Q(ended_at=None, last_beat__gt=start)
    )
    found: dict[int, list[Stay]] = {user: [] for user in user_ids}
    for user, since, ended_at, last_beat in rows.order_by("since").values_list(
        "user_id", "since", "ended_at", "last_beat"
    ):
        stay = Stay(max(since, start), min(ended_at or last_beat, end))
        stays = found[user]
        if stays and stay.start <= stays[-1].end:
            stays[-1] = Stay(stays[-1].start, max(stays[-1].end, stay.end))
        else:
            stays.append(stay)
    return found
