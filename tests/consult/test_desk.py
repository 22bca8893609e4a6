"""The officer's desk: its pages, what they cost, and where a conversation may go from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.consult.happenings import World
from tests.consult.place import department, loses_connection, on_duty, served, visitor
from zhengwutong.consult.models import Consultation, QueueEntry, Rank
from zhengwutong.journal.actions import open_stream
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office, User

pytestmark = pytest.mark.django_db

names = count(1)


def test_lists_hold_fifty_and_go_on() -> None:
    desk = department("labour")
    chen = on_duty("chen", department("other"), desk)
    crowd(desk, 70)
    view = chen.desk()
    assert (len(view["waiting"]), len(view["messages"])) == (50, 0)
    second = chen.read("/desk/waiting", after=view["more"]["waiting"], limit=10)
    third = chen.read("/desk/waiting", after=second["next"], limit=10)
    seen = [row["id"] for row in [*view["waiting"], *second["items"], *third["items"]]]
    assert (len(seen), len(set(seen)), third["next"]) == (70, 70, None)
    assert [row["asked_at"] for row in view["waiting"]] == sorted(row["asked_at"] for row in view["waiting"])


def crowd(desk: Office, people: int) -> None:
    """So many people waiting, entered beside the doors for speed."""
    now = clock.now()
    for number in range(people):
        person = User.objects.create(username=f"crowd-{next(names)}", name="群众", date_joined=now)
        asked = now - timedelta(minutes=people - number)
        talk = Consultation.objects.create(
            number=f"T{person.pk}",
            citizen=person,
            key="k",
            desk=desk,
            stream=open_stream("consultation", [], now=now),
            notes=open_stream("notes", [], now=now),
            question="问题",
            asked_at=asked,
        )
        QueueEntry.objects.create(
            consultation=talk, desk=desk, entered_at=asked, queued_at=asked, rank=Rank.LIVE, passed=[]
        )


def queries(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        call()
    return len(seen)


def test_nothing_costs_more_queries_when_more_people_wait() -> None:
    desk = department("labour", capacity=2)
    chen, zhou = on_duty("chen", desk), visitor("zhou")
    for name in ("a", "b"):
        served(visitor(name), chen, desk)
    own = zhou.ask(desk)["id"]
    looks: dict[str, Callable[[], object]] = {
        "desk": chen.desk,
        "waiting": lambda: chen.read("/desk/waiting"),
        "board": lambda: zhou.read("/duty/board"),
        "talk": lambda: zhou.talk(own),
        "list": lambda: zhou.read("/consultations"),
        "ask": lambda: visitor(f"new-{next(names)}").ask(desk),
    }
    few = {name: queries(look) for name, look in looks.items()}
    crowd(desk, 30)
    many = {name: queries(look) for name, look in looks.items()}
    assert {name: many[name] for name in looks if many[name] > few[name]} == {}, few


def test_colleagues_of_a_desk_are_shown_with_who_is_on_post() -> None:
    desk = department("labour")
    chen, lin = on_duty("chen", desk), on_duty("lin", desk)
    loses_connection(lin.person)
    items = chen.read("/desk/colleagues", desk="labour")["items"]
    assert {one["id"]: one["on_post"] for one in items} == {chen.person.pk: True, lin.person.pk: False}


def test_where_a_conversation_may_go() -> None:
    world = World()
    options = world.chen.read("/desk/transfer-options", consultation=world.talk)
    assert {one["key"] for one in options["departments"]} == {"labour", "construction"}
    assert [one["id"] for one in options["colleagues"]] == [world.lin.person.pk]
    assert {one["key"] for one in options["back_offices"]} == {"labour", "construction"}
    assert [one["name"] for one in options["destinations"]] == ["余杭区政府"]
    assert [limit["days"] for limit in options["limits"]] == [1, 3, 5, 15]
    assert options["limits"][0]["strip"][-1]["kind"] == "due"
