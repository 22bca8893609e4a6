"""Duty state is computed from four facts that are kept apart, and never stored.

| fact | who knows | here |
|---|---|---|
| roster: who owes duty now | `duty.models.Shift` | `rostered` |
| connection: is a client there | `presence` | `connected_since`, `acted_at` |
| declared state | `duty.models.Declaration` | `declared` |
| calendar: is it office time | `workdays` | `office_time` |

An officer is **on duty** when rostered and connected in office time. On duty, the declared state decides what he gets:
online → people are offered to him; busy → none are offered, he may take some himself; away → neither.
Everything here is pure: facts in, answer out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from zhengwutong.duty.models import Declared

IDLE = timedelta(minutes=5)
BUSY_NUMERATOR, BUSY_DENOMINATOR = 2, 3


class State(StrEnum):
    """What a citizen sees of a department."""

    ONLINE = "online"
    BUSY = "busy"
    AWAY = "away"
    OFF_DUTY = "off_duty"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class OfficerFacts:
    """What is known of one officer of a desk at one moment. `active` counts the conversations he has."""

    rostered: bool
    connected_since: datetime | None
    acted_at: datetime | None
    declared: Declared
    active: int
    capacity: int


def on_duty(officer: OfficerFacts, *, office_time: bool) -> bool:
    """Rostered and connected in office time; the declared state does not matter here."""
    return office_time and officer.rostered and officer.connected_since is not None


def takes_offers(declared: Declared) -> bool:
    """Whether people may be offered to an officer on duty without his asking."""
    return declared == Declared.ONLINE


def may_take(declared: Declared) -> bool:
    """Whether an officer on duty may take somebody by his own hand."""
    return declared != Declared.AWAY


def state(officers: Collection[OfficerFacts], *, office_time: bool, now: datetime) -> State:
    """The state of a department (the table of presence in the design, section 6.2).

    off_duty: outside its hours · offline: office time and nobody on duty · away: somebody is on duty, but all are away
    by hand or none of the others has acted for five minutes · busy: each of them is busy by hand or at two thirds of
    his limit or more · online: somebody can take you now or soon.
    """
    if not office_time:
        return State.OFF_DUTY
    present = [one for one in officers if on_duty(one, office_time=office_time)]
    if not present:
        return State.OFFLINE
    serving = [one for one in present if one.declared != Declared.AWAY]
    if not any(acted_lately(one, now) for one in serving):
        return State.AWAY
    if all(one.declared == Declared.BUSY or loaded(one) for one in serving):
        return State.BUSY
    return State.ONLINE


def acted_lately(officer: OfficerFacts, now: datetime) -> bool:
    """Whether the officer did something by hand in the last five minutes; coming online counts."""
    last = officer.acted_at or officer.connected_since
    return last is not None and now - last < IDLE


def loaded(officer: OfficerFacts) -> bool:
    """Two thirds of the limit or more; a limit of nought is always reached."""
    return officer.active * BUSY_DENOMINATOR >= officer.capacity * BUSY_NUMERATOR


def eta_minutes(place: int, *, free_seats: int, seats: int, average_seconds: float) -> int | None:
    """Minutes until the `place`-th in line (from 1) is served, rounded up; 0 when a seat is free for him.

    Those who find no free seat wait for conversations of `average_seconds` to end on `seats` seats. None: no seats.
    """
    if seats <= 0:
        return None
    if place <= free_seats:
        return 0
    return max(1, ceil((place - free_seats) * average_seconds / seats / 60))
