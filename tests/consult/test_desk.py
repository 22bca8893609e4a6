"""The officer's desk: a snapshot and the entries after it are the next snapshot, for every action; pages; costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.access import doors
from tests.consult import histories
from tests.consult.fold import DeskClient
from tests.consult.happenings import HAPPENINGS, TELLS_NEITHER, THEN, World, hand, noticed
from tests.consult.histories import BEFORE, History, count_from_the_beginning
from tests.consult.place import department, loses_connection, on_duty, served, visitor
from tests.consult.window import Window
from zhengwutong.consult.models import Consultation, QueueEntry, Rank
from zhengwutong.journal.actions import open_stream
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office, User

pytestmark = pytest.mark.django_db

names = count(1)


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


@pytest.fixture
def fixed_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    hand.moment = THEN
    monkeypatch.setattr(clock, "now", hand.now)
    count_from_the_beginning()


@pytest.mark.one_database
@pytest.mark.usefixtures("fixed_moment")
@pytest.mark.parametrize("happened", HAPPENINGS)
def test_a_snapshot_and_the_entries_after_it_are_the_next_snapshot(happened: str) -> None:
    world = World()
    history = History(world)
    windows = (world.chen, world.lin, world.wu)
    kept = {window: keep(window, window.desk()) for window in windows}
    HAPPENINGS[happened].play(world)
    noticed()
    for window, copies in kept.items():
        assert folded(window, copies) == shown(window.desk())
    for name, found in ((BEFORE, history.beginning()), (happened, history.told())):
        if histories.writing():
            histories.keep(name, found, among=[BEFORE, *HAPPENINGS])
        assert found == histories.kept().get(name), "what clients are told has changed; run: make contract"


def test_every_action_is_played() -> None:
    played = {one.operation for one in HAPPENINGS.values()} - {""}
    assert played | TELLS_NEITHER == {operation for operation in doors.operations() if doors.unsafe(operation)}
    assert not played & TELLS_NEITHER


def test_the_file_of_histories_holds_nothing_else() -> None:
    assert list(histories.kept()) == [BEFORE, *HAPPENINGS]


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
