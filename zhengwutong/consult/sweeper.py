"""What time does by itself, and what an event failed to do: looked after once a second.

Offers that ran out go to the next officer, and whoever missed one is away · handovers nobody accepted go back ·
conversations of officers who are gone return to their desk · whoever still waits when a desk closes becomes one of its
messages · words nobody noticed are noticed · whoever waits while a seat is free is offered. Every step finds what it
may concern without locks and acts on each in a turn of its own that looks again: safe to run twice at the same time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from zhengwutong.consult import observe, offering, queue, transfer
from zhengwutong.consult.handling import at, at_desks
from zhengwutong.consult.models import Consultation, Handover, QueueEntry, Rank
from zhengwutong.consult.seats import IN_SERVICE, load
from zhengwutong.consult.serving import pending
from zhengwutong.consult.telling import notice
from zhengwutong.duty.actions import MISSED, declare
from zhengwutong.duty.models import Declared
from zhengwutong.duty.queries import desks_now
from zhengwutong.kernel import clock
from zhengwutong.kernel.errors import Refusal
from zhengwutong.people.access import AT_A_DESK
from zhengwutong.people.models import Post
from zhengwutong.presence.queries import present, spells

log = logging.getLogger("zhengwutong.consult")
GRACE = timedelta(seconds=20)
ONE_SWEEPER = 0x636F6E73  # advisory lock: one process of the installation sweeps


def sweep(now: datetime) -> None:
    """Every duty once. A step that fails for one consultation is logged and keeps no other from being looked after."""
    each(overdue_offers(now), lambda talk: miss(talk, now=now))
    each(overdue_handovers(now), lambda talk: transfer.return_overdue(talk, now=now))
    each(abandoned(now), lambda pair: transfer.give_back(pair[0], officer_id=pair[1], because="officer_left", now=now))
    each(observe.open_questions().values_list("pk", flat=True), lambda talk: observe.catch_up(talk, now=now))
    each(left_at_closed_desks(now), lambda talk: close_for_the_day(talk, now=now))
    each(unsettled_desks(now), lambda desk: settle(desk, now=now))


def each(things: Collection, act: Callable) -> None:  # type: ignore[type-arg]
    for thing in list(things):
        try:
            act(thing)
        except Refusal as refusal:
            log.info("sweeper: %s: %s", thing, refusal.code)  # it moved meanwhile; the next sweep looks again
        except Exception:
            log.exception("sweeper: %s", thing)


# --- offers ----------------------------------------------------------------------------------------------------------


def overdue_offers(now: datetime) -> list[int]:
    """Consultations whose offer has run out."""
    over = QueueEntry.objects.filter(left_at__isnull=True, offer_ends__lte=now)
    return list(over.values_list("consultation", flat=True))


def miss(talk_id: int, *, now: datetime) -> None:
    """The officer did not accept in time: he is away until he says otherwise, and the next one is asked."""
    with at(talk_id, now=now) as (turn, talk):
        entry = QueueEntry.objects.filter(consultation=talk, left_at__isnull=True).select_related("offered_to").first()
        if entry is None or entry.offered_to is None or entry.offer_ends is None or entry.offer_ends > now:
            return
        officer = entry.offered_to
        offering.clear(turn, entry, passed=True)
        handover = pending(talk)
        if entry.only_for_id is not None and handover is not None:
            transfer.return_to_sender(turn, talk, handover, because="not_accepted")
        declare(officer, Declared.AWAY, reason=MISSED, now=now)
        turn.facts.clear()
        notice(officer, "missed", "您错过了一个派单", "已转给同事，您现在是“离开”。", talk=talk, now=now)


def overdue_handovers(now: datetime) -> list[int]:
    """Consultations handed over that nobody accepted in time."""
    over = Handover.objects.filter(accepted_at__isnull=True, returned_at__isnull=True, return_at__lte=now)
    return list(over.values_list("consultation", flat=True))


# --- people and hours ------------------------------------------------------------------------------------------------


def abandoned(now: datetime) -> list[tuple[int, int]]:
    """(consultation, officer) of officers who are gone, and of those who hold no post at the desk any more.

    Gone: no heartbeat for 45 seconds, or disconnected for twenty.
    """
    serving = Consultation.objects.filter(state__in=IN_SERVICE, officer__isnull=False)
    held = Post.objects.filter(
        user=OuterRef("officer"), office=OuterRef("desk"), role__in=AT_A_DESK, until__isnull=True
    )
    dismissed = list(serving.exclude(Exists(held)).values_list("pk", "officer"))
    officers = set(serving.values_list("officer", flat=True).distinct())
    missing = officers - set(present(officers, now))
    missing -= {officer for officer, stays in spells(missing, now - GRACE, now).items() if stays}
    gone = list(serving.filter(officer__in=missing).values_list("pk", "officer")) if missing else []
    return list(dict.fromkeys([*dismissed, *gone]))


def left_at_closed_desks(now: datetime) -> list[int]:
    """Consultations waiting in line at desks that are closed now."""
    waiting = QueueEntry.objects.filter(left_at__isnull=True).exclude(rank=Rank.MORNING)
    desks = set(waiting.values_list("desk", flat=True).distinct())
    closed = [desk for desk, there in desks_now(desks, now).items() if not there.office_time] if desks else []
    return list(waiting.filter(desk__in=closed).values_list("consultation", flat=True)) if closed else []


def close_for_the_day(talk_id: int, *, now: datetime) -> None:
    with at(talk_id, now=now) as (turn, talk):
        entry = QueueEntry.objects.filter(consultation=talk, left_at__isnull=True).exclude(rank=Rank.MORNING).first()
        if entry is not None and not turn.desk_now(talk.desk_id).office_time:
            queue.close_for_the_day(turn, talk, entry)


# --- seats -----------------------------------------------------------------------------------------------------------


def fill_desks(desk_ids: Collection[int], *, now: datetime | None = None) -> None:
    """Look after whoever waits at these desks. Duty calls it when somebody comes on duty there or leaves it."""
    moment = now or clock.now()
    for desk in unsettled_desks(moment, within=desk_ids):
        settle(desk, now=moment)


def unsettled_desks(now: datetime, *, within: Collection[int] | None = None) -> list[int]:
    """Desks where an offer stands to somebody who takes none now, or somebody waits beside a free seat."""
    places = QueueEntry.objects.filter(left_at__isnull=True, only_for__isnull=True)
    if within is not None:
        places = places.filter(desk__in=within)
    pairs = set(places.values_list("desk", "offered_to").distinct())
    there = desks_now({desk for desk, _ in pairs}, now) if pairs else {}
    takers = {
        desk: {one.user_id: one.capacity for one in it.officers if one.takes_offers} for desk, it in there.items()
    }
    loads = load({officer for officers in takers.values() for officer in officers})
    return sorted(
        {
            desk
            for desk, offered_to in pairs
            if (offered_to is not None and offered_to not in takers[desk])
            or (offered_to is None and any(loads[one] < limit for one, limit in takers[desk].items()))
        }
    )


def settle(desk_id: int, *, now: datetime) -> None:
    """Take back the offers of whoever takes none any more; the end of the turn offers them to the next."""
    with at_desks([desk_id], now=now) as turn:
        for desk in turn.desks.values():
            offering.take_back(turn, desk)


# --- one process at a time --------------------------------------------------------------------------------------------


def sweep_alone(now: datetime) -> None:
    """Sweep, unless another process of the installation is at it (PostgreSQL)."""
    with alone() as mine:
        if mine:
            sweep(now)


@contextmanager
def alone() -> Iterator[bool]:
    """Whether this process is the one that sweeps now. A process that dies gives the lock back with its connection."""
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_SWEEPER])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_SWEEPER])
