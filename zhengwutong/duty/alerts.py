"""Gaps in the roster are told before they happen: to the leads of the desk, or of what it belongs to."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from zhengwutong.duty.queries import Gap, chain, gaps
from zhengwutong.duty.words import WEEKDAYS
from zhengwutong.journal.actions import append
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.transaction import write
from zhengwutong.people.models import Office, Post, PostRole, Role, User

AHEAD = timedelta(days=3)


def warn_of_gaps(now: datetime, *, ahead: timedelta = AHEAD) -> int:
    """Notify the leads of every desk with office hours ahead for which nobody is rostered; gives how many were told.

    One notice per person, desk and date; a gap already told is not told again, one that changed is. Where nobody
    leads, the system administrators are told. Safe to repeat: meant to run hourly.
    """
    desks = {desk.pk: desk for desk in Office.objects.filter(active=True, has_desk=True)}
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    open_gaps = [gap for gap in gaps(desks, today, now + ahead) if gap.end > now]
    streams = notices_of_leads({gap.desk for gap in open_gaps})
    told = 0
    for (desk, day), found in by_day(open_gaps).items():
        text = words(day, found)
        key = f"gap:{desk}:{day}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        data = {
            "kind": "roster_gap",
            "desk": desks[desk].key,
            "title": f"{desks[desk].short_name}值班有空档",
            "text": text,
        }
        for stream in streams[desk]:
            with write():
                told += not append(stream, author=None, kind="notice", data=data, key=key, now=now).repeated
    return told


def by_day(found: Iterable[Gap]) -> Mapping[tuple[int, date], list[Gap]]:
    days: dict[tuple[int, date], list[Gap]] = defaultdict(list)
    for gap in found:
        days[gap.desk, local(gap.start).date()].append(gap)
    return days


def words(day: date, found: Iterable[Gap]) -> str:
    """11月26日（星期四）08:30–12:00、14:00–17:30 没有人值班，请补排。"""
    times = "、".join(f"{local(gap.start):%H:%M}–{local(gap.end):%H:%M}" for gap in found)
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）{times} 没有人值班，请补排。"


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
