"""The roster: who may see it, who may plan it, what planning keeps, and gaps told before they happen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.duty.world import browser, citizen, department, officer, roster, staff
from zhengwutong.duty.actions import put_shifts
from zhengwutong.duty.alerts import warn_of_gaps
from zhengwutong.duty.models import Shift
from zhengwutong.duty.roster import Planned
from zhengwutong.duty.stretches import Stretch
from zhengwutong.journal.queries import page
from zhengwutong.kernel import clock
from zhengwutong.kernel.models import AuditRecord
from zhengwutong.people.models import Office, PostRole, Role, User

pytestmark = pytest.mark.django_db

JSON = "application/json"
# A week of ordinary working days, far enough ahead to be the future for a while.
MONDAY = date(2031, 3, 3)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.SHANGHAI)


def duty(person: User, day: date, first: int, last: int) -> dict[str, Any]:
    return {"user": person.pk, "start": at(day, first).isoformat(), "end": at(day, last).isoformat()}


def plan(client: Client, desk: Office, shifts: list[dict[str, Any]], first: date = MONDAY, last: date = MONDAY) -> Any:
    body = {"desk": desk.key, "from": first.isoformat(), "to": last.isoformat(), "shifts": shifts}
    return client.put("/api/duty/roster", body, JSON)


def see(client: Client, desk: Office, first: date = MONDAY, last: date = MONDAY) -> Any:
    return client.get("/api/duty/roster", {"desk": desk.key, "from": first.isoformat(), "to": last.isoformat()})


def test_a_lead_plans_a_day_and_sees_what_is_still_missing() -> None:
    desk = department("water", hours=None)
    person, lead = officer("o-1", desk), officer("l-1", desk, role=PostRole.LEAD)
    answer = plan(browser(lead), desk, [duty(person, MONDAY, 8, 12)])
    assert answer.status_code == 200
    found = answer.json()
    assert [(one["user"], one["start"][11:16], one["end"][11:16]) for one in found["shifts"]] == [
        (person.pk, "08:00", "12:00")
    ]
    assert [(gap["start"][11:16], gap["end"][11:16]) for gap in found["gaps"]] == [("14:00", "17:30")]
    assert [(one["start"][11:16], one["end"][11:16]) for one in found["hours"]] == [
        ("08:30", "12:00"),
        ("14:00", "17:30"),
    ]
    assert {one["id"] for one in found["people"]} == {person.pk, lead.pk}


def test_planning_again_replaces_the_window_and_nothing_else() -> None:
    desk = department("water", hours=None)
    person, lead = officer("o-1", desk), officer("l-1", desk, role=PostRole.LEAD)
    tuesday = MONDAY + timedelta(days=1)
    client = browser(lead)
    plan(client, desk, [duty(person, MONDAY, 8, 12), duty(person, tuesday, 8, 12)], MONDAY, tuesday)
    plan(client, desk, [duty(lead, MONDAY, 14, 18)])
    shifts = [(row.user_id, clock.local(row.start).date()) for row in Shift.objects.order_by("start")]
    assert shifts == [(lead.pk, MONDAY), (person.pk, tuesday)]


def test_an_unchanged_roster_is_not_written_again() -> None:
    desk = department("water", hours=None)
    lead = officer("l-1", desk, role=PostRole.LEAD)
    shifts = [duty(lead, MONDAY, 8, 12), duty(lead, MONDAY, 14, 18)]
    plan(browser(lead), desk, shifts)
    before = set(Shift.objects.values_list("pk", flat=True))
    plan(browser(lead), desk, shifts)
    assert set(Shift.objects.values_list("pk", flat=True)) == before
    assert AuditRecord.objects.filter(action="duty.roster").count() == 1


def test_planning_is_audited_with_what_came_and_went() -> None:
    desk = department("water", hours=None)
    lead = officer("l-1", desk, role=PostRole.LEAD)
    plan(browser(lead), desk, [duty(lead, MONDAY, 8, 12)])
    plan(browser(lead), desk, [])
    record = AuditRecord.objects.filter(action="duty.roster").latest("id")
    assert (record.actor, record.thing) == (lead.pk, f"office:{desk.pk}")
    assert record.facts["added"] == []
    assert record.facts["removed"][0][:2] == [lead.pk, at(MONDAY, 8).isoformat()]


def test_what_has_passed_cannot_be_planned_away() -> None:
    desk = department("water")
    lead = officer("l-1", desk, role=PostRole.LEAD)
    shift = roster(lead, desk, hours=1)
    now = clock.now()
    put_shifts(lead, desk, [], window=Stretch(now - timedelta(days=1), now + timedelta(days=1)), now=now)
    [left] = Shift.objects.filter(desk=desk)
    assert (left.start, left.end) == (shift.start, now)


def test_the_system_administrator_plans_any_desk() -> None:
    desk = department("water", hours=None)
    person, administrator = officer("o-1", desk), staff("a-1", Role.SYSTEM_ADMIN)
    assert plan(browser(administrator), desk, [duty(person, MONDAY, 8, 12)]).status_code == 200


def test_a_lead_plans_the_offices_below_and_no_others() -> None:
    above, beside = department("school"), department("roads")
    below = department("exam", parent=above)
    lead = officer("l-1", above, role=PostRole.LEAD)
    person, other = officer("o-1", below), officer("o-2", beside)
    assert plan(browser(lead), below, [duty(person, MONDAY, 8, 12)]).status_code == 200
    refused = plan(browser(lead), beside, [duty(other, MONDAY, 8, 12)])
    unknown = see(browser(lead), Office(key="nowhere"))
    assert (refused.status_code, refused.json()) == (unknown.status_code, unknown.json())
    assert refused.json()["code"] == "not_found"
    assert not Shift.objects.filter(desk=beside).exists()


def test_an_officer_sees_the_roster_of_his_desk_and_cannot_plan_it() -> None:
    desk, other = department("water"), department("roads")
    person = officer("o-1", desk)
    client = browser(person)
    assert see(client, desk).json()["may_plan"] is False
    assert see(client, other).status_code == 404
    assert plan(client, desk, []).status_code == 403


def test_the_public_and_citizens_see_no_roster() -> None:
    desk = department("water")
    assert see(browser(), desk).status_code == 401
    assert see(browser(citizen("c-1")), desk).status_code == 403
    assert see(browser(staff("i-1", Role.INSPECTOR)), desk).status_code == 200


def test_shifts_that_cannot_be_are_refused_by_name() -> None:
    desk, other = department("water"), department("roads")
    lead, stranger = officer("l-1", desk, role=PostRole.LEAD), officer("o-2", other)
    client = browser(lead)
    too_long = {**duty(lead, MONDAY, 8, 12), "end": at(MONDAY + timedelta(days=2), 8).isoformat()}
    naive = {**duty(lead, MONDAY, 8, 12), "start": "2031-03-03T08:00:00"}
    for wrong in (
        duty(stranger, MONDAY, 8, 12),
        duty(lead, MONDAY, 12, 8),
        duty(lead, MONDAY + timedelta(days=3), 8, 12),
        too_long,
        naive,
        {**duty(lead, MONDAY, 8, 12), "user": 2**70},
        {**duty(lead, MONDAY, 8, 12), "desk": 1},
    ):
        answer = plan(client, desk, [wrong])
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["fields"]
    for first, last in (
        (MONDAY, MONDAY - timedelta(days=1)),
        (MONDAY, MONDAY + timedelta(days=93)),
        (date.min, date.max),
    ):
        assert plan(client, desk, [], first, last).status_code == 422
    assert not Shift.objects.exists()


def notices(person: User) -> list[Any]:
    assert person.notices_id is not None
    return [entry.data for entry in page(person.notices_id, 0, 100).entries]


def test_a_gap_is_told_to_the_lead_once_and_again_when_it_changes() -> None:
    desk = department("water", hours=None)
    person, lead = officer("o-1", desk), officer("l-1", desk, role=PostRole.LEAD)
    now = at(MONDAY, 7)
    friday = MONDAY + timedelta(days=4)
    plan(browser(lead), desk, [duty(person, MONDAY, 8, 18)], MONDAY, friday)
    day = timedelta(days=1)
    assert warn_of_gaps(now, ahead=2 * day) == 1
    assert warn_of_gaps(now, ahead=2 * day) == 0
    put_shifts(
        lead,
        desk,
        [Planned(person.pk, at(MONDAY + day, 8), at(MONDAY + day, 12))],
        window=Stretch(at(MONDAY + day, 0), at(MONDAY + 2 * day, 0)),
        now=clock.now(),
    )
    assert warn_of_gaps(now, ahead=2 * day) == 1
    assert [(one["kind"], one["desks"], one["title"], one["text"]) for one in notices(lead)] == [
        ("roster_gap", ["water"], "3月4日（星期二）值班有空档", "water 08:30–12:00、14:00–17:30 没有人值班，请补排。"),
        ("roster_gap", ["water"], "3月4日（星期二）值班有空档", "water 14:00–17:30 没有人值班，请补排。"),
    ]
    assert notices(person) == []


def test_where_nobody_leads_the_administrator_is_told_of_all_desks_at_once() -> None:
    for number in range(7):
        department(f"d{number}", hours=None)
    administrator = staff("a-1", Role.SYSTEM_ADMIN)
    assert warn_of_gaps(at(MONDAY, 7), ahead=timedelta(hours=12)) == 1
    [notice] = notices(administrator)
    assert len(notice["desks"]) == 7
    assert "等 7 个单位" in notice["text"]
