"""Calendars for tests without a database: the seeded years, ones made by hand, and any that could be drawn up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from hypothesis import strategies as st

from zhengwutong.kernel.clock import SHANGHAI
from zhengwutong.workdays.calendar import Calendar, DayRule, HoursRule, OverrideRule, timetable
from zhengwutong.workdays.hours import read
from zhengwutong.workdays.seed import known_days

SEEDED = [DayRule(row.date, row.open, row.name, row.provisional) for row in known_days("test")]


def seeded(
    hours: Iterable[HoursRule] = (), overrides: Iterable[OverrideRule] = (), owners: tuple[int, ...] = ()
) -> Calendar:
    """2004 to 2030: official until 2026, then Monday to Friday."""
    return timetable(date(2004, 1, 1), date(2030, 12, 31), SEEDED, hours, overrides).calendar(owners)


def at(written: str) -> datetime:
    """A moment in Asia/Shanghai: `2026-02-12 10:00`; without a time, ten in the morning."""
    return datetime.fromisoformat(written if " " in written else f"{written} 10:00").replace(tzinfo=SHANGHAI)


FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
moments = st.datetimes(
    min_value=at("2026-01-02 00:00").replace(tzinfo=None),
    max_value=at("2026-12-31 23:59").replace(tzinfo=None),
).map(lambda moment: moment.replace(tzinfo=SHANGHAI))
odd_hours = st.sampled_from(
    [(), read([["08:30", "12:00"]]), read([["00:00", "24:00"]]), read([["22:00", "06:00"]]), read([["09:00", "16:00"]])]
)
dates = st.dates(FIRST, LAST)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Real years with some days turned round, some overridden, and some weekly hours of one desk."""
    turned = draw(st.dictionaries(dates, st.booleans(), max_size=40))
    overridden = draw(st.dictionaries(dates, st.tuples(odd_hours, st.booleans()), max_size=20))
    weekly = draw(st.dictionaries(st.integers(1, 6), odd_hours, max_size=3))
    days = {rule.date: rule for rule in SEEDED if rule.date.year == 2026}
    days |= {day: DayRule(day, is_open, "", provisional=False) for day, is_open in turned.items()}
    return timetable(
        FIRST,
        LAST,
        days.values(),
        [HoursRule(7, weekday, spans, FIRST, None) for weekday, spans in weekly.items()],
        [OverrideRule(7, day, spans, "", duty_only) for day, (spans, duty_only) in overridden.items()],
    ).calendar((7,))
