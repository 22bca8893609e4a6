"""Noting who is connected. The gateway calls these in batches, off its event loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from zhengwutong.kernel.transaction import write
from zhengwutong.presence.models import Spell

LOST = timedelta(seconds=60)  # a process silent for so long is gone


def connected(user_ids: Collection[int], process: str, now: datetime) -> None:
    """These users are connected to a process from now on; those who already were stay so."""
    with write():
        Spell.objects.bulk_create(
            (Spell(user_id=user, process=process, since=now, last_beat=now, acted_at=now) for user in user_ids),
            ignore_conflicts=True,
        )


def disconnected(user_ids: Collection[int], process: str, now: datetime) -> None:
    """The last connection of these users to the process has ended."""
    with write():
        open_spells(process).filter(user__in=user_ids).update(last_beat=now, ended_at=now)


def beat(process: str, acted: Mapping[int, datetime], now: datetime) -> None:
    """Everybody connected to the process still is; `acted` says when somebody did something by hand since the last.

    Kept to the second: one statement for each second since the last beat, however many people acted in it.
    """
    of_second: defaultdict[datetime, list[int]] = defaultdict(list)
    for user, moment in acted.items():
        of_second[moment.replace(microsecond=0)].append(user)
    with write():
        open_spells(process).update(last_beat=now)
        for second, users in of_second.items():
            open_spells(process).filter(user__in=users).update(acted_at=second)


def end_all(process: str, now: datetime) -> None:
    """The process is ending; nobody is connected to it any more."""
    with write():
        open_spells(process).update(last_beat=now, ended_at=now)


def end_lost(now: datetime) -> set[int]:
    """End the spells of processes that have fallen silent, at their last beat; returns whose they were."""
    with write():
        lost = list(Spell.objects.filter(ended_at=None, last_beat__lt=now - LOST).select_for_update())
        for spell in lost:
            spell.ended_at = spell.last_beat
        Spell.objects.bulk_update(lost, ["ended_at"], batch_size=200)
    return {spell.user_id for spell in lost}


def open_spells(process: str) -> QuerySet[Spell]:
    return Spell.objects.filter(process=process, ended_at=None)
