"""A consultation's place in a desk's waiting list: taking it, leaving it, and offers that are not accepted."""

from __future__ import annotations

from typing import Any

from zhengwutong.consult import offering, telling
from zhengwutong.consult.expectation import Expectation, place_of
from zhengwutong.consult.hours import Promise, next_day, promise
from zhengwutong.consult.models import Consultation, QueueEntry, Rank, State
from zhengwutong.consult.turn import Turn
from zhengwutong.kernel.errors import Conflict
from zhengwutong.people.models import User


def enter(turn: Turn, talk: Consultation, *, only_for: User | None = None) -> QueueEntry:
    """Put a waiting consultation into its desk's list, at the place its asking time gives it.

    At a closed desk it becomes one of that desk's messages, to be answered when it opens.
    """
    closed = not turn.desk_now(talk.desk_id).office_time
    entry = QueueEntry.objects.create(
        consultation=talk,
        desk=talk.desk,
        entered_at=talk.asked_at,
        queued_at=turn.now,
        rank=Rank.MORNING if closed else Rank.LIVE,
        only_for=only_for,
    )
    if closed:
        become_message(talk, promise(turn.desk_now(talk.desk_id), now=turn.now))
    turn.changed.add(talk.pk)
    return entry


def become_message(talk: Consultation, until: Promise) -> None:
    talk.off_hours = True
    talk.opens_at, talk.due_at = until
    talk.save(update_fields=["off_hours", "opens_at", "due_at"])


def announce(turn: Turn, talk: Consultation, entry: QueueEntry) -> None:
    """Tell the citizen where he stands: his place and the expected wait, or when the desk opens."""
    if entry.rank == Rank.LIVE:
        place = place_of(entry)
        minutes = Expectation(talk.desk_id, turn.desk_now(talk.desk_id)).minutes(place)
        facts: dict[str, Any] = {"desk": telling.office(talk.desk), "place": place, "eta_minutes": minutes}
        telling.entry(talk, "queued", facts, now=turn.now)
    else:
        tell_message(turn, talk, because="closed")


def tell_message(turn: Turn, talk: Consultation, *, because: str) -> None:
    facts = {
        "desk": telling.office(talk.desk),
        "opens_at": telling.moment(talk.opens_at),
        "due_at": telling.moment(talk.due_at),
        "because": because,
    }
    telling.entry(talk, "message_left", facts, now=turn.now)


def leave_as_message(turn: Turn, talk: Consultation, entry: QueueEntry) -> None:
    """改为留言: those who go on waiting are served first; from the next opening on it is one of the morning's."""
    if entry.rank != Rank.LIVE:
        return
    entry.rank = Rank.LATER
    entry.save(update_fields=["rank"])
    become_message(talk, next_day(turn.desk_now(talk.desk_id), now=turn.now))
    tell_message(turn, talk, because="citizen")
    turn.changed.add(talk.pk)
    turn.moved_up.add(talk.desk_id)


def close_for_the_day(turn: Turn, talk: Consultation, entry: QueueEntry) -> None:
    """The desk has closed on somebody still waiting: his question is the first to be answered when it opens."""
    told = entry.rank == Rank.LATER
    entry.rank = Rank.MORNING
    entry.save(update_fields=["rank"])
    become_message(talk, promise(turn.desk_now(talk.desk_id), now=turn.now))
    if not told:
        tell_message(turn, talk, because="closed")
    turn.changed.add(talk.pk)


def leave(turn: Turn, entry: QueueEntry, *, taken_by: User | None = None) -> None:
    """The place is given up; an offer that stood for it is gone too."""
    entry.left_at = turn.now
    entry.taken_by = taken_by
    entry.offered_to = None
    entry.offer_ends = None
    entry.save(update_fields=["left_at", "taken_by", "offered_to", "offer_ends"])
    turn.moved_up.add(entry.desk_id)


def open_place(talk: Consultation) -> QueueEntry:
    """The place a waiting consultation has. Refuses (`Conflict`) one that does not wait."""
    entry = QueueEntry.objects.filter(consultation=talk, left_at__isnull=True).first()
    if talk.state != State.WAITING or entry is None:
        raise Conflict("这次咨询现在不在排队。", state=talk.state)
    entry.consultation = talk
    return entry


def decline(turn: Turn, entry: QueueEntry, officer: User) -> None:
    """The officer passes; the next one is asked. Refuses (`Conflict`) when the offer does not stand to him any more."""
    if entry.offered_to_id != officer.pk:
        raise Conflict("这个派单已经不在您这里。")
    offering.clear(turn, entry, passed=True)
