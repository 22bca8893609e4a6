"""The officer's desk over HTTP: lists, taking people, and everything done with one's own conversation."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from zhengwutong.consult import access, context, desk, hold, officer, options, outcome, queries, transfer
from zhengwutong.consult.api.forms import Body, Id, Said, Seq, Slug, Subject, Words
from zhengwutong.consult.api.talk import Message, said
from zhengwutong.consult.shapes import DeskRow, Talk
from zhengwutong.kernel import clock
from zhengwutong.kernel.endpoint import Form, Limit, Page, staff
from zhengwutong.kernel.errors import Invalid
from zhengwutong.kernel.shape import Shape
from zhengwutong.people.access import Operation, SignedInRequest, desk_served, desks_of, require
from zhengwutong.people.access import desk as open_desk
from zhengwutong.people.access import office as open_office
from zhengwutong.people.models import User

router = Router(auth=staff)

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class HoldForm(Form):
    minutes: Annotated[int, Field(ge=1, le=60)]
    reason: Reason
    asking: Slug | None = None


class TransferForm(Form):
    desk: Slug
    summary: Summary
    words: Annotated[str, StringConstraints(max_length=500)] = ""


class HandoverForm(Form):
    officer: Annotated[int, Field(ge=1, lt=2**63)]
    summary: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class BackOfficeForm(Form):
    office: Slug
    days: Literal[1, 3, 5, 15]
    subject: Subject
    summary: Summary
    words: Words = ""


class Correction(Form):
    seq: Seq
    body: Body


class RevealForm(Form):
    field: Literal["phone", "email"]
    reason: Reason


class Revealed(Shape):
    field: str
    value: str


class Seen(Shape):
    seq: int


# --- lists -----------------------------------------------------------------------------------------------------------


@router.get("/desk", response=desk.Desk)
def snapshot(request: SignedInRequest) -> desk.Desk:
    """Everything on one's desk now; the desks' streams go on from there."""
    require(request.user, Operation.SERVE)
    return desk.snapshot(request.user, now=clock.now())


After = Annotated[int | None, Query(ge=1, lt=2**63)]


@router.get("/desk/waiting", response=Page[DeskRow])
def waiting(request: SignedInRequest, after: After = None, limit: Limit = desk.PAGE) -> dict[str, object]:
    """Who waits at one's desks, in the order in which they are served."""
    require(request.user, Operation.SERVE)
    items, more = desk.waiting_list(request.user, desk.LIVE, after=after, limit=limit)
    return {"items": items, "next": more}


@router.get("/desk/messages", response=Page[DeskRow])
def messages(request: SignedInRequest, after: After = None, limit: Limit = desk.PAGE) -> dict[str, object]:
    """What was left at one's desks to be answered later."""
    require(request.user, Operation.SERVE)
    items, more = desk.waiting_list(request.user, desk.MESSAGES, after=after, limit=limit)
    return {"items": items, "next": more}


@router.get("/desk/transfer-options", response=options.Options)
def transfer_options(request: SignedInRequest, consultation: Annotated[int, Query(ge=1, lt=2**63)]) -> options.Options:
    """Where this conversation may go: departments, colleagues, back offices with their deadlines, other authorities."""
    talk = access.for_desk_staff(request.user, consultation)
    return options.options(talk.desk, besides=request.user, now=clock.now())


class Colleagues(Shape):
    items: list[options.Colleague]


@router.get("/desk/colleagues", response=Colleagues)
def colleagues(request: SignedInRequest, desk: Slug) -> dict[str, object]:
    """Everybody who serves one of one's desks, those on duty marked."""
    require(request.user, Operation.SERVE)
    return {"items": options.colleagues(desk_served(request.user, desk), now=clock.now())}


# --- taking people ---------------------------------------------------------------------------------------------------


@router.post("/desk/take", response=Talk)
def take(request: SignedInRequest) -> Talk:
    """Take whoever is first in line at one's desks."""
    require(request.user, Operation.SERVE)
    desks = [one.pk for one in desks_of(request.user)]
    return shown(request, officer.take(request.user, desks, now=clock.now()).pk)


@router.post("/consultations/{talk_id}/accept", response=Talk)
def accept(request: SignedInRequest, talk_id: Id) -> Talk:
    """Accept an offer or a handover, or take somebody by hand."""
    access.for_desk_staff(request.user, talk_id)
    officer.accept(request.user, talk_id, now=clock.now())
    return shown(request, talk_id)


@router.post("/consultations/{talk_id}/decline", response={204: None})
def decline(request: SignedInRequest, talk_id: Id) -> Status[None]:
    """Pass an offer on."""
    access.for_desk_staff(request.user, talk_id)
    officer.decline(request.user, talk_id, now=clock.now())
    return Status(204, None)


# --- one's own conversation ------------------------------------------------------------------------------------------


@router.post("/consultations/{talk_id}/hold", response=Talk)
def put_on_hold(request: SignedInRequest, talk_id: Id, form: HoldForm) -> Talk:
    """请稍等: say why and for how many minutes."""
    access.for_serving_officer(request.user, talk_id)
    asking = open_office(form.asking) if form.asking else None
    hold.hold(request.user, talk_id, minutes=form.minutes, reason=form.reason, asking=asking, now=clock.now())
    return shown(request, talk_id)


@router.post("/consultations/{talk_id}/transfer", response=Talk)
def to_department(request: SignedInRequest, talk_id: Id, form: TransferForm) -> Talk:
    """To another department, open or closed."""
    access.for_serving_officer(request.user, talk_id)
    to = open_desk(form.desk)
    talk = transfer.transfer(
        request.user, talk_id, to=to, summary=form.summary, words=form.words.strip(), now=clock.now()
    )
    return queries.talk(talk, reader=request.user, now=clock.now())


@router.post("/consultations/{talk_id}/handover", response=Talk)
def to_colleague(request: SignedInRequest, talk_id: Id, form: HandoverForm) -> Talk:
    """To a colleague of the same desk."""
    talk = access.for_serving_officer(request.user, talk_id)
    colleague = User.objects.filter(pk=form.officer, posts__office=talk.desk, posts__until__isnull=True).first()
    if colleague is None:
        raise Invalid(fields={"officer": "请选择本部门的值班员。"})
    transfer.hand_over(request.user, talk_id, to=colleague, summary=form.summary, now=clock.now())
    return shown(request, talk_id)


@router.post("/consultations/{talk_id}/back-office", response=Talk)
def to_back_office(request: SignedInRequest, talk_id: Id, form: BackOfficeForm) -> Talk:
    """转后台: a case of an office, with number, look-up code and deadline."""
    access.for_serving_officer(request.user, talk_id)
    outcome.back_office(
        request.user,
        talk_id,
        office=open_office(form.office),
        days=form.days,
        subject=form.subject,
        summary=form.summary,
        words=form.words.strip(),
        now=clock.now(),
    )
    return shown(request, talk_id)


@router.post("/consultations/{talk_id}/correct", response=Seen)
def correct(request: SignedInRequest, talk_id: Id, form: Correction) -> Seen:
    """Correct one's own answer; the original stays."""
    access.for_serving_officer(request.user, talk_id)
    return Seen(seq=officer.correct(request.user, talk_id, seq=form.seq, body=form.body, now=clock.now()))


@router.post("/consultations/{talk_id}/notes", response=Said)
def note(request: SignedInRequest, talk_id: Id, form: Message) -> Said:
    """An internal note; the citizen is no member of that stream."""
    return said(request, access.for_desk_staff(request.user, talk_id).notes_id, form)


@router.get("/consultations/{talk_id}/context", response=context.Context, by_alias=True)
def beside(request: SignedInRequest, talk_id: Id) -> context.Context:
    """Who asks, what he asked before, which offices are being asked."""
    talk = access.for_desk_staff(request.user, talk_id)
    context.read(request.user, talk, now=clock.now())
    return context.context(talk)


@router.post("/consultations/{talk_id}/reveal", response=Revealed)
def reveal(request: SignedInRequest, talk_id: Id, form: RevealForm) -> Revealed:
    """A masked field in full: a reason is required and everything is put on record."""
    talk = access.for_desk_staff(request.user, talk_id)
    value = context.reveal(request.user, talk, field=form.field, reason=form.reason, now=clock.now())
    return Revealed(field=form.field, value=value)


def shown(request: SignedInRequest, talk_id: int) -> Talk:
    return queries.talk(access.for_desk_staff(request.user, talk_id), reader=request.user, now=clock.now())
