from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workdays.years import SEEDED, at, calendars, moments, seeded
from zhengwutong.kernel.errors import Invalid
from zhengwutong.workdays.calendar import Calendar, CalendarTooShort, OverrideRule, timetable
from zhengwutong.workdays.deadline import due, explain, left, reach
from zhengwutong.workdays.hours import read
from zhengwutong.workdays.queries import day_strip

YEARS = seeded()


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-09-24", 3, "2026-09-30"),
        ("2026-04-30", 2, "2026-05-07"),
        ("2025-12-31", 5, "2026-01-08"),
    ],
)
def test_known_answers(start: str, days: int, expected: str) -> None:
    counted = due(at(start), days, YEARS)
    assert counted.due_at == at(f"{expected} 17:30")
    assert not counted.provisional
    assert counted.warning == ""


def test_the_turn_of_2026_is_provisional_and_says_so() -> None:
    counted = due(at("2026-12-28"), 5, YEARS)
    assert counted.provisional
    assert "2027年的放假安排尚未确定" in counted.warning
    assert counted.warning in explain(counted)
    assert "holidays of 2027 are not fixed yet" in explain(counted, "en")


@pytest.mark.parametrize(
    "start", ["2026-11-20 08:00", "2026-11-20 17:29", "2026-11-20 22:00", "2026-11-21 03:00", "2026-11-22 12:00"]
)
def test_friday_in_hours_or_after_and_the_weekend_all_begin_counting_on_monday(start: str) -> None:
    counted = due(at(start), 1, YEARS)
    assert counted.counted_dates == (date(2026, 11, 23),)
    assert counted.due_at == at("2026-11-23 17:30")


def test_the_start_is_the_date_in_shanghai_whatever_zone_it_is_written_in() -> None:
    late_thursday_in_utc = at("2026-11-20 02:00").astimezone(UTC)
    assert due(late_thursday_in_utc, 1, YEARS).due_at == at("2026-11-23 17:30")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-20 09:00", "2026-11-20 17:30"),
        ("2026-11-20 17:30", "2026-11-23 17:30"),
        ("2026-11-21 09:00", "2026-11-23 17:30"),
    ],
)
def test_no_days_means_the_same_working_day_while_it_lasts(start: str, expected: str) -> None:
    assert due(at(start), 0, YEARS).due_at == at(expected)


def test_a_half_day_ends_the_deadline_at_noon() -> None:
    noon = OverrideRule(None, date(2026, 11, 24), read([["08:30", "12:00"]]), "停电", duty_only=False)
    assert due(at("2026-11-23"), 1, seeded(overrides=[noon])).due_at == at("2026-11-24 12:00")


def test_leap_day_counts_like_any_other() -> None:
    assert due(at("2024-02-28"), 1, YEARS).due_at == at("2024-02-29 17:30")
    assert due(at("2028-02-28"), 2, YEARS).counted_dates == (date(2028, 2, 29), date(2028, 3, 1))


def test_a_make_up_sunday_counts_and_says_why() -> None:
    counted = due(at("2026-09-18"), 1, YEARS)
    assert counted.due_at == at("2026-09-20 17:30")
    assert "2026年9月20日（星期日） 国庆节调休上班" in explain(counted)


def test_a_demonstration_at_the_weekend_opens_the_desk_and_moves_no_deadline() -> None:
    demo = OverrideRule(None, date(2026, 11, 21), read([["00:00", "24:00"]]), "演示", duty_only=True)
    calendar = seeded(overrides=[demo])
    assert calendar.is_open(at("2026-11-21 03:00"))
    assert due(at("2026-11-20"), 1, calendar).due_at == at("2026-11-23 17:30")


def test_a_round_the_clock_working_day_ends_with_its_last_minute() -> None:
    whole = OverrideRule(None, date(2026, 11, 24), read([["00:00", "24:00"]]), "防汛", duty_only=False)
    assert due(at("2026-11-23"), 1, seeded(overrides=[whole])).due_at == at("2026-11-24 23:59")


def test_explanation_names_every_day_and_every_reason() -> None:
    assert explain(due(at("2026-09-24"), 3, YEARS, rule="咨询转后台，3 个工作日")).splitlines() == [
        "规则：咨询转后台，3 个工作日",
        "起算：2026年9月24日（星期四） 10:00 提出，当日不计入，从下一个工作日起算",
        "不计入：2026年9月25日（星期五）至2026年9月27日（星期日） 中秋节放假，共 3 天",
        "第 1 日：2026年9月28日（星期一）",
        "第 2 日：2026年9月29日（星期二）",
        "第 3 日：2026年9月30日（星期三）",
        "截止：2026年9月30日（星期三） 17:30，当日办公结束时",
    ]


def test_explanation_in_english() -> None:
    assert explain(due(at("2026-11-20"), 1, YEARS), "en").splitlines() == [
        "Start: Friday 2026-11-20 10:00; that date is not counted, counting begins on the next working day",
        "Not counted: Saturday 2026-11-21 to Sunday 2026-11-22, weekend, 2 days",
        "Day 1: Monday 2026-11-23",
        "Due: Monday 2026-11-23 17:30, when office hours end",
    ]


def test_skipped_dates_carry_their_reason() -> None:
    closed = OverrideRule(7, date(2026, 11, 24), (), "搬迁", duty_only=False)
    counted = due(at("2026-11-20"), 2, seeded(overrides=[closed], owners=(7,)))
    assert counted.skipped_dates == (
        (date(2026, 11, 21), "周末"),
        (date(2026, 11, 22), "周末"),
        (date(2026, 11, 24), "搬迁不办公"),
    )


@pytest.mark.parametrize(
    ("now", "tone", "words"),
    [
        ("2026-11-24 15:00", "ok", "还剩 5 个工作日"),
        ("2026-11-26 15:00", "ok", "还剩 3 个工作日"),
        ("2026-11-27 23:00", "warn", "还剩 2 个工作日"),
        ("2026-11-29 12:00", "warn", "还剩 2 个工作日"),
        ("2026-11-30 08:00", "warn", "还剩 1 个工作日"),
        ("2026-12-01 00:00", "warn", "今天 17:30 到期"),
        ("2026-12-01 17:30", "warn", "今天 17:30 到期"),
        ("2026-12-01 17:31", "bad", "已超 1 个工作日"),
        ("2026-12-02 09:00", "bad", "已超 1 个工作日"),
        ("2026-12-03 09:00", "bad", "已超 2 个工作日"),
    ],
)
def test_chip(now: str, tone: str, words: str) -> None:
    chip = left(at("2026-12-01 17:30"), at(now), YEARS)
    assert (chip.tone, chip.text()) == (tone, words)


def test_chip_in_english_counts_one_day_as_one() -> None:
    assert left(at("2026-12-01 17:30"), at("2026-11-30"), YEARS).text("en") == "1 working day left"
    assert left(at("2026-12-01 17:30"), at("2026-12-03"), YEARS).text("en") == "2 working days overdue"


def test_the_strip_of_the_transfer_dialog() -> None:
    strip = day_strip(at("2026-11-24 15:00"), 5, YEARS)
    assert [(f"{box.date:%m-%d}", box.label) for box in strip] == [
        ("11-24", "今天"),
        ("11-25", "第 1 日"),
        ("11-26", "第 2 日"),
        ("11-27", "第 3 日"),
        ("11-28", "休"),
        ("11-29", "休"),
        ("11-30", "第 4 日"),
        ("12-01", "截止"),
    ]


def test_the_strip_of_a_same_day_deadline_is_one_box() -> None:
    assert [box.label for box in day_strip(at("2026-11-24"), 0, YEARS)] == ["截止"]


@pytest.mark.parametrize("days", [-1, 367])
def test_an_impossible_number_of_days_is_refused(days: int) -> None:
    with pytest.raises(Invalid):
        due(at("2026-11-24"), days, YEARS)


def test_a_calendar_that_ends_too_early_is_not_guessed_on() -> None:
    short = timetable(date(2026, 11, 1), date(2026, 11, 27), SEEDED).calendar()
    with pytest.raises(CalendarTooShort):
        due(at("2026-11-24"), 5, short)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(at("2026-11-24").replace(tzinfo=None), 1, YEARS)


@given(calendars(), moments, st.integers(1, 40))
def test_due_is_the_end_of_a_working_day_with_exactly_that_many_counted(
    calendar: Calendar, start: datetime, days: int
) -> None:
    counted = due(start, days, calendar)
    assert calendar.is_workday(counted.due_at.date())
    assert counted.due_at == calendar.closes(counted.due_at.date())
    assert len(counted.counted_dates) == days == calendar.workdays(counted.start.date(), counted.due_at.date())
    assert counted.counted_dates[-1] == counted.due_at.date()
    assert [mark.date for mark in counted.marks] == [
        counted.start.date() + timedelta(days=n) for n in range(1, len(counted.marks) + 1)
    ]


@given(calendars(), moments, moments, st.integers(0, 30), st.integers(0, 10))
def test_a_later_start_or_more_days_is_never_due_earlier(
    calendar: Calendar, one: datetime, other: datetime, days: int, more: int
) -> None:
    earlier, later = sorted([one, other])
    assert due(earlier, days, calendar).due_at <= due(later, days + more, calendar).due_at


@given(moments, st.integers(0, 366))
def test_reach_is_far_enough_for_the_real_calendar(start: datetime, days: int) -> None:
    assert due(start, days, YEARS).due_at.date() <= reach(start, days)


@given(calendars(), moments, st.integers(1, 20))
def test_the_chip_of_a_fresh_deadline_shows_all_its_days(calendar: Calendar, start: datetime, days: int) -> None:
    chip = left(due(start, days, calendar).due_at, start, calendar)
    assert (chip.key, chip.days) == ("due.left", days)
