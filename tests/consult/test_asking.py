"""Asking: once, in line, at any hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.consult.place import come_in, department, keep_hours, later, notices, on_duty, roster, told, visitor
from tests.consult.window import Window, code
from tests.duty.world import officer
from zhengwutong.consult.models import Consultation
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office
from zhengwutong.workdays.actions import set_override

pytestmark = pytest.mark.django_db


def test_the_same_key_gives_the_same_consultation() -> None:
    desk, window = department("labour"), visitor("zhou")
    first = window.ask(desk, "第一句", key="k")
    again = window.post("/consultations", desk="labour", body="第一句", key="k")
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert window.kinds(first["id"]).count("text") == 1


def test_the_same_key_with_other_words_is_refused() -> None:
    window = visitor("zhou")
    window.ask(department("labour"), "第一句", key="k")
    assert code(window.post("/consultations", desk="labour", body="另一句", key="k")) == "key_reused"
    assert Consultation.objects.count() == 1


def test_a_second_question_to_the_desk_is_said_in_the_open_consultation() -> None:
    desk, window = department("labour"), visitor("zhou")
    first = window.ask(desk, "第一句")
    second = window.ask(desk, "还有一件事", key="two")
    assert second["id"] == first["id"]
    assert window.ask(desk, "还有一件事", key="two")["id"] == first["id"]
    assert [entry["body"] for entry in window.entries(first["id"]) if entry["kind"] == "text"] == [
        "第一句",
        "还有一件事",
    ]


def test_everybody_sees_his_own_place_in_line() -> None:
    desk = department("labour", capacity=1)
    chen = on_duty("chen", desk)
    people = [visitor(name) for name in ("a", "b", "c")]
    talks = [window.ask(desk) for window in people]
    assert [talk["place"] for talk in talks] == [1, 2, 3]
    assert [talk["eta_minutes"] for talk in talks] == [0, 5, 10]
    chen.accept(talks[0]["id"])
    assert people[2].talk(talks[2]["id"])["place"] == 2


def test_a_question_outside_hours_is_kept_with_the_next_opening() -> None:
    desk = department("labour", hours=None)
    tomorrow = clock.local(clock.now() + timedelta(days=1)).date()
    keep_hours(desk, [])
    from_tomorrow(desk)
    window = visitor("zhou")
    talk = window.ask(desk)
    assert talk["number"].startswith("LY")
    assert (talk["off_hours"], talk["place"], talk["eta_minutes"]) == (True, None, None)
    assert talk["opens_at"] == f"{tomorrow}T09:00:00.000+08:00"
    assert talk["due_at"] == f"{tomorrow}T17:00:00.000+08:00"
    [asked, text] = window.entries(talk["id"])
    assert (asked["kind"], asked["data"]["off_hours"], text["seq"]) == ("asked", True, 2)


def from_tomorrow(desk: Office) -> None:
    """The desk opens tomorrow from nine to five."""
    now = clock.now()
    tomorrow = clock.local(now + timedelta(days=1)).date()
    set_override(None, tomorrow, owner=desk.pk, intervals=[["09:00", "17:00"]], duty_only=True, now=now)


def test_the_morning_list_goes_first_to_the_first_officer_who_comes() -> None:
    desk = department("labour", capacity=2, hours=[])
    evening = visitor("evening").ask(desk)
    keep_hours(desk, [["00:00", "24:00"]])
    live = visitor("live").ask(desk)
    chen = officer("chen", desk)
    roster(chen, desk)
    come_in(chen)
    later(0)
    view = Window(chen).desk()
    assert [row["id"] for row in view["messages"]] == [evening["id"]]
    assert [row["id"] for row in view["waiting"]] == [live["id"]]
    assert Window(chen).do("/desk/take")["id"] == evening["id"]


def test_somebody_who_left_a_message_is_told_of_the_answer() -> None:
    desk = department("labour", hours=[])
    window = visitor("zhou")
    talk = window.ask(desk)
    keep_hours(desk, [["00:00", "24:00"]])
    chen = on_duty("chen", desk)
    chen.accept(talk["id"])
    chen.say(talk["id"], "从次月起领。")
    later(1)
    assert told(window.person) == ["assigned", "answered"]
    assert all("次月" not in str(notice) for notice in notices(window.person)), "a notice never holds what was said"


def test_leaving_a_message_instead_of_waiting_lets_those_who_wait_go_first() -> None:
    desk = department("labour", capacity=1)
    chen = on_duty("chen", desk)
    first, second, third = (visitor(name) for name in ("a", "b", "c"))
    taken, left, waits = first.ask(desk), second.ask(desk), third.ask(desk)
    chen.accept(taken["id"])
    message = second.do(f"/consultations/{left['id']}/leave-message")
    assert (message["off_hours"], message["place"], message["number"]) == (True, None, left["number"])
    assert second.kinds(left["id"])[-1] == "message_left"
    chen.say(taken["id"], "好")
    chen.end(taken["id"])
    [row] = chen.desk()["waiting"]
    assert (row["id"], row["offered_to"]) == (waits["id"], chen.person and chen.person.pk)


def test_a_message_cannot_be_made_of_a_conversation() -> None:
    desk = department("labour")
    chen, window = on_duty("chen", desk), visitor("zhou")
    talk = window.ask(desk)
    chen.accept(talk["id"])
    assert code(window.post(f"/consultations/{talk['id']}/leave-message")) == "conflict"


def test_whoever_still_waits_when_the_desk_closes_becomes_a_message() -> None:
    desk, window = department("labour"), visitor("zhou")
    talk = window.ask(desk)
    keep_hours(desk, [])
    later(1)
    after = window.talk(talk["id"])
    assert (after["state"], after["off_hours"], after["number"]) == ("waiting", True, talk["number"])
    assert window.kinds(talk["id"])[-1] == "message_left"
    later(2)
    assert window.kinds(talk["id"]).count("message_left") == 1


def test_a_desk_that_is_not_there_and_words_that_are_none_are_refused() -> None:
    window = visitor("zhou")
    department("labour")
    assert code(window.post("/consultations", desk="nowhere", body="您好", key="k")) == "not_found"
    assert code(window.post("/consultations", desk="labour", body="  \n", key="k")) == "invalid"
    assert code(window.post("/consultations", desk="labour", body="您好", key="k", asked_at="2020-01-01")) == "invalid"
    assert code(window.post("/consultations", desk="labour", body="字" * 2001, key="k")) == "invalid"


def test_ones_own_list_pages_newest_first() -> None:
    window = visitor("zhou")
    asked = [window.ask(department(f"desk-{n}"))["id"] for n in range(5)]
    window.do(f"/consultations/{asked[0]}/end")
    page = window.read("/consultations", limit=3)
    assert [row["id"] for row in page["items"]] == asked[:1:-1]
    assert [row["id"] for row in window.read("/consultations", limit=3, after=page["next"])["items"]] == asked[1::-1]
    assert [row["id"] for row in window.read("/consultations", state="ended")["items"]] == asked[:1]
    assert len(window.read("/consultations", state="open")["items"]) == 4
