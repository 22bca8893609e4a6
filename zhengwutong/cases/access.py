"""The only ways from an id, or a number with its code, to a case."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from zhengwutong.cases.codes import CODE_LENGTH, same_code
from zhengwutong.cases.models import Case
from zhengwutong.kernel.errors import NotFound
from zhengwutong.kernel.numbers import as_given
from zhengwutong.people.access import Operation, led_ids, may, offices_of, require
from zhengwutong.people.models import User

NOBODYS_CODE = "-" * CODE_LENGTH


class NotMatched(NotFound):
    """The one refusal of a look-up: no such number, or not its code."""

    text = "编号或查询码不对，请核对后再试。"


def case_to_read(user: User, case_id: int) -> Case:
    """One's own case, or one of an office one works for. Not yours and not there are the same."""
    return found(Case.objects.filter(Q(citizen=user) | Q(pk__in=worked(user).values("pk")), pk=case_id))


def case_to_work(user: User, case_id: int) -> Case:
    """A case of an office one works for, locked; call inside `write()`."""
    require(user, Operation.HANDLE_CASES)
    return found(worked(user).select_for_update().filter(pk=case_id))


def worked(user: User) -> QuerySet[Case]:
    """The cases of the offices somebody works for, and of those below what they lead."""
    if not may(user, Operation.HANDLE_CASES):
        return Case.objects.none()
    return Case.objects.filter(office__in={office.pk for office in offices_of(user)} | led_ids(user))


def case_by_code(number: str, code: str) -> Case:
    """The case of a number if this is its code. Refuses (`NotMatched`) alike whichever of the two is wrong."""
    case = Case.objects.filter(number=as_given(number)).first()
    if not same_code(code, case.code if case else NOBODYS_CODE) or case is None:
        raise NotMatched
    return case


def found(cases: QuerySet[Case]) -> Case:
    case = cases.first()
    if case is None:
        raise NotFound
    return case
