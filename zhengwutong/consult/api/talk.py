"""Doors that both sides use, each for what is theirs: read, write, end, record."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhengwutong.consult import access, citizen, context, outcome, queries, record
from zhengwutong.consult.api.forms import Body, Id, Key, Said, Subject, Words
from zhengwutong.consult.models import Outcome
from zhengwutong.consult.shapes import Talk
from zhengwutong.journal.actions import say
from zhengwutong.journal.entries import EntryView
from zhengwutong.journal.queries import read
from zhengwutong.kernel import clock, limits
from zhengwutong.kernel.endpoint import Form
from zhengwutong.kernel.errors import Invalid
from zhengwutong.kernel.shape import Shape
from zhengwutong.people.access import SignedInRequest
from zhengwutong.people.models import Destination

router = Router()
TEXT_FILE = {"responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}}
WORDS_PER_MINUTE = 120


class EntryItem(Shape):
    """An entry as the socket tells it, without the tag."""

    stream: int
    seq: int
    author: int | None
    key: str | None = None
    kind: str
    body: str
    data: dict[str, Any] | None = None
    at: int = Field(description="milliseconds since 1970 UTC")
    withdrawn: bool = False


class Entries(Shape):
    """`next` is the number to ask with for what follows in the same direction, null at the end."""

    items: list[EntryItem]
    more: bool
    next: int | None


class Message(Form):
    key: Key
    body: Body


class End(Form):
    """A citizen sends nothing; an officer says how it ended and what it was about."""

    outcome: Literal["answered", "consulted", "outside"] | None = None
    subject: Subject | None = None
    text: Words = ""
    destination: Annotated[int, Field(ge=1, lt=2**63)] | None = None


@router.get("/consultations/{talk_id}", response=Talk)
def one(request: SignedInRequest, talk_id: Id) -> Talk:
    """One consultation. A colleague's look into it is put on record."""
    talk = access.for_reader(request.user, talk_id)
    now = clock.now()
    context.read(request.user, talk, now=now)
    return queries.talk(talk, reader=request.user, now=now)


Seq = Annotated[int | None, Query(ge=0, lt=2**63)]


@router.get("/consultations/{talk_id}/entries", response=Entries)
def entries(
    request: SignedInRequest,
    talk_id: Id,
    after: Seq = None,
    before: Seq = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, object]:
    """What was said, in the order of its numbers: after one, before one, or the newest."""
    talk = access.for_reader(request.user, talk_id)
    context.read(request.user, talk, now=clock.now())
    page = read(request.user.pk, talk.stream_id, after=after, before=before, limit=limit)
    edge = page.entries[-1 if after is not None else 0].seq if page.more and page.entries else None
    return {"items": [item(entry) for entry in page.entries], "more": page.more, "next": edge}


@router.post("/consultations/{talk_id}/entries", response=Said)
def write(request: SignedInRequest, talk_id: Id, form: Message) -> Said:
    """Say something, as the socket's `send` does; the same key again is stored once."""
    talk = access.for_reader(request.user, talk_id)
    return said(request, talk.stream_id, form)


@router.post("/consultations/{talk_id}/end", response=Talk)
def end(request: SignedInRequest, talk_id: Id, form: End) -> Talk:
    """The citizen has no further need, or the officer ends with a lawful outcome and its facts."""
    now = clock.now()
    if request.user.is_citizen:
        access.for_citizen(request.user, talk_id)
        if form.outcome is not None or form.subject is not None or form.text or form.destination is not None:
            raise Invalid("群众结束咨询不用填写结果。")
        citizen.end(request.user, talk_id, now=now)
    else:
        access.for_serving_officer(request.user, talk_id)
        end_as_officer(request, talk_id, form)
    return queries.talk(access.for_reader(request.user, talk_id), reader=request.user, now=now)


def end_as_officer(request: SignedInRequest, talk_id: int, form: End) -> None:
    missing = {name: "请填写。" for name in ("outcome", "subject") if getattr(form, name) is None}
    if missing or form.outcome is None or form.subject is None:
        raise Invalid(fields=missing)
    outcome.end(
        request.user,
        talk_id,
        outcome=Outcome(form.outcome),
        subject=form.subject,
        text=form.text.strip(),
        destination=destination(form.destination),
        now=clock.now(),
    )


def destination(destination_id: int | None) -> Destination | None:
    if destination_id is None:
        return None
    found = Destination.objects.filter(pk=destination_id, active=True).first()
    if found is None:
        raise Invalid(fields={"destination": "请从名单中选择。"})
    return found


@router.get("/consultations/{talk_id}/record", response=record.Record)
def printable(request: SignedInRequest, talk_id: Id) -> record.Record:
    """The whole record, for printing."""
    return recorded(request, talk_id)


@router.get("/consultations/{talk_id}/record.txt", openapi_extra=TEXT_FILE)
def download(request: SignedInRequest, talk_id: Id) -> HttpResponse:
    """The same as a text file to keep."""
    found = recorded(request, talk_id)
    response = HttpResponse(record.as_text(found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.txt"'
    return response


def recorded(request: SignedInRequest, talk_id: int) -> record.Record:
    talk = access.for_reader(request.user, talk_id)
    now = clock.now()
    context.read(request.user, talk, now=now)
    return record.record(talk, hidden=not request.user.is_citizen and talk.accepted_at is None, now=now)


def said(request: SignedInRequest, stream: int, form: Message) -> Said:
    """Store what the caller says in a stream of which he must be a member."""
    now = clock.now()
    limits.spend("say", request.user.pk, times=WORDS_PER_MINUTE, seconds=60, now=now)
    stored = say(request.user.pk, stream, key=form.key, body=form.body, now=now)
    return Said(stream=stream, seq=stored.seq, at=stored.at, repeated=stored.repeated)


def item(entry: EntryView) -> dict[str, object]:
    return {name: getattr(entry, name) for name in entry.__struct_fields__}
