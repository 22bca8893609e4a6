"""A snapshot of the desk and the entries after it are the next snapshot, for every action; so it stands on file."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from tests.access import doors
from tests.consult import histories
from tests.consult.fold import DeskClient
from tests.consult.happenings import HAPPENINGS, TELLS_NEITHER, THEN, World, hand, noticed
from tests.consult.histories import BEFORE, History, count_from_the_beginning
from tests.consult.window import Window
from zhengwutong.consult.models import Consultation
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class Beginning:
    """The desks before anything happens: the world, what everybody reads there, each officer's copy, the moment."""

    def __init__(self) -> None:
        self.world = World()
        self.history = History(self.world)
        self.kept = {window: keep(window, window.desk()) for window in (self.world.chen, self.world.lin, self.world.wu)}
        self.moment: datetime = hand.moment


@pytest.fixture(scope="module")
def before(laid_out: None) -> Iterator[Beginning]:
    """Made once: each happening begins here, and what it did is taken back."""
    with pytest.MonkeyPatch.context() as patch:
        hand.moment = THEN
        patch.setattr(clock, "now", hand.now)
        count_from_the_beginning()
        yield Beginning()


@pytest.fixture
def beginning(before: Beginning, monkeypatch: pytest.MonkeyPatch) -> Beginning:
    """The beginning, at its moment."""
    hand.moment = before.moment
    monkeypatch.setattr(clock, "now", hand.now)
    return before


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


def stands_on_file(name: str, found: Any) -> None:
    """Compare with the file, or write it there."""
    if histories.writing():
        histories.keep(name, found, among=[BEFORE, *HAPPENINGS])
    assert found == histories.kept().get(name), "what clients are told has changed; run: make contract"


def test_before_anything_happens(beginning: Beginning) -> None:
    stands_on_file(BEFORE, beginning.history.beginning())


@pytest.mark.parametrize("happened", HAPPENINGS)
def test_a_snapshot_and_the_entries_after_it_are_the_next_snapshot(beginning: Beginning, happened: str) -> None:
    kept = {window: deepcopy(copies) for window, copies in beginning.kept.items()}
    HAPPENINGS[happened].play(beginning.world)
    noticed()
    for window, copies in kept.items():
        assert folded(window, copies) == shown(window.desk())
    stands_on_file(happened, beginning.history.told())


def test_every_action_is_played() -> None:
    played = {one.operation for one in HAPPENINGS.values()} - {""}
    assert played | TELLS_NEITHER == {operation for operation in doors.operations() if doors.unsafe(operation)}
    assert not played & TELLS_NEITHER


def test_the_file_of_histories_holds_nothing_else() -> None:
    assert list(histories.kept()) == [BEFORE, *HAPPENINGS]
