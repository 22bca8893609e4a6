"""What a screen shows of cases, as plain values. Lists cost the same number of queries however long they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from zhengwutong.cases.access import worked
from zhengwutong.cases.models import Case, CaseEvent, CaseState
from zhengwutong.duty.queries import chain
from zhengwutong.kernel.clock import local
from zhengwutong.people.models import Office, User
from zhengwutong.workdays.deadline import Chip, explain, left
from zhengwutong.workdays.queries import as_deadline, calendars_for


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the timeline. `status` is done, current or expected; an expected one may have a date in `at`."""

    key: str
    title: str
    text: str
    at: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. `chip` says how near the deadline is; null once answered."""

    case: Case
    due_at: datetime
    provisional: bool
    late: bool
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its steps and how its deadline was counted."""

    row: CaseRow
    timeline: tuple[Step, ...]
    due_explained: str


def mine(citizen: User, *, before: int | None, limit: int, now: datetime) -> list[CaseRow]:
    """The citizen's own cases, newest first, those with an id below `before`."""
    return page(Case.objects.filter(citizen=citizen), before, limit, now)


def of_my_offices(user: User, *, states: Sequence[str], before: int | None, limit: int, now: datetime) -> list[CaseRow]:
    """The cases of the offices somebody works for, newest first."""
    return page(worked(user).filter(state__in=states), before, limit, now)


def view(case: Case, *, now: datetime) -> CaseView:
    """One case in full."""
    [row] = rows([case], now)
    return CaseView(row, tuple(timeline(row, list(case.events.order_by("id")))), explain(as_deadline(case.due_record)))


def page(cases: QuerySet[Case], before: int | None, limit: int, now: datetime) -> list[CaseRow]:
    if before is not None:
        cases = cases.filter(pk__lt=before)
    related = cases.select_related("office", "due_record", "handler", "citizen")
    return rows(related.order_by("-pk")[:limit], now)


def rows(cases: Iterable[Case], now: datetime) -> list[CaseRow]:
    """The rows of cases with their chips: four queries, however many."""
    listed = list(cases)
    open_cases = [case for case in listed if case.state != CaseState.ANSWERED]
    chips = chips_of(open_cases, now)
    return [
        CaseRow(
            case,
            case.due_at,
            case.due_record.provisional,
            late=(case.answered_at or now) > case.due_at,
            chip=chips.get(case.pk),
        )
        for case in listed
    ]


def chips_of(cases: Sequence[Case], now: datetime) -> dict[int, Chip]:
    if not cases:
        return {}
    above = dict(Office.objects.values_list("pk", "parent"))
    moments = [now, *(case.due_at for case in cases)]
    first, last = local(min(moments)).date(), local(max(moments)).date()
    calendars = calendars_for({case.pk: chain(case.office_id, above) for case in cases}, first, last)
    return {case.pk: left(case.due_at, now, calendars[case.pk]) for case in cases}


def timeline(row: CaseRow, events: Sequence[CaseEvent]) -> Iterable[Step]:
    """The steps behind, the present one, and those to come with the date they are promised for."""
    case, office = row.case, row.case.office.name
    happened = {event.kind: event.at for event in events}
    accepted, answered = happened.get(CaseState.ACCEPTED), happened.get(CaseState.ANSWERED)
    yield Step("asked", "您提出咨询", "", case.due_record.start, "done")
    yield Step("registered", "已登记", f"转{office}办理，{case.days} 个工作日内答复", case.opened_at, "done")
    if accepted is None:
        yield Step("registered.waiting", "等待接收", f"{office}即将接收", None, "current")
    else:
        yield Step("accepted", f"{office}已接收", "", accepted, "done")
    if answered is not None:
        yield Step("answered", f"{office}已答复", "答复也在原来的对话里", answered, "done")
        return
    if accepted is not None:
        yield Step("working", "正在办理", "", None, "current")
    yield Step("answering", "书面答复", "", row.due_at, "expected")
