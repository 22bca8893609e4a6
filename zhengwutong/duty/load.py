"""What the desks have to do, told by whoever knows it.

Duty stands below consultation and may not ask it. Who holds the queue provides its call once, when the service is put
together: `provide(consult.queries.workload)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

ORDINARY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Load:
    """Of one desk: conversations each officer has, people waiting, and how long a conversation takes of late."""

    active: Mapping[int, int] = field(default_factory=dict)
    waiting: int = 0
    average_seconds: float = ORDINARY_SECONDS


@dataclass(frozen=True, slots=True)
class Workload:
    """Of every desk by id; a desk left out has nothing to do. `stats` are figures for the portal, null when unknown."""

    desks: Mapping[int, Load] = field(default_factory=dict)
    stats: Mapping[str, float | None] = field(default_factory=dict)


Provider = Callable[[datetime], Workload]


def idle(now: datetime) -> Workload:
    """Nobody asks anything: the workload before a provider is set."""
    return Workload()


class Source:
    """Holds the one provider."""

    call: Provider = staticmethod(idle)


def provide(call: Provider) -> None:
    """Ask this call for the workload from now on. It must need a constant number of queries."""
    Source.call = staticmethod(call)


def workload(now: datetime) -> Workload:
    """What the desks have to do at `now`."""
    return Source.call(now)
