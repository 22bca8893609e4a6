"""Connections become presence, and presence is told to whoever asked."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from tests.gateway.live import PATIENCE, Person, Service
from zhengwutong.gateway import attendance
from zhengwutong.kernel.clock import now
from zhengwutong.presence import changes
from zhengwutong.presence.models import Spell
from zhengwutong.presence.queries import present


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[queue.SimpleQueue[set[int]]]:
    """What callbacks are told."""
    heard: queue.SimpleQueue[set[int]] = queue.SimpleQueue()
    monkeypatch.setattr(changes, "_calls", [heard.put])
    monkeypatch.setattr(attendance, "GRACE", 0.3)
    return heard


def until(told: queue.SimpleQueue[set[int]], user: int) -> None:
    while user not in told.get(timeout=PATIENCE):
        pass


def test_somebody_comes_and_goes(service: Service, told: queue.SimpleQueue[set[int]]) -> None:
    citizen = Person()
    first, second = service.device(citizen), service.device(citizen)
    until(told, citizen.id)
    assert citizen.id in present([citizen.id], now())
    first.close()
    second.close()
    until(told, citizen.id)
    assert present([citizen.id], now()) == {}
    assert Spell.objects.filter(user=citizen.id).count() == 1


def test_a_reload_is_no_absence(service: Service, told: queue.SimpleQueue[set[int]]) -> None:
    citizen, other = Person(), Person()
    service.device(citizen).close()
    until(told, citizen.id)
    service.device(citizen)
    service.device(other).close()
    until(told, other.id)
    until(told, other.id)
    assert Spell.objects.get(user=citizen.id).ended_at is None
