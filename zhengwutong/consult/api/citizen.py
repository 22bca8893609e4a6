"""What the citizen does over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from zhengwutong.consult import access, citizen, queries
from zhengwutong.consult.api.forms import Body, Id, Key, Seq, Slug
from zhengwutong.consult.shapes import Talk, TalkRow
from zhengwutong.kernel import clock, limits
from zhengwutong.kernel.endpoint import Form, Limit, Page
from zhengwutong.people.access import Operation, SignedInRequest, require
from zhengwutong.people.access import desk as open_desk

router = Router()
ASKS_PER_HOUR = 120


class Question(Form):
    desk: Slug
    body: Body
    key: Key


class Opinion(Form):
    level: Annotated[int, Field(ge=1, le=5)]
    reasons: Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=40)]], Field(max_length=10)] = []
    words: Annotated[str, StringConstraints(max_length=500)] = ""


class Taken(Form):
    seq: Seq


@router.post("/consultations", response={200: Talk, 201: Talk})
def ask(request: SignedInRequest, form: Question) -> Status[Talk]:
    """Ask a department, at any hour. The same key again gives the same consultation with 200."""
    require(request.user, Operation.ASK)
    now = clock.now()
    limits.spend("ask", request.user.pk, times=ASKS_PER_HOUR, seconds=3600, now=now)
    asked, new = citizen.ask(request.user, open_desk(form.desk), body=form.body, key=form.key, now=now)
    return Status(201 if new else 200, shown(request, asked.pk))


@router.get("/consultations", response=Page[TalkRow])
def mine(
    request: SignedInRequest,
    state: Annotated[Literal["open", "ended"] | None, Query()] = None,
    after: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Limit = 20,
) -> dict[str, object]:
    """One's own consultations, newest first."""
    require(request.user, Operation.ASK)
    rows = queries.mine(request.user, state=state, after=after, limit=limit + 1, now=clock.now())
    return {"items": rows[:limit], "next": rows[limit - 1].id if len(rows) > limit else None}


@router.post("/consultations/{talk_id}/leave-message", response=Talk)
def leave_message(request: SignedInRequest, talk_id: Id) -> Talk:
    """Do not wait any longer; the answer comes later and is told."""
    access.for_citizen(request.user, talk_id)
    citizen.leave_message(request.user, talk_id, now=clock.now())
    return shown(request, talk_id)


@router.post("/consultations/{talk_id}/rating", response=Talk)
def rate(request: SignedInRequest, talk_id: Id, form: Opinion) -> Talk:
    """好差评: once, within fifteen days of the end."""
    access.for_citizen(request.user, talk_id)
    citizen.rate(request.user, talk_id, level=form.level, reasons=form.reasons, words=form.words, now=clock.now())
    return shown(request, talk_id)


@router.post("/consultations/{talk_id}/recall", response={204: None})
def recall(request: SignedInRequest, talk_id: Id, form: Taken) -> Status[None]:
    """Take back one's own word within two minutes, while nobody has read it."""
    access.for_citizen(request.user, talk_id)
    citizen.recall(request.user, talk_id, seq=form.seq, now=clock.now())
    return Status(204, None)


def shown(request: SignedInRequest, talk_id: int) -> Talk:
    """The consultation as the caller may see it now."""
    return queries.talk(access.for_reader(request.user, talk_id), reader=request.user, now=clock.now())
