"""Who is connected, as the database remembers it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.gateway.live import Person
from zhengwutong.presence import actions, changes
from zhengwutong.presence.models import Spell
from zhengwutong.presence.queries import Present, Stay, present, spells

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def user() -> int:
    return Person().id


def test_somebody_connected_is_present_until_he_goes(user: int) -> None:
    actions.connected([user], "a", at(0))
    assert present([user], at(10)) == {user: Present(at(0), at(0))}
    actions.disconnected([user], "a", at(20))
    assert present([user], at(20)) == {}


def test_a_process_that_crashed_keeps_nobody_present(user: int) -> None:
    actions.connected([user], "a", at(0))
    actions.beat("a", {user: at(12)}, at(15))
    assert present([user], at(55))[user].acted_at == at(12)
    assert present([user], at(61)) == {}
    assert actions.end_lost(at(120)) == {user}
    assert Spell.objects.get().ended_at == at(15)
    assert actions.end_lost(at(121)) == set()


def test_coming_twice_is_one_spell(user: int) -> None:
    actions.connected([user], "a", at(0))
    actions.connected([user], "a", at(5))
    assert Spell.objects.count() == 1


def test_two_processes_are_one_presence(user: int) -> None:
    actions.connected([user], "a", at(0))
    actions.connected([user], "b", at(10))
    actions.disconnected([user], "a", at(20))
    assert present([user], at(30))[user].since == at(10)
    actions.end_all("b", at(40))
    assert present([user], at(40)) == {}
    assert spells([user], at(0), at(100)) == {user: [Stay(at(0), at(40))]}


def test_spells_are_cut_to_the_time_asked_for(user: int) -> None:
    actions.connected([user], "a", at(0))
    actions.disconnected([user], "a", at(50))
    actions.connected([user], "a", at(70))
    actions.beat("a", {}, at(85))
    assert spells([user], at(10), at(80)) == {user: [Stay(at(10), at(50)), Stay(at(70), at(80))]}
    assert spells([user], at(60), at(90)) == {user: [Stay(at(70), at(85))]}


def test_a_callback_with_a_fault_disturbs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[set[int]] = []

    def fail(user_ids: set[int]) -> None:
        raise RuntimeError("a callback with a fault")

    monkeypatch.setattr(changes, "_calls", [fail, heard.append])
    changes.tell({7})
    changes.tell(set())
    assert heard == [{7}]
