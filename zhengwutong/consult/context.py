"""What the officer sees beside the conversation: who asks, what he asked before, what is still open for him."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from pydantic import ConfigDict, Field

from zhengwutong.cases.models import Case, CaseState
from zhengwutong.consult.models import Consultation, Inquiry
from zhengwutong.consult.queries import previous
from zhengwutong.consult.shapes import (
    DeskFace,
    Moment,
    OfficeName,
    OutcomeName,
    StateName,
    citizen_face,
    desk_face,
    maybe,
    moment,
    office_name,
    outcome_of,
    state_of,
)
from zhengwutong.journal.queries import last_entries
from zhengwutong.kernel import audit
from zhengwutong.kernel.errors import NotAllowed
from zhengwutong.kernel.shape import Shape
from zhengwutong.kernel.transaction import write
from zhengwutong.people import masking
from zhengwutong.people.access import Operation, desks_of, led_ids, may
from zhengwutong.people.models import User

SHOWN = 20
REVEALED = {"phone": "phone", "email": "email"}


class Card(Shape):
    """The citizen as the desk may see him. Full numbers only by `reveal`; nothing at all before acceptance."""

    name: str
    verified: bool
    anonymous: bool
    phone_masked: str | None
    email_masked: str | None
    region: str
    joined_at: Moment | None
    open_cases: int


class Before(Shape):
    id: int
    number: str
    state: StateName
    desk: DeskFace
    question: str
    subject: str
    asked_at: Moment
    outcome: OutcomeName | None
    stream: int


class InquiryRow(Shape):
    """A question between offices. `last` is the newest word in it."""

    model_config = ConfigDict(populate_by_name=True)

    id: int
    consultation: int
    number: str
    stream: int
    asked_by: str
    sender: OfficeName = Field(alias="from")
    to: OfficeName
    question: str
    asked_at: Moment
    answered_at: Moment | None
    answered_by: str | None
    last: str


class Context(Shape):
    citizen: Card
    previous: list[Before]
    inquiries: list[InquiryRow]


def context(of: Consultation) -> Context:
    """Card, earlier consultations at the same desk, and the inquiries of this one."""
    hidden = of.accepted_at is None
    earlier = [] if hidden else list(previous(of).select_related("desk").order_by("-asked_at")[:SHOWN])
    asked = Inquiry.objects.filter(consultation=of).select_related(
        "consultation__desk", "desk", "asked_by", "answered_by"
    )
    return Context(
        citizen=card(of, hidden=hidden), previous=list(map(before, earlier)), inquiries=inquiry_rows(list(asked))
    )


def card(of: Consultation, *, hidden: bool) -> Card:
    citizen = of.citizen
    open_cases = Case.objects.filter(citizen=citizen).exclude(state=CaseState.ANSWERED)
    face = citizen_face(citizen, hidden=hidden)
    return Card(
        name=face.name,
        verified=face.verified,
        anonymous=face.anonymous,
        phone_masked=None if hidden else masking.phone(citizen.phone) or None,
        email_masked=None if hidden else masking.email(citizen.email) or None,
        region="" if hidden else citizen.region,
        joined_at=None if hidden else moment(citizen.date_joined),
        open_cases=0 if hidden else open_cases.count(),
    )


def before(one: Consultation) -> Before:
    return Before(
        id=one.pk,
        number=one.number,
        state=state_of(one),
        desk=desk_face(one.desk),
        question=one.question[:80],
        subject=one.subject,
        asked_at=moment(one.asked_at),
        outcome=outcome_of(one),
        stream=one.stream_id,
    )


def inquiry_list(user: User, *, open_only: bool, before: int | None, limit: int) -> list[InquiryRow]:
    """Questions to the user's desks and those he asked himself, newest first, with ids below `before`."""
    desks = [desk.pk for desk in desks_of(user)]
    found = Inquiry.objects.filter(Q(desk__in=desks) | Q(asked_by=user)) if desks else Inquiry.objects.none()
    if open_only:
        found = found.filter(answered_at__isnull=True)
    if before is not None:
        found = found.filter(pk__lt=before)
    people = found.select_related("consultation__desk", "desk", "asked_by", "answered_by")
    return inquiry_rows(list(people.order_by("-pk")[:limit]))


def inquiry_row(one: Inquiry) -> InquiryRow:
    return inquiry_rows([one])[0]


def inquiry_rows(inquiries: list[Inquiry]) -> list[InquiryRow]:
    """Lines for inquiries read with their desks and people."""
    last = last_entries([one.stream_id for one in inquiries])
    return [
        InquiryRow(
            id=one.pk,
            consultation=one.consultation_id,
            number=one.consultation.number,
            stream=one.stream_id,
            asked_by=one.asked_by.name,
            **{"from": office_name(one.consultation.desk)},
            to=office_name(one.desk),
            question=one.question,
            asked_at=moment(one.asked_at),
            answered_at=maybe(one.answered_at),
            answered_by=one.answered_by.name if one.answered_by else None,
            last=last[one.stream_id].body[:80] if one.stream_id in last else "",
        )
        for one in inquiries
    ]


def reveal(by: User, of: Consultation, *, field: str, reason: str, now: datetime) -> str:
    """One masked field in full, with a reason, audited: no record, no answer.

    Only for whoever serves the conversation, or leads his desk (`NotAllowed` otherwise).
    """
    if of.accepted_at is None or not may(by, Operation.REVEAL) or not (of.officer_id == by.pk or leads(by, of)):
        raise NotAllowed("只有正在接待的值班员可以查看完整资料。")
    with write():
        audit.record(by.pk, "consult.reveal", f"consultation:{of.pk}", now=now, reason=reason, facts={"field": field})
        return str(getattr(of.citizen, REVEALED[field]))


def leads(by: User, of: Consultation) -> bool:
    """Whether somebody leads the desk where it is: the lead of another desk who only helps here does not."""
    return of.desk_id in led_ids(by)


def read(by: User, of: Consultation, *, now: datetime) -> None:
    """Put on record that somebody looked into a conversation that is not his own."""
    if by.pk not in (of.citizen_id, of.officer_id):
        with write():
            audit.record(by.pk, "consult.read", f"consultation:{of.pk}", now=now, facts={"state": of.state})
