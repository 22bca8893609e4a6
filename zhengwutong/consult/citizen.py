"""What the citizen does: ask, leave a message instead of waiting, take back a word, end, rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from zhengwutong.consult import queue, serving, telling
from zhengwutong.consult.expectation import since
from zhengwutong.consult.handling import at, at_desks
from zhengwutong.consult.lifecycle import Move, move
from zhengwutong.consult.models import Consultation, Outcome, Rating, State
from zhengwutong.consult.turn import Turn
from zhengwutong.journal.actions import Seat, append, close, open_stream, say, withdraw
from zhengwutong.journal.models import Entry, Member
from zhengwutong.kernel import numbers
from zhengwutong.kernel.clock import from_millis
from zhengwutong.kernel.errors import Conflict, Invalid, KeyReused, NotFound
from zhengwutong.people.models import Office, User

RECALL = timedelta(minutes=2)
RATING_OPEN = timedelta(days=15)
QUESTION = 200


def ask(citizen: User, desk: Office, *, body: str, key: str, now: datetime) -> tuple[Consultation, bool]:
    """A question to a desk, whether it is open or not; never refused for being late. Returns it and whether it is new.

    Asking twice with one key gives the same consultation; a second question to a desk where one is open is said there.
    Refuses (`KeyReused`) a known key with another body.
    """
    with at_desks([desk.pk], now=now) as turn:
        asked = already_asked(citizen, key, body)
        if asked is not None:
            return asked, False
        going_on = open_at(citizen, desk)
        if going_on is not None:
            say(citizen.pk, going_on.stream_id, key=key, body=body, now=now)
            return going_on, False
        return open_talk(turn, citizen, turn.desks[desk.pk], body=body, key=key), True


def open_at(citizen: User, desk: Office) -> Consultation | None:
    """The citizen's open consultation at a desk; one on its way to another desk may still come back and counts."""
    coming_back = Q(handovers__from_desk=desk, handovers__accepted_at__isnull=True, handovers__returned_at__isnull=True)
    own = Consultation.objects.filter(Q(desk=desk) | coming_back, citizen=citizen)
    return own.exclude(state=State.ENDED).order_by("pk").first()


def already_asked(citizen: User, key: str, body: str) -> Consultation | None:
    """The consultation in which this citizen said something under this key."""
    said = Entry.objects.filter(author=citizen.pk, key=key, stream__consultation__citizen=citizen)
    found = said.values_list("stream__consultation", "body").first()
    if found is None:
        return None
    talk_id, before = found
    if before != body:
        raise KeyReused
    return Consultation.objects.get(pk=talk_id)


def open_talk(turn: Turn, citizen: User, desk: Office, *, body: str, key: str) -> Consultation:
    """A new consultation with its number, its two streams and its place in the queue."""
    closed = not turn.desk_now(desk.pk).office_time
    talk = Consultation.objects.create(
        number=numbers.take(numbers.MESSAGE if closed else numbers.CONSULTATION, now=turn.now),
        citizen=citizen,
        key=key,
        desk=desk,
        stream=open_stream("consultation", [Seat(citizen.pk), serving.reading_seat(desk)], now=turn.now),
        notes=open_stream("notes", [serving.notes_seat(desk)], now=turn.now),
        question=body[:QUESTION],
        asked_at=turn.now,
    )
    entry = queue.enter(turn, talk)
    facts = {
        "desk": telling.office(desk),
        "number": talk.number,
        "off_hours": talk.off_hours,
        "opens_at": telling.moment(talk.opens_at),
        "due_at": telling.moment(talk.due_at),
    }
    append(talk.stream_id, author=citizen.pk, kind="asked", data=facts, now=turn.now)
    append(talk.stream_id, author=citizen.pk, kind="text", body=body, key=key, now=turn.now)
    if not closed:
        queue.announce(turn, talk, entry)
    return talk


def leave_message(citizen: User, talk_id: int, *, now: datetime) -> Consultation:
    """改为留言: I need not wait, answer me later. The second time changes nothing; refused once somebody serves."""
    with at(talk_id, now=now) as (turn, talk):
        move(talk, Move.LEAVE_MESSAGE)
        queue.leave_as_message(turn, talk, queue.open_place(talk))
        return talk


def end(citizen: User, talk_id: int, *, now: datetime) -> Consultation:
    """The citizen needs nothing more. With an officer's answer it ends as answered (a thanks), else as withdrawn."""
    with at(talk_id, now=now) as (turn, talk):
        if talk.state == State.ENDED:
            return talk
        answered = has_answer(talk)
        if talk.state == State.WAITING:
            queue.leave(turn, queue.open_place(talk))
            serving.nobody_came(turn, talk)
        move(talk, Move.WITHDRAW)
        finish(turn, talk, Outcome.ANSWERED if answered else Outcome.WITHDRAWN, by=citizen)
        return talk


def has_answer(talk: Consultation) -> bool:
    """Whether anybody of the government has written a word of his own in it; automatic entries never count."""
    said = Entry.objects.filter(stream=talk.stream_id, kind="text", author__isnull=False)
    return said.exclude(author=talk.citizen_id).exists()


def finish(
    turn: Turn, talk: Consultation, outcome: Outcome, *, by: User, facts: Mapping[str, object] | None = None
) -> None:
    """Write the one outcome, close the talk, and ask the citizen how it was. The move is already made."""
    talk.outcome = outcome
    talk.ended_at = turn.now
    talk.save(update_fields=["state", "outcome", "ended_at", "subject", "destination"])
    data = {"outcome": outcome.value, "subject": talk.subject, **(facts or {})}
    telling.entry(talk, "ended", data, now=turn.now, by=by)
    serving.stand_up(turn, talk)
    close(talk.stream_id)
    close(talk.notes_id)
    turn.changed.discard(talk.pk)
    turn.left.append((talk.desk_id, talk.pk))
    if may_rate(talk, rated=False, now=turn.now):
        telling.notice(
            talk.citizen,
            "invited_to_rate",
            f"{talk.desk.name} 已办结",
            "请您给这次服务打个分，谢谢。",
            talk=talk,
            now=turn.now,
        )


def may_rate(talk: Consultation, *, rated: bool, now: datetime) -> bool:
    """One rating per consultation that somebody served, within fifteen days of its end."""
    return (
        not rated and talk.ended_at is not None and talk.accepted_at is not None and now - talk.ended_at <= RATING_OPEN
    )


def rate(citizen: User, talk_id: int, *, level: int, reasons: Sequence[str], words: str, now: datetime) -> Rating:
    """好差评, once. It goes into the citizen's own notices, never into the talk. The same again is the same rating."""
    with at(talk_id, now=now) as (_, talk):
        before = Rating.objects.filter(consultation=talk).first()
        if before is not None and (before.level, before.reasons, before.words) == (level, list(reasons), words):
            return before
        if not may_rate(talk, rated=before is not None, now=now):
            raise Conflict("这次咨询现在不能评价。" if before is None else "您已经评价过了，谢谢。")
        rating = Rating.objects.create(consultation=talk, level=level, reasons=list(reasons), words=words, at=now)
        if citizen.notices_id is not None:
            data = {"consultation": talk.pk, "number": talk.number, "level": level}
            append(citizen.notices_id, author=citizen.pk, kind="rated", data=data, now=now)
        return rating


def recall(citizen: User, talk_id: int, *, seq: int, now: datetime) -> None:
    """Take back one's own word within two minutes, only while nobody else has had it on screen.

    What was said stays in the audited record. The second time changes nothing.
    """
    with at(talk_id, now=now) as (turn, talk):
        said = Entry.objects.filter(stream=talk.stream_id, seq=seq, author=citizen.pk, kind="text").first()
        if said is None:
            raise NotFound
        if said.withdrawn:
            return
        if since(from_millis(said.at), now) > RECALL.total_seconds():
            raise Conflict("超过 2 分钟，不能撤回。")
        if Member.objects.filter(stream=talk.stream_id, last_read__gte=seq).exclude(party=citizen.pk).exists():
            raise Conflict("值班员已经看到，不能撤回。")
        if seq == first_word(talk):
            raise Invalid("最先提出的问题不能撤回，可以结束咨询。")
        withdraw(talk.stream_id, seq)
        append(talk.stream_id, author=citizen.pk, kind="recall", data={"seq": seq}, now=now)
        turn.changed.add(talk.pk)


def first_word(talk: Consultation) -> int:
    """The number of the question itself: the desk's list shows it."""
    return 2
