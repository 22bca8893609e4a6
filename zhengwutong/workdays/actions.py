"""Editing the calendar, and keeping promised deadlines in step with it.

An edit, its audit record and every deadline it moves are one transaction. Verbs that edit take the id of who edits
(None for the installation itself) and return the row with the deadlines that moved, so that the door can tell people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet

from zhengwutong.kernel import audit
from zhengwutong.kernel.clock import SHANGHAI
from zhengwutong.kernel.errors import Invalid, NotFound
from zhengwutong.kernel.transaction import write
from zhengwutong.workdays import hours
from zhengwutong.workdays.calendar import ONE_DAY, Calendar, Owner, shanghai
from zhengwutong.workdays.deadline import Deadline, due, reach
from zhengwutong.workdays.models import Day, DeadlineRecord, FormerDeadline, Hours, Override
from zhengwutong.workdays.queries import calendar_for, calendars_for, pack

Row = TypeVar("Row")
CALENDAR_LOCK = 0x776F726B  # counting shares it, editing holds it alone (PostgreSQL)


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline that the calendar moved, or that became certain or uncertain."""

    record: int
    due_before: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Edit(Generic[Row]):
    """What an edit of the calendar made, and the deadlines that followed."""

    row: Row
    moved: list[Moved]


def set_deadline(rule: str, *, start: datetime, days: int, owners: Sequence[Owner] = ()) -> DeadlineRecord:
    """Promise `days` working days from `start` (aware) by the calendar of an owner chain, and keep the promise.

    `rule` is the rule in the office's words, as `explain` prints it. Refuses as `due` does.
    """
    with write():
        hold_calendar(alone=False)
        counted = due(start, days, calendar_for(owners, shanghai(start).date(), reach(start, days)), rule=rule)
        record = DeadlineRecord(rule=rule, start=start, days=days, owners=list(owners))
        adopt(record, counted)
        record.save(force_insert=True)
    return record


def settle(record: DeadlineRecord, *, now: datetime) -> DeadlineRecord:
    """What was promised is done: the deadline no longer follows the calendar. The second time changes nothing."""
    with write():
        DeadlineRecord.objects.filter(pk=record.pk, settled_at__isnull=True).update(settled_at=now)
        record.refresh_from_db(fields=["settled_at"])
    return record


def recompute(
    records: Iterable[DeadlineRecord], calendar: Calendar, now: datetime, *, cause: str = "工作日历调整"
) -> list[Moved]:
    """Count records again by `calendar`; each that comes out differently keeps its old value as a row.

    Doing it twice changes nothing the second time. Call inside `write()` with the records locked.
    """
    changed, former, moved = [], [], []
    for record in records:
        counted = due(record.start, record.days, calendar, rule=record.rule)
        if [pack(mark) for mark in counted.marks] == record.marks and counted.due_at == record.due_at:
            continue
        former.append(keep(record, cause, now))
        moved.append(Moved(record.pk, record.due_at, counted.due_at))
        adopt(record, counted)
        changed.append(record)
    FormerDeadline.objects.bulk_create(former, batch_size=500)
    DeadlineRecord.objects.bulk_update(changed, ["due_at", "provisional", "marks"], batch_size=100)
    return moved


def set_day(
    by: int | None, day: date, *, open: bool, name: str = "", provisional: bool = False, note: str = "", now: datetime
) -> Edit[Day]:
    """Say officially that a date is a working day or a rest day for the whole province, and move deadlines."""
    with write():
        hold_calendar(alone=True)
        values = {"open": open, "name": name, "provisional": provisional, "note": note, "source": "edited"}
        row, _ = Day.objects.update_or_create(date=day, defaults=values)
        cause = f"{day.isoformat()} 改为{'工作日' if open else '休息日'}{f'（{name}）' if name else ''}"
        audit.record(by, "calendar.day", f"day:{day}", now=now, reason=note, facts=values)
        return Edit(row, follow(day, day, cause, now))


def publish_year(
    by: int | None, year: int, *, rest: Mapping[date, str], work: Mapping[date, str], source: str, now: datetime
) -> Edit[list[Day]]:
    """Enter a year's official arrangement: rest days and make-up working days by name. Every date becomes certain.

    `source` names the notice it comes from. Refuses (`Invalid`) dates of another year or on both lists.
    """
    if any(day.year != year for day in [*rest, *work]) or rest.keys() & work.keys():
        raise Invalid(fields={"rest": f"请只填写 {year} 年的日期，放假和调休不要重复。"})
    first, last = date(year, 1, 1), date(year, 12, 31)
    dates = [first + ONE_DAY * n for n in range((last - first).days + 1)]
    with write():
        hold_calendar(alone=True)
        rows = [
            Day(
                date=day,
                open=day in work or (day.weekday() < 5 and day not in rest),
                name=work.get(day) or rest.get(day) or "",
                source=source,
            )
            for day in dates
        ]
        Day.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["date"],
            update_fields=["open", "name", "provisional", "source", "note"],
        )
        audit.record(by, "calendar.year", f"year:{year}", now=now, reason=source, facts={"rest": len(rest)})
        return Edit(rows, follow(first, last, f"{year} 年放假安排公布", now))


def set_override(
    by: int | None,
    day: date,
    *,
    owner: Owner,
    intervals: Sequence[Sequence[str]],
    label: str = "",
    reason: str = "",
    duty_only: bool = False,
    now: datetime,
) -> Edit[Override]:
    """Give one date other hours (none: closed), for the province or one owner, and move deadlines.

    For duty only (a demonstration, a night watch) the desk opens but the date counts as before.
    Refuses (`Invalid`) intervals that `hours.read` refuses.
    """
    written = hours.write(hours.read(intervals))
    with write():
        hold_calendar(alone=True)
        values = {"intervals": written, "label": label, "reason": reason}
        row, _ = Override.objects.update_or_create(owner=owner, date=day, duty_only=duty_only, defaults=values)
        facts = {**values, "owner": owner, "duty_only": duty_only}
        audit.record(by, "calendar.override", f"day:{day}", now=now, reason=reason, facts=facts)
        cause = f"{day.isoformat()} {label or '办公时间'}：{'调整' if written else '不办公'}"
        return Edit(row, [] if duty_only else follow(day, day, cause, now))


def remove_override(by: int | None, day: date, *, owner: Owner, duty_only: bool = False, now: datetime) -> list[Moved]:
    """Take an override back, and move deadlines. Refuses (`NotFound`) when there is none."""
    with write():
        hold_calendar(alone=True)
        gone, _ = Override.objects.filter(owner=owner, date=day, duty_only=duty_only).delete()
        if not gone:
            raise NotFound
        facts = {"owner": owner, "duty_only": duty_only}
        audit.record(by, "calendar.override_removed", f"day:{day}", now=now, facts=facts)
        return [] if duty_only else follow(day, day, f"{day.isoformat()} 恢复原办公时间", now)


def set_hours(
    by: int | None,
    weekday: int,
    *,
    owner: Owner,
    intervals: Sequence[Sequence[str]],
    effective_from: date,
    effective_to: date | None = None,
    now: datetime,
) -> Edit[Hours]:
    """Set the hours of a weekday (0 is Monday) from a date on, up to and including another, and move deadlines.

    Refuses (`Invalid`) an unknown weekday, dates out of order, and intervals that `hours.read` refuses.
    """
    if not 0 <= weekday <= 6 or (effective_to and effective_to < effective_from):
        raise Invalid(fields={"effective_to": "请检查星期和生效日期，结束日期不能早于开始日期。"})
    written = hours.write(hours.read(intervals))
    with write():
        hold_calendar(alone=True)
        row, _ = Hours.objects.update_or_create(
            owner=owner,
            weekday=weekday,
            effective_from=effective_from,
            defaults={"intervals": written, "effective_to": effective_to},
        )
        facts = {"owner": owner, "intervals": written, "effective_from": effective_from.isoformat()}
        audit.record(by, "calendar.hours", f"weekday:{weekday}", now=now, facts=facts)
        return Edit(row, follow(effective_from, None, "办公时间调整", now))


def follow(first: date, last: date | None, cause: str, now: datetime) -> list[Moved]:
    """Recompute every unsettled deadline that was counted over the dates `first`..`last` (None: and all later ones)."""
    touched: QuerySet[DeadlineRecord] = DeadlineRecord.objects.select_for_update().filter(
        settled_at__isnull=True, due_at__gte=midnight(first)
    )
    if last is not None:
        touched = touched.filter(start__lt=midnight(last + ONE_DAY))
    records = list(touched.order_by("pk"))
    if not records:
        return []
    chains: dict[tuple[Owner, ...], list[DeadlineRecord]] = {}
    for record in records:
        chains.setdefault(tuple(record.owners), []).append(record)
    begin = shanghai(min(record.start for record in records)).date()
    end = max(reach(record.start, record.days) for record in records)
    calendars = calendars_for({chain: chain for chain in chains}, begin, end)
    return [moved for chain, own in chains.items() for moved in recompute(own, calendars[chain], now, cause=cause)]


def adopt(record: DeadlineRecord, counted: Deadline) -> None:
    record.due_at = counted.due_at
    record.provisional = counted.provisional
    record.marks = [pack(mark) for mark in counted.marks]


def keep(record: DeadlineRecord, cause: str, now: datetime) -> FormerDeadline:
    return FormerDeadline(
        record=record,
        due_at=record.due_at,
        provisional=record.provisional,
        marks=record.marks,
        cause=cause,
        replaced_at=now,
    )


def hold_calendar(*, alone: bool) -> None:
    """No deadline is counted by a calendar that is being edited. SQLite's single writer needs no more than that."""
    if connection.vendor == "postgresql":
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(%s)", [CALENDAR_LOCK])


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
