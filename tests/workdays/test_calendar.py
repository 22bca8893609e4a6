from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workdays.years import at, calendars, moments, seeded
from zhengwutong.kernel.errors import Invalid
from zhengwutong.workdays.calendar import Calendar, CalendarTooShort, HoursRule, Kind, OverrideRule, timetable
from zhengwutong.workdays.hours import read, write

YEARS = seeded()
BEGIN = date(2004, 1, 1)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24 08:29", False),
        ("2026-11-24 08:30", True),
        ("2026-11-24 11:59", True),
        ("2026-11-24 12:00", False),
        ("2026-11-24 13:59", False),
        ("2026-11-24 17:29", True),
        ("2026-11-24 17:30", False),
        ("2026-11-28 10:00", False),
        ("2026-10-01 10:00", False),
        ("2026-10-10 10:00", True),
    ],
)
def test_office_hours_with_lunch_break_rest_days_and_make_up_days(moment: str, expected: bool) -> None:
    assert YEARS.is_open(at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24 07:00", "2026-11-24 08:30"),
        ("2026-11-24 10:00", "2026-11-24 10:00"),
        ("2026-11-24 12:00", "2026-11-24 14:00"),
        ("2026-11-24 17:30", "2026-11-25 08:30"),
        ("2026-09-30 18:00", "2026-10-08 08:30"),
        ("2026-02-14 18:00", "2026-02-24 08:30"),
    ],
)
def test_next_opening(moment: str, expected: str) -> None:
    assert YEARS.next_opening(at(moment)) == at(expected)


def test_no_next_opening_before_the_calendar_ends() -> None:
    week = timetable(date(2026, 11, 23), date(2026, 11, 29)).calendar()
    assert week.next_opening(at("2026-11-27 18:00")) is None


def test_a_date_outside_the_calendar_is_not_guessed() -> None:
    week = timetable(date(2026, 11, 23), date(2026, 11, 29)).calendar()
    for moment in (at("2026-11-22"), at("2026-11-30")):
        with pytest.raises(CalendarTooShort):
            week.is_open(moment)


def test_marks_say_why() -> None:
    kinds = {day: YEARS.mark(date(2026, 10, day)) for day in (1, 4, 9, 10, 11)}
    assert [(mark.kind, mark.name) for mark in kinds.values()] == [
        (Kind.HOLIDAY, "国庆节"),
        (Kind.HOLIDAY, "国庆节"),
        (Kind.WORKDAY, ""),
        (Kind.SHIFTED, "国庆节"),
        (Kind.WEEKEND, ""),
    ]


def test_a_department_has_its_own_hours_and_an_office_below_it_nearer_ones() -> None:
    weekly = [
        HoursRule(7, 1, read([["09:00", "16:00"]]), BEGIN, None),
        HoursRule(70, 1, read([["10:00", "11:00"]]), BEGIN, None),
    ]
    table = timetable(date(2026, 11, 1), date(2026, 11, 30), hours=weekly)
    tuesday = date(2026, 11, 24)
    assert table.calendar((70, 7, None)).intervals(tuesday) == [(at("2026-11-24 10:00"), at("2026-11-24 11:00"))]
    assert table.calendar((71, 7)).intervals(tuesday) == [(at("2026-11-24 09:00"), at("2026-11-24 16:00"))]
    assert len(table.calendar((8,)).intervals(tuesday)) == 2


def test_summer_hours_lie_on_top_of_the_ordinary_ones_while_effective() -> None:
    weekly = [
        HoursRule(None, 0, read([["08:30", "12:00"], ["14:00", "17:30"]]), BEGIN, None),
        HoursRule(None, 0, read([["08:30", "12:00"], ["14:30", "18:00"]]), date(2026, 7, 1), date(2026, 9, 30)),
    ]
    calendar = seeded(weekly)
    assert calendar.closes(date(2026, 6, 29)) == at("2026-06-29 17:30")
    assert calendar.closes(date(2026, 7, 6)) == at("2026-07-06 18:00")
    assert calendar.closes(date(2026, 10, 12)) == at("2026-10-12 17:30")


def test_saturday_hours_of_a_desk_open_it_without_making_a_working_day_or_opening_a_holiday() -> None:
    calendar = seeded([HoursRule(7, 5, read([["09:00", "12:00"]]), BEGIN, None)], owners=(7,))
    assert calendar.is_open(at("2026-11-28 10:00"))
    assert not calendar.is_workday(date(2026, 11, 28))
    assert not calendar.is_open(at("2026-10-03 10:00"))


def test_the_nearest_override_wins_even_when_it_closes() -> None:
    day = date(2026, 11, 28)
    demo = OverrideRule(None, day, read([["00:00", "24:00"]]), "演示", duty_only=True)
    shut = OverrideRule(7, day, (), "演示", duty_only=True)
    assert seeded(overrides=[demo, shut]).is_open(at("2026-11-28 23:00"))
    assert not seeded(overrides=[demo, shut], owners=(7,)).is_open(at("2026-11-28 10:00"))


def test_at_one_owner_duty_has_its_own_override_beside_the_one_that_counts() -> None:
    day = date(2026, 11, 24)
    half = OverrideRule(None, day, read([["08:30", "12:00"]]), "停电", duty_only=False)
    demo = OverrideRule(None, day, read([["00:00", "24:00"]]), "演示", duty_only=True)
    calendar = seeded(overrides=[half, demo])
    assert calendar.is_open(at("2026-11-24 23:00"))
    assert calendar.closes(day) == at("2026-11-24 12:00")


def test_round_the_clock_days_are_one_opening() -> None:
    whole = [
        OverrideRule(None, date(2026, 11, day), read([["00:00", "24:00"]]), "演示", duty_only=True) for day in (28, 29)
    ]
    calendar = seeded(overrides=whole)
    assert calendar.is_open(at("2026-11-29 00:00"))
    assert calendar.closing(at("2026-11-28 23:59")) == at("2026-11-30 00:00")
    assert calendar.open_minutes(at("2026-11-28 12:00"), at("2026-11-29 12:00")) == 24 * 60


def test_a_night_watch_reaches_into_the_next_date() -> None:
    night = OverrideRule(None, date(2026, 11, 27), read([["22:00", "06:00"]]), "防汛", duty_only=True)
    calendar = seeded(overrides=[night])
    assert calendar.is_open(at("2026-11-28 05:59"))
    assert not calendar.is_open(at("2026-11-28 06:00"))
    assert calendar.open_minutes(at("2026-11-28 00:00"), at("2026-11-29 00:00")) == 6 * 60


def test_closing_is_the_end_of_this_stretch_and_nothing_when_closed() -> None:
    assert YEARS.closing(at("2026-11-24 10:16")) == at("2026-11-24 12:00")
    assert YEARS.closing(at("2026-11-24 12:30")) is None


def test_minutes_of_a_day_leave_out_lunch() -> None:
    assert YEARS.open_minutes(at("2026-11-24 00:00"), at("2026-11-25 00:00")) == 7 * 60
    assert YEARS.open_minutes(at("2026-11-24 11:00"), at("2026-11-24 15:00")) == 2 * 60
    with pytest.raises(ValueError, match="before start"):
        YEARS.open_minutes(at("2026-11-25"), at("2026-11-24"))


def test_a_calendar_without_any_rows_still_knows_the_week() -> None:
    bare = timetable(date(2027, 1, 1), date(2027, 1, 31)).calendar()
    assert bare.is_workday(date(2027, 1, 4))
    assert bare.mark(date(2027, 1, 4)).provisional
    assert not bare.is_workday(date(2027, 1, 3))


@pytest.mark.parametrize(
    "written",
    [
        [["08:30"]],
        [["8:30", "12:00"]],
        [["24:01", "24:10"]],
        [["12:00", "12:00"]],
        [["14:00", "17:00"], ["08:30", "12:00"]],
        [["08:30", "12:00"], ["11:00", "13:00"]],
        [["00:00", "01:00"]] * 13,
    ],
)
def test_intervals_that_make_no_sense_are_refused(written: list[list[str]]) -> None:
    with pytest.raises(Invalid):
        read(written)


@pytest.mark.parametrize(
    "written", [[], [["08:30", "12:00"], ["14:00", "17:30"]], [["00:00", "24:00"]], [["22:00", "06:00"]]]
)
def test_intervals_are_kept_as_written(written: list[list[str]]) -> None:
    assert write(read(written)) == written


@given(calendars(), moments, moments, moments)
def test_minutes_add_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted(moment.replace(second=0, microsecond=0) for moment in (a, b, c))
    whole = calendar.open_minutes(first, last)
    assert whole == calendar.open_minutes(first, middle) + calendar.open_minutes(middle, last)


@given(calendars(), moments)
def test_next_opening_is_open_and_nothing_opens_before_it(calendar: Calendar, now: datetime) -> None:
    opening = calendar.next_opening(now)
    assert opening is not None
    assert calendar.is_open(opening)
    assert calendar.open_intervals(now, opening) == []


@given(calendars(), moments, st.integers(0, 30))
def test_open_intervals_are_apart_in_order_and_open(calendar: Calendar, start: datetime, days: int) -> None:
    found = calendar.open_intervals(start, start + timedelta(days=days))
    assert all(a < b for a, b in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    assert all(calendar.is_open(a) for a, _ in found)
    assert not any(calendar.is_open(b) for _, b in found[:-1])
