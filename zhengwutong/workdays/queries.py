"""Calendars read from the database, stored deadlines as values, and the strip of days in the transfer dialog."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Q

from zhengwutong.workdays import hours
from zhengwutong.workdays.calendar import (
    ONE_DAY,
    Calendar,
    DayRule,
    HoursRule,
    Kind,
    Mark,
    OverrideRule,
    Owner,
    Timetable,
    shanghai,
    timetable,
)
from zhengwutong.workdays.deadline import Deadline, due
from zhengwutong.workdays.models import Day, DeadlineRecord, FormerDeadline, Hours, Override

Key = TypeVar("Key", bound=Hashable)


def calendar_for(owners: Sequence[Owner], start: date, end: date) -> Calendar:
    """The calendar of an owner chain, nearest first, for `start`..`end` (both included). Three queries.

    Whole dates are Asia/Shanghai. The province's rows are asked last whether or not the chain ends with None.
    """
    return read_timetable(owners, start, end).calendar(owners)


def calendars_for(chains: Mapping[Key, Sequence[Owner]], start: date, end: date) -> dict[Key, Calendar]:
    """A calendar for each key's owner chain. Three queries however many chains there are."""
    table = read_timetable([owner for chain in chains.values() for owner in chain], start, end)
    return {key: table.calendar(chain) for key, chain in chains.items()}


def read_timetable(owners: Iterable[Owner], start: date, end: date) -> Timetable:
    """The rows of these owners and the province; the evening before `start` is included for hours past midnight."""
    first = start - ONE_DAY
    asked = Q(owner__isnull=True) | Q(owner__in={owner for owner in owners if owner is not None})
    days = Day.objects.filter(date__range=(first, end)).values_list("date", "open", "name", "provisional")
    weekly = Hours.objects.filter(asked, Q(effective_to__isnull=True) | Q(effective_to__gte=first))
    overrides = Override.objects.filter(asked, date__range=(first, end))
    return timetable(
        first,
        end,
        (DayRule(*row) for row in days),
        (
            HoursRule(row.owner, row.weekday, hours.read(row.intervals), row.effective_from, row.effective_to)
            for row in weekly.filter(effective_from__lte=end)
        ),
        (OverrideRule(row.owner, row.date, hours.read(row.intervals), row.label, row.duty_only) for row in overrides),
    )


def as_deadline(record: DeadlineRecord, former: FormerDeadline | None = None) -> Deadline:
    """A stored deadline as a value that can be explained; with `former`, what it was before that change."""
    kept = former or record
    return Deadline(
        record.rule, shanghai(record.start), record.days, shanghai(kept.due_at), tuple(map(unpack, kept.marks))
    )


def pack(mark: Mark) -> list[object]:
    """A mark as kept in a record."""
    return [mark.date.isoformat(), mark.workday, mark.kind.value, mark.name, mark.provisional]


def unpack(kept: Sequence[object]) -> Mark:
    """The inverse of `pack`."""
    day, workday, kind, name, provisional = kept
    return Mark(date.fromisoformat(str(day)), bool(workday), Kind(str(kind)), str(name), bool(provisional))


@dataclass(frozen=True, slots=True)
class StripDay:
    """One box of the strip: `kind` is today, counted, rest or due; `number` is the working day counted, or 0."""

    date: date
    kind: str
    number: int
    label: str
    name: str


def day_strip(start: datetime, days: int, calendar: Calendar) -> list[StripDay]:
    """Every date from the start's to the due date, labelled 今天 / 第 N 日 / 休 / 截止; refuses as `due` does."""
    begun = shanghai(start).date()
    marks = due(start, days, calendar).marks
    strip = [] if marks[0].date == begun else [StripDay(begun, "today", 0, "今天", calendar.mark(begun).name)]
    number = 0
    for mark in marks:
        number += mark.workday
        if mark is marks[-1]:
            strip.append(StripDay(mark.date, "due", number, "截止", mark.name))
        elif mark.workday:
            strip.append(StripDay(mark.date, "counted", number, f"第 {number} 日", mark.name))
        else:
            strip.append(StripDay(mark.date, "rest", 0, "休", mark.name))
    return strip
