"""What people wrote, taken into account after it is stored: the first reply, and the end of a hold.

The journal tells of new entries and may miss some; `observed_seq` says up to where a talk has been looked at, and the
sweeper catches up. Only talks whose first reply or standing hold is still open are looked at.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q, QuerySet

from zhengwutong.consult import hold, inquiry, telling
from zhengwutong.consult.handling import at
from zhengwutong.consult.models import Consultation, Hold, State
from zhengwutong.consult.turn import Turn
from zhengwutong.journal.entries import EntryView
from zhengwutong.journal.models import Entry
from zhengwutong.journal.observers import observe
from zhengwutong.kernel.clock import from_millis
from zhengwutong.presence.queries import present


def start() -> None:
    """Have the journal tell this room what is written; call once, when the service is put together."""
    observe("consultation", written)
    observe("inquiry", inquiry.written)


def written(entries: list[EntryView]) -> None:
    """The observer's call: act on those talks for which a text matters.

    Open questions are few however much is said, so they are asked for, not the streams in which something was said.
    """
    streams = {entry.stream for entry in entries if entry.kind == "text"}
    if not streams:
        return
    now = from_millis(entries[-1].at)
    for talk_id, stream in open_questions().values_list("pk", "stream"):
        if stream in streams:
            catch_up(talk_id, now=now)


def open_questions() -> QuerySet[Consultation]:
    """Talks in which an officer's next word is still to be noticed."""
    return Consultation.objects.filter(
        Q(state=State.HELD) | Q(state=State.SERVING, first_reply_at__isnull=True),
        stream__last_seq__gt=F("observed_seq"),
    )


def catch_up(talk_id: int, *, now: datetime) -> None:
    """Take into account whatever was written since the last look. Safe to run at any time, any number of times."""
    with at(talk_id, now=now) as (turn, talk):
        if talk.state != State.ENDED:
            take_into_account(turn, talk)


def take_into_account(turn: Turn, talk: Consultation) -> None:
    """The same inside a turn that is already held."""
    news = Entry.objects.filter(stream=talk.stream_id, seq__gt=talk.observed_seq).order_by("seq")
    seen = list(news.values_list("seq", "author", "kind", "at"))
    answers = [(seq, at) for seq, author, kind, at in seen if kind == "text" and author not in (None, talk.citizen_id)]
    if answers:
        note_answers(turn, talk, answers)
    if seen:
        talk.observed_seq = seen[-1][0]
        talk.save(update_fields=["observed_seq", "first_reply_at"])


def note_answers(turn: Turn, talk: Consultation, answers: Collection[tuple[int, int]]) -> None:
    """`answers`: number and moment of each text of the government since the last look."""
    first = talk.first_reply_at is None
    if first:
        talk.first_reply_at = from_millis(min(at for _, at in answers))
        turn.changed.add(talk.pk)
    resumed = talk.state == State.HELD and answered_since(talk, max(seq for seq, _ in answers))
    if resumed:
        hold.resume(turn, talk)
    if (first or resumed) and (talk.off_hours or talk.citizen_id not in present([talk.citizen_id], turn.now)):
        telling.notice(
            talk.citizen, "answered", f"{talk.desk.name} 已答复", "请打开咨询查看。", talk=talk, now=turn.now
        )


def answered_since(talk: Consultation, seq: int) -> bool:
    """Whether the standing hold was promised before entry `seq`."""
    return Hold.objects.filter(consultation=talk, ended_at__isnull=True, seq__lt=seq).exists()
