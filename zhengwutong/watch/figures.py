"""Gathering what /metrics tells: of this process on its loop, of the whole installation from its database."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min

from zhengwutong.consult.models import Consultation, QueueEntry, Rank, State
from zhengwutong.duty.board import board
from zhengwutong.gateway.figures import Figures
from zhengwutong.gateway.gateway import Gateway
from zhengwutong.journal import bell, observers
from zhengwutong.kernel import clock


@dataclass(frozen=True, slots=True)
class Here:
    """The door of this process at one moment."""

    open_requests: int
    connections: int = 0
    people: int = 0
    streams: int = 0
    waiting: int = 0
    writing: int = 0
    figures: Figures = field(default_factory=Figures)
    bells_dropped: int = 0
    unobserved: int = 0


def here(gateway: Gateway | None, open_requests: int) -> Here:
    """What the door's own parts know; call on the event loop, which alone changes them."""
    if gateway is None:
        return Here(open_requests)
    return Here(
        open_requests,
        connections=len(gateway.sessions),
        people=len(gateway.hub.users),
        streams=len(gateway.hub.streams),
        waiting=len(gateway.writer.waiting),
        writing=len(gateway.writer.writing or ()),
        figures=deepcopy(gateway.hub.figures),
        bells_dropped=bell.dropped(),
        unobserved=observers.waiting(),
    )


@dataclass(frozen=True, slots=True)
class Queue:
    """One desk's list: those in line (`live`) or left as messages, and for how many seconds the oldest has waited."""

    desk: str
    live: bool
    waiting: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """What the desks of the installation have to do. Keys of desks are offices, never people."""

    queues: list[Queue]
    desks: Mapping[str, int]  # by duty state
    consultations: Mapping[str, int]  # not ended, by state
    disk_free: int  # bytes


def work() -> Work:
    """The installation's work, in a constant number of queries."""
    now = clock.now()
    states = [row.state.value for row in board(now).items]
    unended = Consultation.objects.exclude(state=State.ENDED).values_list("state").annotate(Count("id")).order_by()
    return Work(
        queues(now),
        {state: states.count(state) for state in set(states)},
        dict(unended),
        shutil.disk_usage(settings.DATA).free,
    )


def queues(now: datetime) -> list[Queue]:
    rows = (
        QueueEntry.objects.filter(left_at__isnull=True)
        .values_list("desk__key", "rank")
        .annotate(Count("id"), Min("entered_at"))
        .order_by()
    )
    found: dict[tuple[str, bool], Queue] = {}
    for desk, rank, waiting, oldest in rows:
        place = desk, rank == Rank.LIVE
        before = found.get(place, Queue(*place, 0, 0.0))
        seconds = max(before.oldest_seconds, (now - oldest).total_seconds())
        found[place] = Queue(*place, before.waiting + waiting, seconds)
    return list(found.values())
