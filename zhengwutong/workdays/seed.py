"""The calendar of a new installation: the official years known to the `chinesecalendar` package, and provincial hours.

The package (from the State Council's yearly notices, 2004 on) is seed data only; rows edited here are never touched.
Later years have no rows and are counted Monday to Friday, provisionally, until a newer package or an administrator
brings the official arrangement.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from importlib.metadata import version

import chinese_calendar as package

from zhengwutong.kernel import audit
from zhengwutong.kernel.transaction import write
from zhengwutong.workdays import hours
from zhengwutong.workdays.actions import Moved, follow, hold_calendar
from zhengwutong.workdays.calendar import ONE_DAY, SATURDAY
from zhengwutong.workdays.models import Day, Hours

FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
NAMES = {holiday.value: FULL_NAMES.get(holiday.chinese, holiday.chinese) for holiday in package.Holiday}


def seed(now: datetime) -> list[Moved]:
    """Add what is missing of the known years and the provincial hours; safe to run at every start.

    Returns the deadlines that became certain or moved because a new year was added.
    """
    source = f"chinesecalendar {version('chinesecalendar')}"
    with write():
        hold_calendar(alone=True)
        seed_hours()
        present = set(Day.objects.values_list("date", flat=True))
        missing = [row for row in known_days(source) if row.date not in present]
        if not missing:
            return []
        Day.objects.bulk_create(missing, batch_size=2000)
        audit.record(None, "calendar.seed", "days", now=now, reason=source, facts={"days": len(missing)})
        return follow(missing[0].date, missing[-1].date, f"放假安排更新（{source}）", now)


def known_days(source: str) -> Iterator[Day]:
    """Every date of the years the package knows, named where it is a holiday or its make-up day."""
    first, last = date(min(package.holidays).year, 1, 1), date(max(package.holidays).year, 12, 31)
    for day in (first + ONE_DAY * n for n in range((last - first).days + 1)):
        rest, made_up = package.holidays.get(day), package.workdays.get(day)
        working = made_up is not None or (day.weekday() < SATURDAY and rest is None)
        yield Day(date=day, open=working, name=NAMES.get(made_up or rest or "", ""), source=source)


def seed_hours() -> None:
    """Monday to Friday 08:30–12:00 and 14:00–17:30 for the province, unless it has hours already."""
    if Hours.objects.filter(owner=None).exists():
        return
    standard = hours.write(hours.STANDARD)
    begin = min(package.holidays).replace(month=1, day=1)
    Hours.objects.bulk_create(Hours(weekday=day, intervals=standard, effective_from=begin) for day in range(5))
