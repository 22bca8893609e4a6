"""An officer's own state: declaring it, and what the desks are told."""

from __future__ import annotations

import pytest

from tests.duty.world import browser, citizen, come_in, department, officer, roster, staff
from zhengwutong.duty import api, changes
from zhengwutong.duty.models import Declaration
from zhengwutong.journal.queries import page
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office, Role

pytestmark = pytest.mark.django_db

JSON = "application/json"


def told(desk: Office) -> list[dict[str, object] | None]:
    assert desk.desk_stream_id is not None
    return [entry.data for entry in page(desk.desk_stream_id, 0, 100).entries]


def test_an_officer_sees_shift_desks_and_whether_he_is_on_duty() -> None:
    desk = department("water")
    person = officer("o-1", desk)
    shift = roster(person, desk)
    answer = browser(person).get("/api/duty/me").json()
    assert (answer["declared"], answer["on_duty"]) == ("online", False)
    assert answer["shift"]["desk"] == "water"
    assert answer["shift"]["end"][:19] == clock.local(shift.end).isoformat()[:19]
    assert [one["key"] for one in answer["desks"]] == ["water"]
    come_in(person)
    assert browser(person).get("/api/duty/me").json()["on_duty"] is True


def test_declaring_is_kept_and_told_to_every_desk_one_serves() -> None:
    one, other, third = department("water"), department("roads"), department("health")
    person = officer("o-1", one, other)
    client = browser(person)
    assert client.put("/api/duty/me", {"state": "away"}, JSON).json()["declared"] == "away"
    assert client.get("/api/duty/me").json()["declared"] == "away"
    said = {"officer": person.pk, "state": "away"}
    assert (told(one), told(other), told(third)) == ([said], [said], [])


def test_saying_the_same_again_changes_nothing() -> None:
    desk = department("water")
    client = browser(officer("o-1", desk))
    for state in ("online", "busy", "busy", "online"):
        assert client.put("/api/duty/me", {"state": state}, JSON).status_code == 200
    assert [row.state for row in Declaration.objects.order_by("id")] == ["busy", "online"]
    assert len(told(desk)) == 2


@pytest.mark.django_db(transaction=True)
def test_those_who_want_to_know_are_told_after_the_commit() -> None:
    desk = department("water")
    person = officer("o-1", desk)
    heard: list[frozenset[int]] = []
    changes.observe(heard.append)
    browser(person).put("/api/duty/me", {"state": "busy"}, JSON)
    assert heard == [frozenset({desk.pk})]


@pytest.mark.django_db(transaction=True)
def test_an_observer_that_fails_keeps_nobody_else_from_being_told() -> None:
    desk = department("water")
    heard: list[frozenset[int]] = []

    def failing(desks: frozenset[int]) -> None:
        raise RuntimeError("an observer's own trouble")

    changes.observe(failing)
    changes.observe(heard.append)
    person = officer("o-1", desk)
    assert browser(person).put("/api/duty/me", {"state": "busy"}, JSON).status_code == 200
    assert heard == [frozenset({desk.pk})]


@pytest.mark.django_db(transaction=True)
def test_people_who_connect_concern_the_desks_where_they_owe_duty_now() -> None:
    one, other = department("water"), department("roads")
    person = officer("o-1", one, other)
    roster(person, one)
    heard: list[frozenset[int]] = []
    changes.observe(heard.append)
    changes.people_moved({person.pk}, now=clock.now())
    assert heard == [frozenset({one.pk})]


@pytest.mark.parametrize("body", ['{"state":"hidden"}', '{"state":"online","user":1}', "{}", "["])
def test_what_is_no_state_is_refused(body: str) -> None:
    client = browser(officer("o-1", department("water")))
    assert client.put("/api/duty/me", body, JSON).status_code == 422


def test_only_those_who_serve_have_a_state_of_duty() -> None:
    assert browser().get("/api/duty/me").status_code == 401
    for person in (citizen("c-1"), staff("i-1", Role.INSPECTOR), staff("a-1", Role.AUDIT_ADMIN)):
        assert browser(person).get("/api/duty/me").status_code == 403
        assert browser(person).put("/api/duty/me", {"state": "busy"}, JSON).status_code == 403
    assert not Declaration.objects.exists()


@pytest.mark.one_database
def test_nobody_changes_his_state_without_end() -> None:
    client = browser(officer("o-1", department("water")))
    # Twice the limit, since a window of the counter may end in between.
    answers = [
        client.put("/api/duty/me", {"state": ("busy", "online")[number % 2]}, JSON).status_code
        for number in range(2 * api.CHANGES_A_MINUTE + 1)
    ]
    assert set(answers) == {200, 429}
