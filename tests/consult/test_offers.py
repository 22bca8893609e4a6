"""Offers and taking people by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.consult.place import department, later, loses_connection, on_duty, told, visitor
from tests.consult.window import code
from zhengwutong.duty.actions import declare
from zhengwutong.duty.models import Declaration, Declared
from zhengwutong.kernel import clock

pytestmark = pytest.mark.django_db
JSON = "application/json"


def test_an_offer_that_runs_out_goes_to_the_next_and_its_officer_is_away() -> None:
    desk = department("labour", accept_seconds=40)
    chen, lin = on_duty("chen", desk), on_duty("lin", desk)
    talk = visitor("zhou").ask(desk)
    later(39)
    assert chen.desk()["waiting"][0]["offered_to"] == chen.person.pk
    later(41)
    assert lin.desk()["waiting"][0]["offered_to"] == lin.person.pk
    assert [(row.user_id, row.state, row.reason) for row in Declaration.objects.all()] == [
        (chen.person.pk, "away", "missed")
    ]
    assert told(chen.person) == ["offer", "missed"]
    assert lin.accept(talk["id"])["state"] == "serving"


def test_who_comes_back_is_offered_at_once() -> None:
    desk = department("labour")
    chen = on_duty("chen", desk)
    visitor("zhou").ask(desk)
    later(41)
    assert chen.desk()["waiting"][0]["offered_to"] is None
    declare(chen.person, Declared.ONLINE, now=clock.now() + timedelta(seconds=42))
    later(43)
    assert chen.desk()["waiting"][0]["offered_to"] == chen.person.pk


def test_declining_passes_it_to_the_next() -> None:
    desk = department("labour")
    chen, lin = on_duty("chen", desk), on_duty("lin", desk)
    talk = visitor("zhou").ask(desk)
    assert code(lin.post(f"/consultations/{talk['id']}/decline")) == "conflict"
    chen.do(f"/consultations/{talk['id']}/decline")
    assert lin.desk()["waiting"][0]["offered_to"] == lin.person.pk
    lin.do(f"/consultations/{talk['id']}/decline")
    assert lin.desk()["waiting"][0]["offered_to"] == chen.person.pk, "asked again when nobody else is there"


def test_accepting_twice_is_accepting_once_and_a_colleague_comes_too_late() -> None:
    desk = department("labour")
    chen, lin = on_duty("chen", desk), on_duty("lin", desk)
    window = visitor("zhou")
    talk = window.ask(desk)
    assert chen.accept(talk["id"])["officer"]["id"] == chen.person.pk
    assert chen.accept(talk["id"])["state"] == "serving"
    assert window.kinds(talk["id"]).count("assigned") == 1
    assert code(lin.post(f"/consultations/{talk['id']}/accept")) == "conflict"


def test_a_free_seat_is_filled_at_once() -> None:
    desk = department("labour", capacity=1)
    chen = on_duty("chen", desk)
    first, second = visitor("a").ask(desk), visitor("b").ask(desk)
    chen.accept(first["id"])
    assert code(chen.post(f"/consultations/{second['id']}/accept")) == "conflict"
    assert chen.desk()["waiting"][0]["offered_to"] is None
    chen.say(first["id"], "好")
    chen.end(first["id"])
    assert chen.desk()["waiting"][0]["offered_to"] == chen.person.pk


def test_an_officer_of_two_desks_has_one_limit() -> None:
    one, other = department("labour", capacity=1), department("civil", capacity=1)
    both = on_duty("both", one, other)
    talks = [visitor("a").ask(one), visitor("b").ask(other)]
    both.accept(talks[0]["id"])
    assert [row["offered_to"] for row in both.desk()["waiting"]] == [None]
    both.say(talks[0]["id"], "好")
    both.end(talks[0]["id"])
    assert [row["offered_to"] for row in both.desk()["waiting"]] == [both.person.pk]


def test_taking_the_next_takes_whoever_is_first_in_line() -> None:
    desk = department("labour", capacity=2)
    chen = on_duty("chen", desk)
    first, second = visitor("a").ask(desk), visitor("b").ask(desk)
    assert chen.do("/desk/take")["id"] == first["id"]
    assert chen.do("/desk/take")["id"] == second["id"]
    assert code(chen.post("/desk/take")) == "not_found"


def test_a_busy_officer_is_offered_nobody_but_may_take_some() -> None:
    desk = department("labour")
    chen = on_duty("chen", desk)
    chen.client.put("/api/duty/me", {"state": "busy"}, JSON)
    talk = visitor("zhou").ask(desk)
    assert chen.desk()["waiting"][0]["offered_to"] is None
    assert chen.do("/desk/take")["id"] == talk["id"]


def test_somebody_whose_client_is_gone_takes_nobody() -> None:
    desk = department("labour")
    chen = on_duty("chen", desk)
    talk = visitor("zhou").ask(desk)
    loses_connection(chen.person)
    assert code(chen.post(f"/consultations/{talk['id']}/accept")) == "conflict"


def test_the_officer_of_last_time_is_asked_first() -> None:
    desk = department("labour")
    chen, lin = on_duty("chen", desk), on_duty("lin", desk)
    window = visitor("zhou")
    first = window.ask(desk)
    chen.do(f"/consultations/{first['id']}/decline")
    lin.accept(first["id"])
    lin.say(first["id"], "好")
    lin.end(first["id"])
    window.ask(desk)
    assert lin.desk()["waiting"][0]["offered_to"] == lin.person.pk
