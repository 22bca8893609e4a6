"""Asking another office beside the chat. The citizen is no member of that stream and his name is not told in it."""

from __future__ import annotations

from datetime import datetime

from zhengwutong.consult import serving, telling
from zhengwutong.consult.handling import at
from zhengwutong.consult.models import Consultation, Inquiry
from zhengwutong.consult.serving import group_of
from zhengwutong.journal.actions import Seat, append, leave, open_stream, say
from zhengwutong.journal.entries import EntryView, Stored
from zhengwutong.journal.models import Entry, GroupMember
from zhengwutong.kernel.clock import from_millis
from zhengwutong.kernel.errors import Conflict
from zhengwutong.kernel.transaction import write
from zhengwutong.people.access import desks_of
from zhengwutong.people.models import Office, Post, User


def ask(officer: User, talk_id: int, *, desk: Office, question: str, now: datetime) -> Inquiry:
    """Put a question to another desk; its people are told, the talk goes on meanwhile."""
    with at(talk_id, officers=[officer.pk], desks=[desk.pk], now=now) as (turn, talk):
        serving.check_chair(talk, officer)
        if desk.pk == talk.desk_id:
            raise Conflict("请选择另一个部门。")
        seats = [Seat(officer.pk), Seat(group_of(talk.desk), follow=False), Seat(group_of(desk))]
        inquiry = Inquiry.objects.create(
            consultation=talk,
            asked_by=officer,
            desk=desk,
            stream=open_stream("inquiry", seats, now=now),
            question=question,
            asked_at=now,
        )
        append(inquiry.stream_id, author=officer.pk, kind="text", body=question, now=now)
        tell_desk(inquiry, talk, now=now)
        turn.changed.add(talk.pk)
        return inquiry


def tell_desk(inquiry: Inquiry, talk: Consultation, *, now: datetime) -> None:
    """A line on the asked desk's stream."""
    facts = {"id": inquiry.pk, "from": telling.office(talk.desk), "stream": inquiry.stream_id, "answered": False}
    append(telling.desk_stream(inquiry.desk), author=None, kind="inquiry", data=facts, now=now)


def reply(by: User, inquiry: Inquiry, *, key: str, body: str, now: datetime) -> Stored:
    """A word in the inquiry, from either side. The first one of the asked desk answers it."""
    with write():
        stored = say(by.pk, inquiry.stream_id, key=key, body=body, now=now)
        note_answer(inquiry.pk, now=now)
        return stored


def part(post: Post) -> None:
    """A post has ended: whoever serves no desk any more hears no further answers to what he asked."""
    if desks_of(post.user):
        return
    asked = Inquiry.objects.filter(asked_by=post.user_id).order_by("stream")
    for stream in asked.values_list("stream", flat=True):
        leave(stream, post.user_id)


def written(entries: list[EntryView]) -> None:
    """The observer's call, for what came over the socket."""
    streams = {entry.stream for entry in entries if entry.kind == "text"}
    now = from_millis(max(entry.at for entry in entries))
    open_ones = Inquiry.objects.filter(stream__in=streams, answered_at__isnull=True)
    for inquiry_id in open_ones.values_list("pk", flat=True):
        with write():
            note_answer(inquiry_id, now=now)


def note_answer(inquiry_id: int, *, now: datetime) -> None:
    """Remember who of the asked desk answered first, and tell the officer who asked."""
    inquiry = (
        Inquiry.objects.select_for_update(of=("self",))
        .select_related("consultation", "desk", "asked_by")
        .get(pk=inquiry_id)
    )
    if inquiry.answered_at is not None:
        return
    theirs = GroupMember.objects.filter(group=inquiry.desk.group_id).values("user_id")
    said = Entry.objects.filter(stream=inquiry.stream_id, kind="text", author__in=theirs)
    first = said.exclude(author=inquiry.asked_by_id).order_by("seq").values_list("author", "at").first()
    if first is None or first[0] is None:
        return
    inquiry.answered_by_id = first[0]
    inquiry.answered_at = from_millis(first[1])
    inquiry.save(update_fields=["answered_by", "answered_at"])
    telling.notice(
        inquiry.asked_by,
        "inquiry",
        f"{inquiry.desk.name} 已回复",
        "业务交流有新的回复。",
        talk=inquiry.consultation,
        now=now,
        inquiry=inquiry.pk,
    )
