"""Who is offered whom: pure policy, facts in, offers out.

First come, first served, those who left their question outside hours before all others. A place goes to the officer the
citizen had last time if he has a free seat; else to the one with the fewest conversations, then to the one whose last
acceptance lies furthest back. Whoever declined or missed a place is asked again only when nobody else has a seat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

LONG_AGO = float("-inf")


@dataclass(frozen=True, slots=True)
class Place:
    """One waiting entry without a standing offer. `previous`: the officer the citizen had last time at this desk."""

    entry: int
    previous: int | None = None
    passed: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Seat:
    """An officer who takes offers now. `load` = conversations he has + offers standing to him."""

    officer: int
    capacity: int
    load: int = 0
    accepted_at: datetime | None = None

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.load)

    @property
    def turn(self) -> tuple[int, float, int]:
        """Fewest conversations, then longest since the last acceptance; the id settles what is left."""
        return self.load, self.accepted_at.timestamp() if self.accepted_at else LONG_AGO, self.officer


class Offer(NamedTuple):
    entry: int
    officer: int


def offers(waiting: Sequence[Place], seats: Iterable[Seat]) -> list[Offer]:
    """Offers for as many of `waiting`, in their order, as there are free seats; nobody waits while one is left."""
    free = {seat.officer: seat for seat in seats if seat.free}
    made: list[Offer] = []
    for place in waiting:
        if not free:
            break
        seat = choose(place, free)
        made.append(Offer(place.entry, seat.officer))
        taken = replace(seat, load=seat.load + 1)
        if taken.free:
            free[seat.officer] = taken
        else:
            del free[seat.officer]
    return made


def choose(place: Place, free: dict[int, Seat]) -> Seat:
    """The seat for one place; `free` is not empty."""
    if place.previous in free and place.previous not in place.passed:
        return free[place.previous]
    willing = [seat for seat in free.values() if seat.officer not in place.passed]
    return min(willing or free.values(), key=lambda seat: seat.turn)
