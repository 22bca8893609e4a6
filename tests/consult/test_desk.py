"""The officer's desk: a snapshot and the entries after it are the next snapshot, for every action; pages; costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.consult.fold import DeskClient
from tests.consult.place import department, keep_hours, later, loses_connection, on_duty, served, visitor
from tests.consult.window import Window
from zhengwutong.consult.models import Consultation, QueueEntry, Rank
from zhengwutong.journal.actions import open_stream
from zhengwutong.kernel import clock
from zhengwutong.people.models import Destination, Office, User

pytestmark = pytest.mark.django_db

names = count(1)


class World:
    """Two desks with three officers, one of them without a free seat left, and a citizen for each purpose."""

    def __init__(self) -> None:
        self.here = department("labour", capacity=3)
        self.there = department("construction")
        self.chen, self.lin = on_duty("chen", self.here), on_duty("lin", self.here)
        self.wu = on_duty("wu", self.there)
        self.zhou = visitor("zhou")
        self.talk = served(self.zhou, self.chen, self.here)
        self.chen.say(self.talk, "您好")
        self.place = Destination.objects.create(name="余杭区政府", group="市县")
        self.waiting = visitor("wang").ask(self.here)["id"]

    def path(self, verb: str) -> str:
        return f"/consultations/{self.talk}/{verb}"


def keep(client: Window, view: Any) -> dict[str, DeskClient]:
    """A client's copy of every desk in a snapshot."""
    kept: dict[str, DeskClient] = {}
    for desk in view["desks"]:
        copy = kept[desk["key"]] = DeskClient()
        copy.heard = desk["as_of"]
        for row in [*view["mine"], *view["waiting"], *view["messages"]]:
            if row["desk"] == desk["key"]:
                copy.rows[row["id"]] = row
                copy.read[row["id"]] = Consultation.objects.get(pk=row["id"]).stream.last_seq
    return kept


def shown(view: Any) -> dict[int, Any]:
    return {row["id"]: row for row in [*view["mine"], *view["waiting"], *view["messages"]]}


def folded(client: Window, kept: dict[str, DeskClient]) -> dict[int, Any]:
    """What the client shows: of conversations somebody has, only its own."""
    found: dict[int, Any] = {}
    for key, copy in kept.items():
        desk = Office.objects.get(key=key)
        copy.follow(Consultation.objects.filter(desk=desk))
        copy.hear(desk)
        found |= {
            pk: row for pk, row in copy.rows.items() if row["officer"] in (None, client.person and client.person.pk)
        }
    return found


ACTIONS: dict[str, Callable[[World], object]] = {
    "ask": lambda w: visitor("new").ask(w.here),
    "ask while closed": lambda w: (keep_hours(w.here, []), visitor("new").ask(w.here)),
    "say": lambda w: w.zhou.say(w.talk),
    "answer": lambda w: w.chen.say(w.talk, "从次月起领"),
    "accept": lambda w: w.lin.accept(w.waiting),
    "take": lambda w: w.chen.do("/desk/take"),
    "decline": lambda w: w.lin.do(f"/consultations/{w.waiting}/decline"),
    "hold": lambda w: w.chen.do(w.path("hold"), minutes=3, reason="核实"),
    "resume": lambda w: (
        w.chen.do(w.path("hold"), minutes=3, reason="核实"),
        w.chen.say(w.talk, "好了"),
        later(1),
    ),
    "transfer": lambda w: w.chen.do(w.path("transfer"), desk="construction", summary="由贵厅负责"),
    "transfer, accepted": lambda w: (ACTIONS["transfer"](w), w.wu.accept(w.talk)),
    "transfer, returned": lambda w: (ACTIONS["transfer"](w), later(61)),
    "handover": lambda w: w.chen.do(w.path("handover"), officer=w.lin.person and w.lin.person.pk),
    "handover, accepted": lambda w: (ACTIONS["handover"](w), w.lin.accept(w.talk)),
    "inquiry": lambda w: w.chen.do(w.path("inquiries"), desk="construction", question="请确认"),
    "back office": lambda w: w.chen.do(w.path("back-office"), office="labour", days=5, subject="社保", summary="核对"),
    "outside": lambda w: w.chen.end(w.talk, "outside", destination=w.place.pk),
    "end": lambda w: w.chen.end(w.talk),
    "citizen ends": lambda w: w.zhou.do(w.path("end")),
    "leave a message": lambda w: Window(Consultation.objects.get(pk=w.waiting).citizen).do(
        f"/consultations/{w.waiting}/leave-message"
    ),
    "recall": lambda w: w.zhou.do(w.path("recall"), seq=w.zhou.say(w.talk, "错了")["seq"]),
    "correct": lambda w: w.chen.do(w.path("correct"), seq=w.chen.say(w.talk, "三天")["seq"], body="五天"),
    "note": lambda w: w.chen.do(w.path("notes"), body="行动不便", key="n"),
    "offer runs out": lambda w: later(41),
    "officer is gone": lambda w: (loses_connection(w.chen.person), later(21)),
    "desk closes": lambda w: (keep_hours(w.here, []), later(1)),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_snapshot_and_the_entries_after_it_are_the_next_snapshot(action: str) -> None:
    world = World()
    windows = (world.chen, world.lin, world.wu)
    kept = {window: keep(window, window.desk()) for window in windows}
    ACTIONS[action](world)
    for window, copies in kept.items():
        assert folded(window, copies) == shown(window.desk())


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
