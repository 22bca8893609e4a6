"""How every action is wrapped: one at a time at a desk, the freed seats filled at the end, the desk told.

with at(talk_id, officers=[officer.pk], now=now) as (turn, talk):
    …                                  # change the talk, its place, its stream; turn.changed.add(talk.pk)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.db.models import OuterRef, Subquery

from zhengwutong.consult import offering, telling
from zhengwutong.consult.models import Consultation, Handover, QueueEntry
from zhengwutong.consult.turn import Turn, desks_of, lock
from zhengwutong.journal.actions import lock as lock_streams
from zhengwutong.kernel.errors import Conflict, NotFound
from zhengwutong.kernel.transaction import write


@contextmanager
def at_desks(desk_ids: Iterable[int], *, now: datetime) -> Iterator[Turn]:
    """A turn at these desks. At its end everybody who waits there is offered to whoever has a free seat."""
    with write():
        turn = Turn(now, lock(desk_ids))
        yield turn
        for desk in turn.desks.values():
            offering.fill(turn, desk)
        telling.finish(turn)


@contextmanager
def at(
    talk_id: int, *, officers: Collection[int] = (), desks: Collection[int] = (), now: datetime
) -> Iterator[tuple[Turn, Consultation]]:
    """A turn around one consultation: its desk, the desks of its officer and of `officers`, and `desks`.

    Yields the consultation as it is once the locks are held. Refuses (`Conflict`) when it moved to another desk
    meanwhile, `NotFound` when there is none.
    """
    with write():
        found = Consultation.objects.filter(pk=talk_id).values_list("desk", sender_desk(), "officer", offered_officer())
        if not found:
            raise NotFound
        desk_id, sender, *concerned = found[0]
        around = {*officers, *concerned} - {None}
        with at_desks({desk_id, sender, *desks, *desks_of(around)} - {None}, now=now) as turn:
            talk = locked(talk_id)
            if talk.desk_id not in turn.desks or talk.officer_id not in {*around, None}:
                raise Conflict
            hold_streams(turn, talk)
            yield turn, talk


def hold_streams(turn: Turn, talk: Consultation) -> None:
    """Lock the streams this turn may write to in the one order everybody uses; SQLite has one writer anyway."""
    if connection.features.has_select_for_update:
        desks = [desk.desk_stream_id for desk in turn.desks.values()]
        streams = [talk.stream_id, talk.notes_id, talk.citizen.notices_id, *desks]
        lock_streams([one for one in streams if one is not None])


def offered_officer() -> Subquery:
    """To whom a waiting consultation is offered: his other desks may use the seat when somebody else takes it."""
    standing = QueueEntry.objects.filter(consultation=OuterRef("pk"), left_at__isnull=True)
    return Subquery(standing.values("offered_to")[:1])


def sender_desk() -> Subquery:
    """Where a consultation goes back to when nobody accepts it."""
    pending = Handover.objects.filter(consultation=OuterRef("pk"), accepted_at__isnull=True, returned_at__isnull=True)
    return Subquery(pending.values("from_desk")[:1])


def locked(talk_id: int) -> Consultation:
    """The consultation with who and where, its row locked until the transaction ends."""
    talks = Consultation.objects.select_related("desk", "citizen", "officer").select_for_update(of=("self",))
    return talks.get(pk=talk_id)
