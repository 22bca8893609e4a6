from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.workdays.years import at
from zhengwutong.kernel.errors import Invalid, NotFound
from zhengwutong.kernel.models import AuditRecord
from zhengwutong.workdays.actions import (
    Moved,
    publish_year,
    recompute,
    remove_override,
    set_day,
    set_deadline,
    set_hours,
    set_override,
    settle,
)
from zhengwutong.workdays.deadline import explain
from zhengwutong.workdays.models import Day, DeadlineRecord, FormerDeadline, Hours
from zhengwutong.workdays.queries import as_deadline, calendar_for, calendars_for
from zhengwutong.workdays.seed import seed

NOW = at("2026-11-23 09:00")


@pytest.fixture(scope="module")
def seeded(laid_out: None) -> None:
    seed(NOW)


@pytest.fixture(autouse=True)
def every_day_is_known(seeded: None, db: None) -> None:
    """Eight thousand days, entered once for the file; what a test changes is taken back."""


def test_seeding_fills_2004_to_2026_and_does_nothing_the_second_time() -> None:
    assert (Day.objects.earliest("date").date, Day.objects.latest("date").date) == (
        date(2004, 1, 1),
        date(2026, 12, 31),
    )
    assert Day.objects.count() == 8401
    assert Hours.objects.filter(owner=None).count() == 5
    audited = AuditRecord.objects.count()
    assert seed(NOW) == []
    assert (Day.objects.count(), AuditRecord.objects.count()) == (8401, audited)


def test_seeding_leaves_edited_days_alone() -> None:
    set_day(1, date(2026, 11, 25), open=False, name="台风", now=NOW)
    seed(NOW)
    row = Day.objects.get(date=date(2026, 11, 25))
    assert (row.open, row.name, row.source) == (False, "台风", "edited")


def test_seeding_a_year_that_became_known_makes_deadlines_certain() -> None:
    Day.objects.filter(date__year=2026).delete()
    record = set_deadline("五日", start=at("2026-09-30"), days=5)
    assert record.provisional
    moved = seed(NOW)
    record.refresh_from_db()
    assert moved == [Moved(record.pk, at("2026-10-07 17:30"), at("2026-10-13 17:30"))]
    assert not record.provisional


def test_closing_a_day_moves_the_deadline_and_keeps_the_old_one() -> None:
    record = set_deadline("咨询转后台，5 个工作日", start=at("2026-11-24 15:00"), days=5)
    edit = set_day(1, date(2026, 11, 26), open=False, name="台风", note="防汛应急响应", now=NOW)
    record.refresh_from_db()
    assert record.due_at == at("2026-12-02 17:30")
    assert edit.moved == [Moved(record.pk, at("2026-12-01 17:30"), at("2026-12-02 17:30"))]
    former = record.former.get()
    assert (former.due_at, former.cause, former.replaced_at) == (
        at("2026-12-01 17:30"),
        "2026-11-26 改为休息日（台风）",
        NOW,
    )
    assert "不计入：2026年11月26日（星期四） 台风放假" in explain(as_deadline(record))
    assert "台风" not in explain(as_deadline(record, former))


def test_an_edit_is_audited_with_who_and_why() -> None:
    set_day(42, date(2026, 11, 26), open=False, name="台风", note="防汛应急响应", now=NOW)
    link = AuditRecord.objects.latest("id")
    assert (link.actor, link.action, link.thing, link.reason) == (42, "calendar.day", "day:2026-11-26", "防汛应急响应")


def test_an_edit_outside_the_counted_dates_moves_nothing() -> None:
    set_deadline("五日", start=at("2026-11-24"), days=5)
    assert set_day(1, date(2026, 11, 23), open=False, now=NOW).moved == []
    assert set_day(1, date(2026, 12, 2), open=False, now=NOW).moved == []
    assert not FormerDeadline.objects.exists()


def test_the_last_counted_day_is_within_reach_of_an_edit() -> None:
    record = set_deadline("五日", start=at("2026-11-24"), days=5)
    set_day(1, date(2026, 12, 1), open=False, now=NOW)
    record.refresh_from_db()
    assert record.due_at == at("2026-12-02 17:30")


def test_a_same_day_deadline_moves_when_its_own_day_is_closed() -> None:
    record = set_deadline("当日办结", start=at("2026-11-24"), days=0)
    assert record.due_at == at("2026-11-24 17:30")
    moved = set_day(1, date(2026, 11, 24), open=False, now=NOW).moved
    assert moved == [Moved(record.pk, at("2026-11-24 17:30"), at("2026-11-25 17:30"))]


def test_a_settled_deadline_stays_as_it_was() -> None:
    record = settle(set_deadline("五日", start=at("2026-11-24"), days=5), now=NOW)
    again = settle(record, now=at("2026-11-25"))
    assert again.settled_at == NOW
    assert set_day(1, date(2026, 11, 26), open=False, now=NOW).moved == []


def test_an_override_moves_only_deadlines_of_that_owner_and_can_be_taken_back() -> None:
    own = set_deadline("五日", start=at("2026-11-24"), days=5, owners=[70, 7])
    other = set_deadline("五日", start=at("2026-11-24"), days=5, owners=[8])
    edit = set_override(1, date(2026, 11, 27), owner=7, intervals=[], label="搬迁", now=NOW)
    assert [moved.record for moved in edit.moved] == [own.pk]
    back = remove_override(1, date(2026, 11, 27), owner=7, now=NOW)
    assert [moved.due_at for moved in back] == [at("2026-12-01 17:30")]
    own.refresh_from_db()
    assert [former.due_at for former in own.former.order_by("pk")] == [at("2026-12-01 17:30"), at("2026-12-02 17:30")]
    assert not other.former.exists()


def test_taking_back_what_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        remove_override(1, date(2026, 11, 27), owner=7, now=NOW)


def test_a_demonstration_override_moves_nothing_and_opens_the_desk() -> None:
    set_deadline("五日", start=at("2026-11-24"), days=5)
    whole = [["00:00", "24:00"]]
    edit = set_override(None, date(2026, 11, 28), owner=None, intervals=whole, label="演示", duty_only=True, now=NOW)
    assert edit.moved == []
    assert calendar_for([7], date(2026, 11, 28), date(2026, 11, 28)).is_open(at("2026-11-28 23:00"))


def test_a_calendar_knows_the_night_before_its_first_date() -> None:
    night = [["22:00", "06:00"]]
    set_override(1, date(2026, 11, 27), owner=None, intervals=night, label="防汛", duty_only=True, now=NOW)
    assert calendar_for([], date(2026, 11, 28), date(2026, 11, 28)).is_open(at("2026-11-28 05:00"))


def test_the_same_override_twice_is_one_row() -> None:
    for intervals in ([], [["09:00", "12:00"]]):
        set_override(1, date(2026, 11, 27), owner=None, intervals=intervals, now=NOW)
    assert calendar_for([], date(2026, 11, 27), date(2026, 11, 27)).closes(date(2026, 11, 27)) == at("2026-11-27 12:00")


def test_changed_hours_move_the_hour_of_the_deadline() -> None:
    record = set_deadline("五日", start=at("2026-11-24"), days=5)
    set_hours(1, 1, owner=None, intervals=[["09:00", "16:00"]], effective_from=date(2026, 12, 1), now=NOW)
    record.refresh_from_db()
    assert record.due_at == at("2026-12-01 16:00")


def test_publishing_a_year_makes_a_provisional_deadline_certain() -> None:
    record = set_deadline("五日", start=at("2026-12-28"), days=5)
    assert record.provisional
    edit = publish_year(
        1, 2027, rest={date(2027, 1, 1): "元旦"}, work={date(2027, 1, 3): "元旦"}, source="放假安排通知", now=NOW
    )
    record.refresh_from_db()
    assert (record.due_at, record.provisional) == (at("2027-01-04 17:30"), False)
    assert [moved.record for moved in edit.moved] == [record.pk]
    assert len(edit.row) == 365
    assert record.former.get().provisional


def test_publishing_a_year_refuses_dates_of_another_year_or_on_both_lists() -> None:
    day = date(2027, 1, 1)
    with pytest.raises(Invalid):
        publish_year(1, 2028, rest={day: "元旦"}, work={}, source="通知", now=NOW)
    with pytest.raises(Invalid):
        publish_year(1, 2027, rest={day: "元旦"}, work={day: "元旦"}, source="通知", now=NOW)


def test_recomputing_twice_changes_nothing_the_second_time() -> None:
    record = set_deadline("五日", start=at("2026-11-24"), days=5)
    set_day(1, date(2026, 11, 26), open=False, now=NOW)
    record.refresh_from_db()
    calendar = calendar_for([], date(2026, 11, 1), date(2027, 1, 31))
    assert recompute([record], calendar, NOW) == []
    assert record.former.count() == 1


def test_a_deadline_by_the_province_unless_the_desk_says_otherwise() -> None:
    set_hours(1, 1, owner=70, intervals=[["09:00", "15:00"]], effective_from=date(2026, 1, 1), now=NOW)
    assert set_deadline("五日", start=at("2026-11-24"), days=5, owners=[70, 7]).due_at == at("2026-12-01 15:00")
    assert set_deadline("五日", start=at("2026-11-24"), days=5, owners=[71, 7]).due_at == at("2026-12-01 17:30")


def test_many_calendars_cost_as_many_queries_as_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for owner in range(1, 20):
        set_hours(
            1, 1, owner=owner, intervals=[["09:00", f"{owner % 8 + 10}:00"]], effective_from=date(2026, 1, 1), now=NOW
        )
    with django_assert_num_queries(3):
        calendar_for([1], date(2026, 11, 1), date(2026, 12, 31))
    with django_assert_num_queries(3):
        calendars = calendars_for(
            {desk: [desk + 100, desk, None] for desk in range(1, 20)}, date(2026, 11, 1), date(2026, 12, 31)
        )
        closings = {desk: calendar.closes(date(2026, 11, 24)).hour for desk, calendar in calendars.items()}
    assert closings == {desk: desk % 8 + 10 for desk in range(1, 20)}


def test_what_is_stored_explains_itself_as_it_was_counted() -> None:
    record = DeadlineRecord.objects.get(pk=set_deadline("五日", start=at("2026-12-28"), days=5).pk)
    said = explain(as_deadline(record))
    assert said.splitlines()[0] == "规则：五日"
    assert "第 5 日：2027年1月4日（星期一）" in said
    assert "2027年的放假安排尚未确定" in said
