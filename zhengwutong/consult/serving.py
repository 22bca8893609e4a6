"""Who sits in the conversation: an officer takes the chair, and leaves it.

The citizen always sits in the talk. The desk's people may read it through their group without being told of every
word; the one who serves writes and follows. Internal notes are a stream of their own, with the desk's people only.
"""

from __future__ import annotations

from zhengwutong.consult import queue, telling
from zhengwutong.consult.expectation import since
from zhengwutong.consult.lifecycle import Move, move
from zhengwutong.consult.models import Consultation, Handover, Hold, QueueEntry, State
from zhengwutong.consult.turn import Turn
from zhengwutong.journal.actions import Seat, join
from zhengwutong.journal.actions import leave as leave_stream
from zhengwutong.kernel.errors import Conflict
from zhengwutong.people.models import Office, User


def begin(turn: Turn, talk: Consultation, entry: QueueEntry, officer: User, *, returned: bool = False) -> None:
    """The officer takes the chair: the place in the queue is his, he writes and follows, the citizen is told."""
    move(talk, Move.ACCEPT)
    talk.officer = officer
    talk.accepted_at = talk.accepted_at or turn.now
    talk.save(update_fields=["state", "officer", "accepted_at"])
    queue.leave(turn, entry, taken_by=officer)
    arrive(turn, talk)
    join(talk.stream_id, Seat(officer.pk), now=turn.now)
    join(talk.notes_id, Seat(officer.pk), now=turn.now)
    waited = since(entry.queued_at, turn.now)
    facts = {"officer": telling.officer(officer, talk.desk), "waited_seconds": waited, "returned": returned}
    telling.entry(talk, "assigned", facts, now=turn.now)
    telling.notice(
        talk.citizen,
        "assigned",
        f"{talk.desk.name} 已接通",
        f"值班员{officer.name}开始为您服务。",
        talk=talk,
        now=turn.now,
    )
    turn.changed.add(talk.pk)


def check_chair(talk: Consultation, officer: User) -> None:
    """Refuses (`Conflict`) whoever is not, or no longer, the one who serves."""
    if talk.state == State.ENDED:
        raise Conflict("这次咨询已经结束。", state=talk.state)
    if talk.officer_id != officer.pk:
        raise Conflict("这次咨询现在不在您这里。", state=talk.state)


def arrive(turn: Turn, talk: Consultation) -> None:
    """A handover that was pending is accepted: a department that passed the question on reads no further."""
    handover = pending(talk)
    if handover is None:
        return
    handover.accepted_at = turn.now
    handover.save(update_fields=["accepted_at"])
    if handover.from_desk_id != handover.to_desk_id:
        dismiss(talk, handover.from_desk)


def nobody_came(turn: Turn, talk: Consultation) -> None:
    """A handover that was pending is over without anybody having accepted it."""
    handover = pending(talk)
    if handover is not None:
        handover.returned_at = turn.now
        handover.save(update_fields=["returned_at"])


def pending(talk: Consultation) -> Handover | None:
    """The handover that is neither accepted nor returned."""
    waiting = Handover.objects.filter(consultation=talk, accepted_at__isnull=True, returned_at__isnull=True)
    return waiting.select_related("by", "from_desk", "to_desk", "to_officer").first()


def stand_up(turn: Turn, talk: Consultation) -> None:
    """The officer leaves the chair after his last entry: he sees nothing after it, and a standing hold ends."""
    end_hold(turn, talk)
    if talk.officer_id is not None:
        leave_stream(talk.stream_id, talk.officer_id)
        leave_stream(talk.notes_id, talk.officer_id)


def end_hold(turn: Turn, talk: Consultation) -> None:
    Hold.objects.filter(consultation=talk, ended_at__isnull=True).update(ended_at=turn.now)


def admit(turn: Turn, talk: Consultation, desk: Office) -> None:
    """A desk's people may read the whole talk, and read and write its notes."""
    join(talk.stream_id, reading_seat(desk), now=turn.now)
    join(talk.notes_id, notes_seat(desk), now=turn.now)


def reading_seat(desk: Office) -> Seat:
    """A desk's people in the talk: they may look, and are not told of every word."""
    return Seat(group_of(desk), may_write=False, follow=False)


def notes_seat(desk: Office) -> Seat:
    """A desk's people in the internal notes."""
    return Seat(group_of(desk), follow=False)


def dismiss(talk: Consultation, desk: Office) -> None:
    """A desk's people keep what they have seen and see nothing more."""
    leave_stream(talk.stream_id, group_of(desk))
    leave_stream(talk.notes_id, group_of(desk))


def group_of(desk: Office) -> int:
    if desk.group_id is None:
        raise ValueError(f"{desk.key} has no desk")
    return -desk.group_id
