"""Minutes owed and covered, from what is kept: shifts, office hours, spells of connection, declarations.

owed = shift ∩ office hours, up to now · covered = owed ∩ connected ∩ not declared away.
A spell that nobody ended (the process crashed) ends at its last beat, so a crash takes no more than the time between
two beats. A desk owes all its office hours; it is covered while at least one of its officers covers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhengwutong.duty.models import Declared
from zhengwutong.duty.stretches import Line, Stretch, join, meet, minutes, without


@dataclass(frozen=True, slots=True)
class Tally:
    """Stretches of time somebody owed and covered; minutes are whole and rounded down."""

    owed: Line
    covered: Line

    @property
    def minutes_owed(self) -> int:
        return minutes(self.owed)

    @property
    def minutes_covered(self) -> int:
        return minutes(self.covered)


@dataclass(frozen=True, slots=True)
class DeskTally:
    """A desk's own tally, and that of each of its officers by user id."""

    desk: Tally
    officers: Mapping[int, Tally]


def away(declarations: Sequence[tuple[datetime, str]], until: datetime) -> Line:
    """When somebody was declared away. `declarations` are (since, state), oldest first, each until the next one."""
    ends = [*(since for since, _ in declarations), until][1:]
    return join(
        Stretch(since, end) for (since, state), end in zip(declarations, ends, strict=True) if state == Declared.AWAY
    )


def officer(
    *,
    shifts: Iterable[tuple[datetime, datetime]],
    hours: Iterable[tuple[datetime, datetime]],
    connected: Iterable[tuple[datetime, datetime]],
    absent: Iterable[tuple[datetime, datetime]],
) -> Tally:
    """What one officer owed a desk and covered."""
    owed = meet(shifts, hours)
    return Tally(owed, without(meet(owed, connected), absent))


def desk(hours: Iterable[tuple[datetime, datetime]], officers: Mapping[int, Tally]) -> DeskTally:
    """What the desk owed, and when at least one of its officers was there."""
    covered = join(stretch for one in officers.values() for stretch in one.covered)
    return DeskTally(Tally(join(hours), covered), officers)
