"""A department's state, from the four facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengwutong.duty.facts import OfficerFacts, State, eta_minutes, may_take, on_duty, state, takes_offers
from zhengwutong.duty.models import Declared

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HERE = OfficerFacts(
    rostered=True,
    connected_since=NOW - timedelta(hours=1),
    acted_at=NOW - timedelta(minutes=1),
    declared=Declared.ONLINE,
    active=0,
    capacity=6,
)
NOT_ROSTERED = replace(HERE, rostered=False)
GONE = replace(HERE, connected_since=None, acted_at=None)
BUSY = replace(HERE, declared=Declared.BUSY)
AWAY = replace(HERE, declared=Declared.AWAY)
IDLE = replace(HERE, acted_at=NOW - timedelta(minutes=5))
FULL = replace(HERE, active=4)
NEARLY = replace(HERE, active=3)
JUST_CAME = replace(HERE, connected_since=NOW, acted_at=None)


@pytest.mark.parametrize(
    ("officers", "expected"),
    [
        ([], State.OFFLINE),
        ([GONE], State.OFFLINE),
        ([NOT_ROSTERED], State.OFFLINE),
        ([HERE], State.ONLINE),
        ([JUST_CAME], State.ONLINE),
        ([NEARLY], State.ONLINE),
        ([FULL], State.BUSY),
        ([FULL, NEARLY], State.ONLINE),
        ([FULL, FULL], State.BUSY),
        ([FULL, GONE, NOT_ROSTERED], State.BUSY),
        ([BUSY], State.BUSY),
        ([BUSY, FULL], State.BUSY),
        ([BUSY, HERE], State.ONLINE),
        ([AWAY], State.AWAY),
        ([AWAY, FULL], State.BUSY),
        ([AWAY, HERE], State.ONLINE),
        ([IDLE], State.AWAY),
        ([IDLE, AWAY], State.AWAY),
        ([IDLE, HERE], State.ONLINE),
        ([IDLE, FULL], State.ONLINE),
        ([replace(IDLE, active=6)], State.AWAY),
    ],
)
def test_state_in_office_time(officers: list[OfficerFacts], expected: State) -> None:
    assert state(officers, office_time=True, now=NOW) == expected


@pytest.mark.parametrize("officers", [[], [HERE], [AWAY], [FULL]])
def test_outside_office_time_a_department_is_off_duty_whoever_is_there(officers: list[OfficerFacts]) -> None:
    assert state(officers, office_time=False, now=NOW) == State.OFF_DUTY


def test_an_officer_is_on_duty_when_all_three_facts_hold() -> None:
    assert on_duty(HERE, office_time=True)
    assert on_duty(AWAY, office_time=True)
    assert not on_duty(HERE, office_time=False)
    assert not on_duty(GONE, office_time=True)
    assert not on_duty(NOT_ROSTERED, office_time=True)


@pytest.mark.parametrize(
    ("declared", "offers", "by_hand"),
    [(Declared.ONLINE, True, True), (Declared.BUSY, False, True), (Declared.AWAY, False, False)],
)
def test_what_a_declared_state_lets_an_officer_have(declared: Declared, offers: bool, by_hand: bool) -> None:
    assert (takes_offers(declared), may_take(declared)) == (offers, by_hand)


officers = st.builds(
    OfficerFacts,
    rostered=st.booleans(),
    connected_since=st.none() | st.integers(0, 600).map(lambda s: NOW - timedelta(seconds=s)),
    acted_at=st.integers(0, 600).map(lambda s: NOW - timedelta(seconds=s)),
    declared=st.sampled_from(Declared),
    active=st.integers(0, 6),
    capacity=st.integers(1, 6),
)


@given(st.lists(officers, max_size=5), st.booleans())
def test_state_does_not_depend_on_those_who_are_not_on_duty_nor_on_order(
    people: list[OfficerFacts], open_now: bool
) -> None:
    found = state(people, office_time=open_now, now=NOW)
    there = [one for one in people if on_duty(one, office_time=open_now)]
    assert state(there, office_time=open_now, now=NOW) == found
    assert state(people[::-1], office_time=open_now, now=NOW) == found


@given(st.lists(officers, max_size=5))
def test_a_free_officer_who_joins_makes_the_department_online(people: list[OfficerFacts]) -> None:
    assert state([*people, HERE], office_time=True, now=NOW) == State.ONLINE


@given(st.lists(officers, min_size=1, max_size=5))
def test_online_means_that_somebody_can_take_you(people: list[OfficerFacts]) -> None:
    if state(people, office_time=True, now=NOW) == State.ONLINE:
        assert any(
            on_duty(one, office_time=True) and one.declared == Declared.ONLINE and one.active < one.capacity
            for one in people
        )


@pytest.mark.parametrize(
    ("place", "free", "seats", "average", "minutes"),
    [
        (1, 1, 5, 300, 0),
        (1, 0, 5, 300, 1),
        (3, 0, 1, 300, 15),
        (3, 2, 5, 300, 1),
        (2, 0, 2, 301, 6),
        (1, 0, 0, 300, None),
    ],
)
def test_expected_wait(place: int, free: int, seats: int, average: float, minutes: int | None) -> None:
    assert eta_minutes(place, free_seats=free, seats=seats, average_seconds=average) == minutes


@given(st.integers(1, 50), st.integers(0, 20), st.integers(1, 20), st.floats(1, 3600))
def test_nobody_further_back_is_told_a_shorter_wait(place: int, free: int, seats: int, average: float) -> None:
    first = eta_minutes(place, free_seats=free, seats=seats, average_seconds=average)
    second = eta_minutes(place + 1, free_seats=free, seats=seats, average_seconds=average)
    assert first is not None
    assert second is not None
    assert first <= second
