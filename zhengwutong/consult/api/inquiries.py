"""Asking another office beside the chat, over HTTP."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router, Status
from pydantic import StringConstraints

from zhengwutong.consult import access, inquiry
from zhengwutong.consult.api.forms import Id, Said, Slug
from zhengwutong.consult.api.talk import Message
from zhengwutong.consult.context import InquiryRow, inquiry_list, inquiry_row
from zhengwutong.kernel import clock
from zhengwutong.kernel.endpoint import Form, Limit, Page, staff
from zhengwutong.people.access import Operation, SignedInRequest, require
from zhengwutong.people.access import desk as open_desk

router = Router(auth=staff)


class InquiryForm(Form):
    desk: Slug
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


@router.post("/consultations/{talk_id}/inquiries", response={201: InquiryRow}, by_alias=True)
def ask(request: SignedInRequest, talk_id: Id, form: InquiryForm) -> Status[InquiryRow]:
    """Put a question to another desk; the citizen does not see it."""
    access.for_serving_officer(request.user, talk_id)
    asked = inquiry.ask(request.user, talk_id, desk=open_desk(form.desk), question=form.question, now=clock.now())
    return Status(201, inquiry_row(access.inquiry(request.user, asked.pk)))


@router.post("/inquiries/{inquiry_id}/entries", response=Said)
def reply(request: SignedInRequest, inquiry_id: Id, form: Message) -> Said:
    """A word in an inquiry, from either office."""
    found = access.inquiry(request.user, inquiry_id)
    stored = inquiry.reply(request.user, found, key=form.key, body=form.body, now=clock.now())
    return Said(stream=found.stream_id, seq=stored.seq, at=stored.at, repeated=stored.repeated)


@router.get("/desk/inquiries", response=Page[InquiryRow], by_alias=True)
def mine(
    request: SignedInRequest,
    open_only: Annotated[bool, Query(alias="open")] = False,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Limit = 50,
) -> dict[str, object]:
    """Questions to one's desks and those one has asked, newest first."""
    require(request.user, Operation.SERVE)
    rows = inquiry_list(request.user, open_only=open_only, before=before, limit=limit + 1)
    return {"items": rows[:limit], "next": rows[limit - 1].id if len(rows) > limit else None}
