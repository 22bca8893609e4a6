"""Gaps in the roster are told before they happen: to the leads of the desk, or of what it belongs to."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from zhengwutong.duty.queries import Gap, chain, gaps
from zhengwutong.duty.words import WEEKDAYS
from zhengwutong.journal.actions import append
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.transaction import write
from zhengwutong.people.models import Office, Post, PostRole, Role, User

log = logging.getLogger("zhengwutong.duty")
AHEAD = timedelta(days=3)
MOST_NAMED = 5


def warn_of_gaps(now: datetime, *, ahead: timedelta = AHEAD) -> int:
    """Notify the leads of every desk with office hours ahead for which nobody is rostered; gives how many were told.

    One notice per person and date; what was told already is not told again, what changed is. Where nobody leads, the
    system administrators are told. Safe to repeat and to run in several processes.
    """
    desks = {desk.pk: desk for desk in Office.objects.filter(active=True, has_desk=True)}
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ahead_of_us = [gap for gap in gaps(desks, today, now + ahead) if gap.end > now]
    told = 0
    for (stream, day), found in by_reader_and_day(ahead_of_us).items():
        data = notice(day, found, desks)
        key = f"gap:{day}:{hashlib.sha256(str(data['text']).encode()).hexdigest()[:16]}"
        with write():
            told += not append(stream, author=None, kind="notice", data=data, key=key, now=now).repeated
    return told


def by_reader_and_day(found: Sequence[Gap]) -> Mapping[tuple[int, date], list[Gap]]:
    """The gaps each notices stream is to hear of, by date."""
    streams = notices_of_leads({gap.desk for gap in found})
    grouped: dict[tuple[int, date], list[Gap]] = defaultdict(list)
    for gap in found:
        for stream in streams[gap.desk]:
            grouped[stream, local(gap.start).date()].append(gap)
    return grouped


def notice(day: date, found: Sequence[Gap], desks: Mapping[int, Office]) -> dict[str, object]:
    """省水利厅 08:30–12:00、14:00–17:30 没有人值班，请补排。"""
    times: dict[int, list[str]] = defaultdict(list)
    for gap in found:
        times[gap.desk].append(f"{local(gap.start):%H:%M}–{local(gap.end):%H:%M}")
    named = "；".join(f"{desks[desk].short_name} {'、'.join(own)}" for desk, own in list(times.items())[:MOST_NAMED])
    others = f"等 {len(times)} 个单位" if len(times) > MOST_NAMED else ""
    return {
        "kind": "roster_gap",
        "date": day.isoformat(),
        "desks": [desks[desk].key for desk in times],
        "title": f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）值班有空档",
        "text": f"{named}{others} 没有人值班，请补排。",
    }


def notices_of_leads(desks: Iterable[int]) -> dict[int, list[int]]:
    """For each desk the notices of those who answer for it: its nearest leads upwards, else the administrators."""
    above = dict(Office.objects.values_list("pk", "parent"))
    leads: dict[int, list[int]] = defaultdict(list)
    held = Post.objects.filter(role=PostRole.LEAD, until__isnull=True, user__is_active=True)
    for office, stream in held.exclude(user__notices=None).values_list("office", "user__notices"):
        leads[office].append(stream)
    administrators = User.objects.filter(role=Role.SYSTEM_ADMIN, is_active=True, notices__isnull=False)
    others = list(administrators.values_list("notices", flat=True))
    return {desk: next((leads[office] for office in chain(desk, above) if office in leads), others) for desk in desks}
