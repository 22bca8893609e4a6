"""Working a case at its office, and what the citizen gets to see of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.world import ended_talk, open_case, taken
from tests.duty.world import browser, citizen, department, officer, staff
from zhengwutong.cases import actions
from zhengwutong.journal import queries as journal
from zhengwutong.journal.models import Stream
from zhengwutong.kernel import clock
from zhengwutong.people import departures
from zhengwutong.people.actions import appoint, end_post
from zhengwutong.people.models import Post, PostRole, Role, User
from zhengwutong.workdays.models import DeadlineRecord

pytestmark = pytest.mark.django_db

JSON = "application/json"
ANSWER = "经核对，2014 年的七个月已经补录，您可以在窗口打印。"


def answer(person: User | None, case_id: int, body: str = ANSWER) -> Any:
    return browser(person).post(f"/api/cases/{case_id}/answer", {"body": body}, JSON)


def steps(person: User, case_id: int) -> list[tuple[str, str]]:
    return [(step["key"], step["status"]) for step in browser(person).get(f"/api/cases/{case_id}").json()["timeline"]]


def test_the_answer_appears_in_the_ended_talk_and_among_the_notices() -> None:
    made = taken()
    assert answer(made.handler, made.case.pk).status_code == 200
    last = journal.read(made.citizen.pk, made.talk.pk).entries[-1]
    assert (last.author, last.kind, last.body, last.data) == (
        made.handler.pk,
        "text",
        ANSWER,
        {
            "case": made.case.number,
            "officer": {
                "id": made.handler.pk,
                "name": made.handler.name,
                "number": made.handler.staff_number,
                "desk": made.office.name,
            },
        },
    )
    assert Stream.objects.get(pk=made.talk.pk).open is False
    assert made.citizen.notices_id is not None
    [notice] = journal.read(made.citizen.pk, made.citizen.notices_id).entries
    assert notice.kind == "notice"
    assert notice.data is not None
    assert (notice.data["kind"], notice.data["number"]) == ("answered", made.case.number)


def test_an_answer_settles_the_deadline() -> None:
    made = taken()
    answer(made.handler, made.case.pk)
    assert DeadlineRecord.objects.get().settled_at is not None
    found = browser(made.citizen).get(f"/api/cases/{made.case.pk}").json()
    assert (found["state"], found["answer"], found["chip"], found["late"]) == ("answered", ANSWER, None, False)


def test_whoever_accepts_a_case_may_read_the_talk_and_nobody_else_of_the_office() -> None:
    made = taken()
    colleague = officer("h-2", made.office, role=PostRole.HANDLER)
    address = f"/api/cases/{made.case.pk}/entries"
    assert browser(made.handler).get(address).status_code == 404
    browser(made.handler).post(f"/api/cases/{made.case.pk}/accept")
    for person in (made.citizen, made.handler):
        items = browser(person).get(address).json()["items"]
        assert [one["body"] for one in items] == ["请问缴费记录怎么核对？"]
    assert browser(colleague).get(address).status_code == 404
    assert journal.windows(made.handler.pk, [made.talk.pk])[made.talk.pk].may_write is False


def test_the_timeline_goes_from_registered_to_answered() -> None:
    made = taken()
    asked, registered = ("asked", "done"), ("registered", "done")
    assert steps(made.citizen, made.case.pk) == [
        asked,
        registered,
        ("registered.waiting", "current"),
        ("answering", "expected"),
    ]
    assert browser(made.handler).post(f"/api/cases/{made.case.pk}/accept").json()["state"] == "accepted"
    assert steps(made.citizen, made.case.pk) == [
        asked,
        registered,
        ("accepted", "done"),
        ("working", "current"),
        ("answering", "expected"),
    ]
    answer(made.handler, made.case.pk)
    assert steps(made.citizen, made.case.pk) == [asked, registered, ("accepted", "done"), ("answered", "done")]


def test_the_last_step_to_come_says_when_it_is_due() -> None:
    made = taken()
    found = browser(made.citizen).get(f"/api/cases/{made.case.pk}").json()
    assert found["timeline"][-1]["at"] == found["due_at"]
    assert found["chip"]["text"] == "还剩 5 个工作日"


def test_a_second_answer_and_a_second_acceptance_are_refused() -> None:
    made = taken()
    client = browser(made.handler)
    assert client.post(f"/api/cases/{made.case.pk}/accept").status_code == 200
    assert client.post(f"/api/cases/{made.case.pk}/accept").json()["code"] == "conflict"
    assert answer(made.handler, made.case.pk).status_code == 200
    assert answer(made.handler, made.case.pk, "另一份答复").json()["code"] == "conflict"
    assert [entry.body for entry in journal.read(made.citizen.pk, made.talk.pk).entries][1:] == [ANSWER]


@pytest.mark.parametrize("body", ["", "  ", "长" * 2001, "坏\x00"])
def test_an_answer_that_cannot_be_is_refused(body: str) -> None:
    made = taken()
    refused = answer(made.handler, made.case.pk, body)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["body"])


def test_not_yours_and_not_there_are_the_same_answer() -> None:
    made, other = taken("water"), taken("roads")
    there, nowhere = made.case.pk, made.case.pk + 1000
    strangers = [
        other.citizen,
        other.handler,
        other.officer,
        staff("i-1", Role.INSPECTOR),
        staff("a-1", Role.AUDIT_ADMIN),
    ]
    for person in strangers:
        client = browser(person)
        one, none = client.get(f"/api/cases/{there}"), client.get(f"/api/cases/{nowhere}")
        assert (one.status_code, one.content) == (404, none.content)
    for person in (other.handler, other.officer):
        client = browser(person)
        one, none = (client.post(f"/api/cases/{number}/accept") for number in (there, nowhere))
        assert (one.status_code, one.content) == (404, none.content)
        assert answer(person, there).content == none.content
    assert journal.last_entries([made.talk.pk])[made.talk.pk].body != ANSWER


def test_citizens_and_other_roles_work_no_cases() -> None:
    made = taken()
    for person in (made.citizen, staff("i-1", Role.INSPECTOR), staff("s-1", Role.SYSTEM_ADMIN)):
        assert answer(person, made.case.pk).status_code == 403
        assert browser(person).get("/api/desk/cases").status_code == 403
    assert answer(None, made.case.pk).status_code == 401
    assert browser().get("/api/cases").status_code == 401
    assert browser().get(f"/api/cases/{made.case.pk}").status_code == 401


def test_the_office_sees_a_masked_name_and_never_the_code() -> None:
    made = taken()
    shown = browser(made.handler).get(f"/api/cases/{made.case.pk}")
    listed = browser(made.handler).get("/api/desk/cases")
    for page in (shown, listed):
        assert made.case.code.encode() not in page.content
        assert made.citizen.name.encode() not in page.content
    assert shown.json()["citizen_name"].startswith(made.citizen.name[0])
    assert browser(made.citizen).get(f"/api/cases/{made.case.pk}").json()["code"] == made.case.code


def test_a_lead_works_the_cases_of_the_offices_below() -> None:
    above = department("school", hours=None)
    below = department("exam", hours=None, parent=above)
    lead = officer("l-1", above, role=PostRole.LEAD)
    asker, by = citizen("c-1"), officer("o-1", below)
    case = open_case(by, asker, below, ended_talk(asker, by), now=clock.now())
    assert [one["id"] for one in browser(lead).get("/api/desk/cases").json()["items"]] == [case.pk]
    assert answer(lead, case.pk).status_code == 200
    assert browser(lead).get("/api/desk/cases").json()["items"] == []
    assert [one["id"] for one in browser(lead).get("/api/desk/cases?state=answered").json()["items"]] == [case.pk]


def test_my_cases_come_newest_first_page_by_page() -> None:
    made = taken()
    cases = [made.case]
    for _ in range(4):
        cases.append(open_case(made.officer, made.citizen, made.office, made.talk, now=clock.now()))
    client = browser(made.citizen)
    seen: list[int] = []
    cursor: int | None = None
    while True:
        page = client.get("/api/cases", {"limit": 2, **({"before": cursor} if cursor else {})}).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [case.pk for case in reversed(cases)]


def test_the_number_of_queries_does_not_grow_with_the_list() -> None:
    made = taken()
    client = browser(made.handler)
    with CaptureQueriesContext(connection) as few:
        client.get("/api/desk/cases")
    for _ in range(5):
        open_case(made.officer, made.citizen, made.office, made.talk, now=clock.now())
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/api/desk/cases").json()["items"]) == 6
    assert len(many) == len(few)


def test_lateness_is_derived_from_the_deadline() -> None:
    made = taken(days=1, asked_at=clock.now() - timedelta(days=40), now=clock.now() - timedelta(days=40))
    found = browser(made.citizen).get("/api/cases").json()["items"][0]
    assert (found["late"], found["chip"]["key"], found["chip"]["tone"]) == (True, "due.over", "bad")


def test_a_handler_who_leaves_the_office_reads_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures, "observers", [actions.part])
    made = taken()
    browser(made.handler).post(f"/api/cases/{made.case.pk}/accept")
    assert journal.windows(made.handler.pk, [made.talk.pk])[made.talk.pk].current
    end_post(Post.objects.get(user=made.handler), now=clock.now())
    assert not journal.windows(made.handler.pk, [made.talk.pk])[made.talk.pk].current


def test_a_handler_who_loses_a_post_elsewhere_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures, "observers", [actions.part])
    made = taken()
    appoint(None, made.handler, department("other", hours=None), PostRole.HANDLER, now=clock.now())
    browser(made.handler).post(f"/api/cases/{made.case.pk}/accept")
    end_post(Post.objects.get(user=made.handler, office__key="other"), now=clock.now())
    assert journal.windows(made.handler.pk, [made.talk.pk])[made.talk.pk].current
