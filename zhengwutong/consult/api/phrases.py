"""常用语 over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router, Status
from pydantic import StringConstraints

from zhengwutong.consult import phrases
from zhengwutong.consult.api.forms import Id, Slug
from zhengwutong.consult.models import Phrase
from zhengwutong.kernel.endpoint import Form, staff
from zhengwutong.kernel.shape import Shape
from zhengwutong.people.access import Operation, SignedInRequest, desk_served, desks_of, require

router = Router(auth=staff)
MOST = 500

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


class PhraseRow(Shape):
    """`scope` is whose it is; only one's own can be changed. {称呼} {编号} {截止日} are filled in by the client."""

    id: int
    scope: Literal["own", "department", "province"]
    office: str | None
    title: str
    body: str
    initials: str


class Phrases(Shape):
    items: list[PhraseRow]


class PhraseForm(Form):
    title: Title
    body: Body


class PhraseChanges(Form):
    title: Title | None = None
    body: Body | None = None


@router.get("/phrases", response=Phrases)
def find(
    request: SignedInRequest,
    q: Annotated[str, Query(max_length=40)] = "",
    desk: Annotated[Slug | None, Query()] = None,
) -> dict[str, object]:
    """One's own, the departments' and the province's; `q` looks in title, words and pinyin initials."""
    require(request.user, Operation.SERVE)
    desks = [desk_served(request.user, desk)] if desk else desks_of(request.user)
    return {"items": [row(one) for one in phrases.search(phrases.visible(request.user, desks), q)[:MOST]]}


@router.post("/phrases", response={201: PhraseRow})
def add(request: SignedInRequest, form: PhraseForm) -> Status[PhraseRow]:
    """A phrase of one's own."""
    require(request.user, Operation.SERVE)
    return Status(201, row(phrases.add(request.user, title=form.title, body=form.body)))


@router.patch("/phrases/{phrase_id}", response=PhraseRow)
def change(request: SignedInRequest, phrase_id: Id, form: PhraseChanges) -> PhraseRow:
    """Change one's own phrase."""
    require(request.user, Operation.SERVE)
    return row(phrases.change(request.user, phrase_id, title=form.title, body=form.body))


@router.delete("/phrases/{phrase_id}", response={204: None})
def remove(request: SignedInRequest, phrase_id: Id) -> Status[None]:
    """Delete one's own phrase."""
    require(request.user, Operation.SERVE)
    phrases.remove(request.user, phrase_id)
    return Status(204, None)


def row(one: Phrase) -> PhraseRow:
    scope: Literal["own", "department", "province"] = (
        "own" if one.owner_id else "department" if one.office_id else "province"
    )
    return PhraseRow(
        id=one.pk,
        scope=scope,
        office=one.office.key if one.office else None,
        title=one.title,
        body=one.body,
        initials=one.initials,
    )
