"""The doors of cases: the citizen's own, the public look-up, and the office's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from zhengwutong.cases import access, actions, queries
from zhengwutong.cases.models import CaseState
from zhengwutong.journal.queries import read
from zhengwutong.kernel import clock, limits
from zhengwutong.kernel.endpoint import Form, Limit, Page, anyone, staff
from zhengwutong.kernel.numbers import as_given
from zhengwutong.kernel.shape import Shape
from zhengwutong.people import masking
from zhengwutong.people.access import Operation, SignedInRequest, require

router = Router(tags=["cases"])
LOOKUPS_PER_ADDRESS = 30, 600
LOOKUPS_PER_NUMBER = 30, 3600
UNFINISHED = [CaseState.REGISTERED.value, CaseState.ACCEPTED.value]

Cursor = Annotated[int | None, Query(gt=0, lt=2**63, description="the `next` of the page before")]

Id = Annotated[int, Path(gt=0, lt=2**63)]
Seq = Annotated[int | None, Query(ge=0, lt=2**63)]


class CaseOffice(Shape):
    key: str
    name: str
    short_name: str
    tile: str


class DeadlineChip(Shape):
    """How near the deadline is, in working days left or over."""

    key: str
    tone: str
    icon: str
    days: int
    text: str


class CaseItem(Shape):
    id: int
    number: str
    state: CaseState
    office: CaseOffice
    summary: str
    consultation: int
    opened_at: datetime
    due_at: datetime
    provisional: bool
    late: bool
    chip: DeadlineChip | None
    answered_at: datetime | None


class OfficeCaseItem(CaseItem):
    """What the office sees besides; `handler` has accepted it."""

    citizen_name: str
    handler: str | None


class TimelineStep(Shape):
    """`status`: done, current or expected. An expected step may have the date it is promised for."""

    key: str
    title: str
    text: str
    at: datetime | None
    status: str


class PublicCase(Shape):
    """What number and code together show to whoever has both: nothing of the person, nor of the talk."""

    number: str
    state: CaseState
    office: CaseOffice
    opened_at: datetime
    due_at: datetime
    provisional: bool
    late: bool
    chip: DeadlineChip | None
    answered_at: datetime | None
    answer: str
    timeline: list[TimelineStep]
    due_explained: str


class CaseDetail(PublicCase):
    """`code` is for the citizen only, `citizen_name` and `handler` for the office only."""

    id: int
    summary: str
    consultation: int
    code: str | None
    citizen_name: str | None
    handler: str | None


class TalkEntry(Shape):
    """An entry of the talk; `at` is milliseconds since 1970 UTC."""

    seq: int
    author: int | None
    kind: str
    body: str
    data: dict[str, Any] | None
    at: int
    withdrawn: bool


class TalkEntries(Shape):
    """`next` is the number to go on from in the direction that was asked for; null at the end."""

    items: list[TalkEntry]
    next: int | None


class AnswerForm(Form):
    body: str = Field(min_length=1, max_length=actions.LONGEST_ANSWER)


@router.get("/cases", response=Page[CaseItem])
def my_cases(request: SignedInRequest, before: Cursor = None, limit: Limit = 30) -> dict[str, Any]:
    """One's own cases, newest first."""
    found = queries.mine(request.user, before=before, limit=limit, now=clock.now())
    return paged([item(row) for row in found], limit)


@router.get("/cases/lookup", auth=anyone, response=PublicCase)
def lookup(
    request: HttpRequest, number: Annotated[str, Query(max_length=20)], code: Annotated[str, Query(max_length=8)]
) -> dict[str, Any]:
    """A case by number and code, without signing in. One refusal whichever is wrong."""
    now = clock.now()
    limits.spend_address("case_lookup", request, times=LOOKUPS_PER_ADDRESS[0], seconds=LOOKUPS_PER_ADDRESS[1], now=now)
    limits.spend("case_lookup", as_given(number), times=LOOKUPS_PER_NUMBER[0], seconds=LOOKUPS_PER_NUMBER[1], now=now)
    return detail(queries.view(access.case_by_code(number, code), now=now))


@router.get("/cases/{case_id}", response=CaseDetail)
def case(request: SignedInRequest, case_id: Id) -> dict[str, Any]:
    """One's own case, or one of an office one works for."""
    return detail_for(request, queries.view(access.case_to_read(request.user, case_id), now=clock.now()))


@router.get("/cases/{case_id}/entries", response=TalkEntries)
def entries(
    request: SignedInRequest, case_id: Id, after: Seq = None, before: Seq = None, limit: Limit = 50
) -> dict[str, Any]:
    """The talk a case comes from, for its citizen and for whoever has accepted it."""
    found = access.case_to_read(request.user, case_id)
    page = read(request.user.pk, found.stream, after=after, before=before, limit=limit)
    edge = page.entries[-1 if after is not None else 0].seq if page.more and page.entries else None
    return {"items": page.entries, "next": edge}


@router.get("/desk/cases", auth=staff, response=Page[OfficeCaseItem])
def office_cases(
    request: SignedInRequest, state: CaseState | None = None, before: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """The cases of the offices one works for, newest first; unfinished ones unless a state is asked for."""
    require(request.user, Operation.HANDLE_CASES)
    states = [state.value] if state else UNFINISHED
    found = queries.of_my_offices(request.user, states=states, before=before, limit=limit, now=clock.now())
    return paged([{**item(row), **for_office(row)} for row in found], limit)


@router.post("/cases/{case_id}/accept", auth=staff, response=CaseDetail)
def accept(request: SignedInRequest, case_id: Id) -> dict[str, Any]:
    """Take responsibility for a case of one's office."""
    now = clock.now()
    return detail_for(request, queries.view(actions.accept(request.user, case_id, now=now), now=now))


@router.post("/cases/{case_id}/answer", auth=staff, response=CaseDetail)
def answer(request: SignedInRequest, case_id: Id, form: AnswerForm) -> dict[str, Any]:
    """Answer a case of one's office; the citizen finds it in the talk and among the notices."""
    now = clock.now()
    return detail_for(request, queries.view(actions.answer(request.user, case_id, form.body, now=now), now=now))


# --- as the answers say it -------------------------------------------------------------------------------------------


def item(row: queries.CaseRow) -> dict[str, Any]:
    case = row.case
    return {
        "id": case.pk,
        "number": case.number,
        "state": case.state,
        "office": case.office,
        "summary": case.summary,
        "consultation": case.consultation,
        "opened_at": case.opened_at,
        "due_at": row.due_at,
        "provisional": row.provisional,
        "late": row.late,
        "chip": row.chip and {**{name: getattr(row.chip, name) for name in CHIP}, "text": row.chip.text()},
        "answered_at": case.answered_at,
    }


CHIP = ("key", "tone", "icon", "days")


def for_office(row: queries.CaseRow) -> dict[str, Any]:
    """What only the office sees."""
    handler = row.case.handler
    return {"citizen_name": masking.name(row.case.citizen.name), "handler": handler.name if handler else None}


def detail(view: queries.CaseView) -> dict[str, Any]:
    return {
        **item(view.row),
        "answer": view.row.case.answer,
        "timeline": view.timeline,
        "due_explained": view.due_explained,
        "code": None,
        "citizen_name": None,
        "handler": None,
    }


def detail_for(request: SignedInRequest, view: queries.CaseView) -> dict[str, Any]:
    """The same with what belongs to the one who reads it: the citizen's code, or the office's names."""
    if view.row.case.citizen_id == request.user.pk:
        return {**detail(view), "code": view.row.case.code}
    return {**detail(view), **for_office(view.row)}


def paged(found: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    return {"items": found, "next": found[-1]["id"] if len(found) == limit else None}
