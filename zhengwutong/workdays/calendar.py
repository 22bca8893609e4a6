"""The working calendar of one office as a value: which days count, and when somebody is there. No database.

Two questions are kept apart. "Does this day count towards a deadline?" is answered by the national holiday
arrangement (国务院办公厅节假日安排) and dated overrides. "Is the desk open now?" is answered by the same plus overrides
for duty only, such as a demonstration at night, and by Saturday hours of a single desk: neither makes a working day.

All dates and times of day are Asia/Shanghai; all moments are aware.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from zhengwutong.kernel.clock import SHANGHAI
from zhengwutong.workdays.hours import DAY, STANDARD, Span

MONDAY, SATURDAY = 0, 5
ONE_DAY = timedelta(days=1)

Owner = int | None
Interval = tuple[datetime, datetime]


class CalendarTooShort(ValueError):
    """A date was asked for that this calendar was not loaded for. A defect of the caller: load a longer one."""


class Kind(StrEnum):
    """Why a day counts or does not."""

    WORKDAY = "workday"
    SHIFTED = "shifted"
    OPENED = "opened"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSED = "closed"


class Mark(NamedTuple):
    """What the calendar says of one date. `name` is the holiday or the label of an override, else empty."""

    date: date
    workday: bool
    kind: Kind
    name: str
    provisional: bool


class DayRule(NamedTuple):
    date: date
    open: bool
    name: str
    provisional: bool


class HoursRule(NamedTuple):
    """Hours of `owner` (None: the province) on `weekday` (0 is Monday), both effective dates included."""

    owner: Owner
    weekday: int
    spans: tuple[Span, ...]
    effective_from: date
    effective_to: date | None


class OverrideRule(NamedTuple):
    owner: Owner
    date: date
    spans: tuple[Span, ...]
    label: str
    duty_only: bool


class Plan(NamedTuple):
    """One date resolved: its mark, the hours that end a deadline, and the hours somebody is there."""

    mark: Mark
    working: tuple[Span, ...]
    duty: tuple[Span, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Timetable:
    """The rows of every owner from `first` to `last` (both included), shared by the calendars made from it."""

    first: date
    last: date
    days: Mapping[date, DayRule] = field(repr=False)
    hours: Mapping[tuple[Owner, int], Sequence[HoursRule]]
    overrides: Mapping[tuple[Owner, date], Sequence[OverrideRule]]

    def calendar(self, owners: Iterable[Owner] = ()) -> Calendar:
        """The calendar of an owner chain, nearest first; the province (None) is always asked last."""
        return Calendar(self, (*(owner for owner in owners if owner is not None), None))


def timetable(
    first: date,
    last: date,
    days: Iterable[DayRule] = (),
    hours: Iterable[HoursRule] = (),
    overrides: Iterable[OverrideRule] = (),
) -> Timetable:
    """Sort rows for look-up. Of overlapping hours of one owner the one effective latest wins (summer hours)."""
    by_weekday: dict[tuple[Owner, int], list[HoursRule]] = defaultdict(list)
    for rule in sorted(hours, key=lambda rule: rule.effective_from, reverse=True):
        by_weekday[rule.owner, rule.weekday].append(rule)
    by_date: dict[tuple[Owner, date], list[OverrideRule]] = defaultdict(list)
    for override in overrides:
        by_date[override.owner, override.date].append(override)
    return Timetable(first, last, {day.date: day for day in days}, dict(by_weekday), dict(by_date))


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """Working days and office hours of one chain of owners. Raises `CalendarTooShort` outside its dates."""

    table: Timetable
    owners: tuple[Owner, ...]
    plans: dict[date, Plan] = field(default_factory=dict, repr=False)

    def is_workday(self, day: date) -> bool:
        """Whether this date counts towards a deadline: officially open, and with office hours of its own."""
        return self.mark(day).workday

    def mark(self, day: date) -> Mark:
        """Whether a date counts, and why."""
        return self.plan(day).mark

    def workdays(self, after: date, until: date) -> int:
        """How many working days lie after `after` up to and including `until`."""
        return sum(self.is_workday(after + ONE_DAY * n) for n in range(1, (until - after).days + 1))

    def closes(self, day: date) -> datetime:
        """The end of office hours of a working day, where a deadline ends; 23:59 if hours run to midnight or beyond.

        《民法典》第二百零三条: 有业务时间的，停止业务活动的时间为截止时间.
        Raises `ValueError` for a day that does not count.
        """
        working = self.plan(day).working
        if not working:
            raise ValueError(f"{day} is no working day")
        return moment(day, min(working[-1].end, DAY - 1))

    def intervals(self, day: date) -> list[Interval]:
        """When the desk is open: aware start and end of each stretch beginning on this date, in order."""
        return [(moment(day, start), moment(day, end)) for start, end in self.plan(day).duty]

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is in its hours at this moment; the end of a stretch is outside."""
        return any(start <= at < end for start, end in self.stretches(shanghai(at).date(), shanghai(at).date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first moment from `at` on when the desk is open (`at` itself if it is open now), in Asia/Shanghai.

        None when there is none before the calendar ends.
        """
        found = next((start for start, end in self.stretches(shanghai(at).date(), self.table.last) if end > at), None)
        return found and max(found, shanghai(at))

    def closing(self, at: datetime) -> datetime | None:
        """When the present opening ends; None when the desk is closed at `at`. Hours that touch are one opening."""
        for start, end in self.stretches(shanghai(at).date(), self.table.last):
            if start <= at < end:
                return end
            if start > at:
                break
        return None

    def open_intervals(self, start: datetime, end: datetime) -> list[Interval]:
        """The desk's hours within [start, end), joined where they touch and cut at both ends."""
        if end < start:
            raise ValueError("end lies before start")
        found = self.stretches(shanghai(start).date(), shanghai(end).date())
        return [(max(a, start), min(b, end)) for a, b in found if max(a, start) < min(b, end)]

    def open_minutes(self, start: datetime, end: datetime) -> int:
        """Minutes of the desk's hours within [start, end), rounded down. Raises `ValueError` if end is before start."""
        return sum((b - a for a, b in self.open_intervals(start, end)), timedelta()) // timedelta(minutes=1)

    def stretches(self, first: date, last: date) -> Iterator[Interval]:
        """Openings that touch these dates, with the night before; joined where they touch or overlap."""
        self.plan(first)
        day = max(first - ONE_DAY, self.table.first)
        held: Interval | None = None
        while day <= last:
            for start, end in self.intervals(day):
                if held and start <= held[1]:
                    held = held[0], max(held[1], end)
                    continue
                if held:
                    yield held
                held = start, end
            day += ONE_DAY
        if held:
            yield held

    def plan(self, day: date) -> Plan:
        """Everything this calendar says of one date."""
        found = self.plans.get(day)
        if found is None:
            if not self.table.first <= day <= self.table.last:
                raise CalendarTooShort(f"{day} is outside {self.table.first}..{self.table.last}")
            found = self.plans[day] = self.resolve(day)
        return found

    def resolve(self, day: date) -> Plan:
        official, override = self.official(day), self.override(day, duty=False)
        if override:
            working = override.spans
            kind = Kind.OPENED if working else Kind.CLOSED
            mark = Mark(day, bool(working), kind, override.label, provisional=False)
        else:
            working = self.office_hours(day) if official.open else ()
            mark = Mark(day, bool(working), kind_of(official, working), official.name, official.provisional)
        return Plan(mark, working, self.duty_hours(day, official, working))

    def official(self, day: date) -> DayRule:
        """The province's row; where there is none yet, Monday to Friday, provisional."""
        return self.table.days.get(day) or DayRule(day, day.weekday() < SATURDAY, "", provisional=True)

    def override(self, day: date, *, duty: bool) -> OverrideRule | None:
        """The nearest owner's override; at one owner the one for duty only goes first when duty is asked."""
        for owner in self.owners:
            rules = [rule for rule in self.table.overrides.get((owner, day), ()) if duty or not rule.duty_only]
            if rules:
                return max(rules, key=lambda rule: rule.duty_only)
        return None

    def office_hours(self, day: date) -> tuple[Span, ...]:
        """Hours of an official working day. A make-up weekend day without hours of its own has Monday's."""
        own = self.weekly(day, day.weekday())
        return own if own or day.weekday() < SATURDAY else self.weekly(day, MONDAY)

    def duty_hours(self, day: date, official: DayRule, working: tuple[Span, ...]) -> tuple[Span, ...]:
        override = self.override(day, duty=True)
        if override:
            return override.spans
        ordinary_weekend = day.weekday() >= SATURDAY and not official.open and not official.name
        return self.weekly(day, day.weekday()) if ordinary_weekend else working

    def weekly(self, day: date, weekday: int) -> tuple[Span, ...]:
        for owner in self.owners:
            for rule in self.table.hours.get((owner, weekday), ()):
                if rule.effective_from <= day and (rule.effective_to is None or day <= rule.effective_to):
                    return rule.spans
        return STANDARD if weekday < SATURDAY else ()


def kind_of(official: DayRule, working: tuple[Span, ...]) -> Kind:
    weekend = official.date.weekday() >= SATURDAY
    if official.open:
        return Kind.CLOSED if not working else Kind.SHIFTED if weekend else Kind.WORKDAY
    return Kind.WEEKEND if weekend and not official.name else Kind.HOLIDAY


def moment(day: date, minute: int) -> datetime:
    """So many minutes after midnight of a date, in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=minute // DAY), time(minute % DAY // 60, minute % 60), SHANGHAI)


def shanghai(at: datetime) -> datetime:
    """The moment on the office's clock. Raises `ValueError` for one without a time zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(SHANGHAI)
