"""Passing a conversation on: to another department, or to a colleague; and back when nobody accepts.

The citizen's clock never restarts: the place in the new queue is the one his asking time gives him.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from zhengwutong.consult import offering, queue, serving, telling
from zhengwutong.consult.citizen import open_at
from zhengwutong.consult.handling import at
from zhengwutong.consult.lifecycle import Move, move
from zhengwutong.consult.models import Consultation, Handover, QueueEntry, State
from zhengwutong.consult.seats import load
from zhengwutong.consult.serving import admit, dismiss, pending
from zhengwutong.consult.turn import Turn
from zhengwutong.journal.actions import append
from zhengwutong.kernel.errors import Conflict
from zhengwutong.people.models import Office, User

ACCEPT_WITHIN = timedelta(seconds=60)


def transfer(officer: User, talk_id: int, *, to: Office, summary: str, words: str = "", now: datetime) -> Consultation:
    """To another department, whose people see everything said before, notes too.

    An open one has sixty seconds to accept, then it comes back; to a closed one it is left as a message for when it
    opens. `summary` goes into the notes, `words` to the citizen.
    """
    with at(talk_id, officers=[officer.pk], desks=[to.pk], now=now) as (turn, talk):
        serving.check_chair(talk, officer)
        if to.pk == talk.desk_id:
            raise Conflict("已经在这个部门了。")
        if open_at(talk.citizen, to) is not None:
            raise Conflict(f"群众在{to.name}已有进行中的咨询，请告诉他在那里继续问。")
        sender = talk.desk
        reason = words or f"这件事由{to.name}负责，我帮您转过去，前面的话他们能看到，您不用重讲。"
        move(talk, Move.TRANSFER)
        note(talk, officer, summary, now=now)
        facts = {"from": telling.office(sender), "to": telling.office(to), "reason_for_citizen": reason}
        telling.entry(talk, "transferred", facts, now=now, by=officer)
        give_up(turn, talk, to)
        admit(turn, talk, to)
        open_now = turn.desk_now(to.pk).office_time
        handover = Handover(consultation=talk, by=officer, from_desk=sender, to_desk=to, reason=summary[:200], at=now)
        entry = queue.enter(turn, talk)
        queue.announce(turn, talk, entry)
        if open_now:
            handover.return_at = now + ACCEPT_WITHIN
        else:
            handover.accepted_at = now
            dismiss(talk, sender)
        handover.save()
        telling.notice(
            talk.citizen, "transferred", f"已转{to.name}", "前面的话他们能看到，您不用重讲。", talk=talk, now=now
        )
        return talk


def hand_over(officer: User, talk_id: int, *, to: User, summary: str, now: datetime) -> Consultation:
    """To a colleague of the same desk who takes people now; he has sixty seconds to accept, then it comes back.

    Refuses (`Conflict`) when the colleague is not there or has no free seat.
    """
    with at(talk_id, officers=[officer.pk, to.pk], now=now) as (turn, talk):
        serving.check_chair(talk, officer)
        check_colleague(turn, talk, officer, to)
        move(talk, Move.HAND_OVER)
        note(talk, officer, summary, now=now)
        facts = {
            "from": telling.office(talk.desk),
            "to": telling.office(talk.desk),
            "officer": telling.officer(to, talk.desk),
            "reason_for_citizen": f"值班员{to.name}接着为您服务，前面的话都能看到，您不用重讲。",
        }
        telling.entry(talk, "transferred", facts, now=now, by=officer)
        give_up(turn, talk, talk.desk)
        Handover.objects.create(
            consultation=talk,
            by=officer,
            from_desk=talk.desk,
            to_desk=talk.desk,
            to_officer=to,
            reason=summary[:200],
            at=now,
            return_at=now + ACCEPT_WITHIN,
        )
        entry = queue.enter(turn, talk, only_for=to)
        offering.stand(turn, entry, to, talk.desk, seconds=int(ACCEPT_WITHIN.total_seconds()))
        return talk


def check_colleague(turn: Turn, talk: Consultation, officer: User, to: User) -> None:
    if to.pk == officer.pk:
        raise Conflict("这次咨询已经在您这里。")
    if all(one.user_id != to.pk for one in turn.takers(talk.desk_id)):
        raise Conflict(f"{to.name}现在不在岗。")
    if load([to.pk])[to.pk] >= talk.desk.capacity:
        raise Conflict(f"{to.name}的接待数已满。")


def note(talk: Consultation, officer: User, summary: str, *, now: datetime) -> None:
    """What the next one has to know, for staff only."""
    if summary:
        append(talk.notes_id, author=officer.pk, kind="text", body=summary, now=now)


def give_up(turn: Turn, talk: Consultation, desk: Office) -> None:
    """The officer leaves the chair and the consultation waits at `desk`. The move is already made."""
    serving.stand_up(turn, talk)
    if desk.pk != talk.desk_id:
        turn.left.append((talk.desk_id, talk.pk))
    talk.officer = None
    talk.desk = desk
    talk.save(update_fields=["state", "officer", "desk"])


def give_back(talk_id: int, *, officer_id: int, because: str, now: datetime) -> None:
    """The officer is gone: his conversation waits at the desk again and the citizen is told.

    Does nothing when he has it no longer.
    """
    with at(talk_id, now=now) as (turn, talk):
        if talk.officer_id != officer_id or talk.state not in (State.SERVING, State.HELD):
            return
        move(talk, Move.GIVE_BACK)
        tell_return(turn, talk, talk.desk, because)
        give_up(turn, talk, talk.desk)
        queue.announce(turn, talk, queue.enter(turn, talk))


def return_overdue(talk_id: int, *, now: datetime) -> None:
    """Nobody accepted a handover in time: it goes back. Does nothing when somebody has accepted meanwhile."""
    with at(talk_id, now=now) as (turn, talk):
        handover = pending(talk)
        if handover is not None and handover.return_at is not None and handover.return_at <= now:
            return_to_sender(turn, talk, handover, because="not_accepted")


def return_to_sender(turn: Turn, talk: Consultation, handover: Handover, *, because: str) -> None:
    """Back to the officer who passed it on if he takes people and has a free seat, else into his desk's list."""
    if handover.from_desk_id not in turn.desks:
        raise Conflict
    handover.returned_at = turn.now
    handover.save(update_fields=["returned_at"])
    queue.leave(turn, queue.open_place(talk))
    tell_return(turn, talk, handover.from_desk, because)
    if handover.from_desk_id != talk.desk_id:
        dismiss(talk, talk.desk)
        turn.left.append((talk.desk_id, talk.pk))
        talk.desk = handover.from_desk
        talk.save(update_fields=["desk"])
    entry = queue.enter(turn, talk)
    if sits(turn, talk.desk, handover.by_id):
        serving.begin(turn, talk, entry, handover.by, returned=True)
    else:
        queue.announce(turn, talk, entry)


def sits(turn: Turn, desk: Office, officer_id: int) -> bool:
    """Whether this officer takes people at the desk now and has a free seat."""
    there = any(one.user_id == officer_id for one in turn.takers(desk.pk))
    return there and load([officer_id])[officer_id] < desk.capacity


def tell_return(turn: Turn, talk: Consultation, to: Office, because: str) -> None:
    telling.entry(talk, "returned", {"to": telling.office(to), "because": because}, now=turn.now)
    telling.notice(
        talk.citizen, "returned", f"{to.name} 继续为您服务", "您的问题没有丢，正在安排值班员。", talk=talk, now=turn.now
    )


def everybody_passed(turn: Turn, entry: QueueEntry) -> bool:
    """Whether nobody is left to ask: the colleague it was for, or every officer who takes people there."""
    if entry.only_for_id is not None:
        return entry.only_for_id in entry.passed
    return all(one.user_id in entry.passed for one in turn.takers(entry.desk_id))
