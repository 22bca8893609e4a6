"""Opening a case, accepting it, answering it. Each is one transaction with its event and its entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from zhengwutong.cases import access
from zhengwutong.cases.codes import new_code
from zhengwutong.cases.lifecycle import Move, after
from zhengwutong.cases.models import Case, CaseEvent, CaseState
from zhengwutong.duty.queries import chain
from zhengwutong.journal.actions import Seat, append, close, join, leave, lock, reopen
from zhengwutong.journal.queries import windows
from zhengwutong.kernel import numbers
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.errors import Conflict, Invalid
from zhengwutong.kernel.transaction import write
from zhengwutong.people.models import Office, Post, PostRole, User
from zhengwutong.workdays.actions import set_deadline, settle

MOST_DAYS = 30
LONGEST_SUMMARY = 500
LONGEST_ANSWER = 2000


def open(
    by: User,
    *,
    consultation: int,
    stream: int,
    citizen: User,
    office: Office,
    days: int,
    summary: str,
    asked_at: datetime,
    now: datetime,
    code: Callable[[], str] = new_code,
) -> Case:
    """Take a question to the back office: a number, a look-up code, and a deadline `days` working days after asking.

    `stream` is the talk it came from, where the answer will appear. The people of the office are told. Refuses
    (`Invalid`) days outside 1..30 and a summary that is empty or over 500 characters, (`Conflict`) a second case of
    the same consultation. Whether `by` may do this with that consultation is the caller's question.
    """
    check(office, days, summary)
    with write():
        if Case.objects.filter(consultation=consultation).exists():
            raise Conflict("这次咨询已经转后台办理。")
        above = dict(Office.objects.values_list("pk", "parent"))
        rule = f"转后台办理：{days} 个工作日内答复"
        case = Case.objects.create(
            number=numbers.take(numbers.CASE, now=now),
            code=code(),
            citizen=citizen,
            consultation=consultation,
            stream=stream,
            office=office,
            summary=summary.strip(),
            opened_at=now,
            opened_by=by,
            days=days,
            due_record=set_deadline(rule, start=asked_at, days=days, owners=chain(office.pk, above)),
        )
        note(case, CaseState.REGISTERED, by, now)
        tell_office(case, now)
    return case


def accept(by: User, case_id: int, *, now: datetime) -> Case:
    """Take responsibility for a case of one's office, and get to read the talk it comes from.

    Refuses (`Conflict`) one that is past that.
    """
    with write():
        case = access.case_to_work(by, case_id)
        take(by, case, now)
        case.save(update_fields=["state", "handler"])
    return case


def answer(by: User, case_id: int, body: str, *, now: datetime) -> Case:
    """Answer a case of one's office: the answer appears in the citizen's talk, and the citizen is notified.

    The deadline is settled. Refuses (`Invalid`) an empty answer or one over 2,000 characters, (`Conflict`) a second.
    """
    text = body.strip()
    if not 1 <= len(text) <= LONGEST_ANSWER:
        raise Invalid(fields={"body": f"请填写答复，最多 {LONGEST_ANSWER} 个字。"})
    with write():
        case = access.case_to_work(by, case_id)
        if case.state == CaseState.REGISTERED:
            take(by, case, now)
        case.state = after(case.state, Move.ANSWER)
        case.handler, case.answer, case.answered_at = by, text, now
        case.save(update_fields=["state", "handler", "answer", "answered_at"])
        note(case, CaseState.ANSWERED, by, now)
        settle(case.due_record, now=now)
        say_in_talk(by, case, text, now)
        notify(case.citizen, case, "answered", f"{case.office.short_name}已答复您的办件", now)
    return case


def take(by: User, case: Case, now: datetime) -> None:
    """From now on `by` is responsible, and may read the talk the question comes from."""
    case.state = after(case.state, Move.ACCEPT)
    case.handler = by
    note(case, CaseState.ACCEPTED, by, now)
    window = windows(by.pk, [case.stream]).get(case.stream)
    if window is None or not window.current:
        join(case.stream, Seat(by.pk, may_write=False, follow=False), now=now)


def part(post: Post) -> None:
    """A post has ended: what its holder was responsible for there he may read no further, the talks included."""
    left = Case.objects.filter(handler=post.user_id).exclude(pk__in=access.worked(post.user).values("pk"))
    for stream in left.order_by("stream").values_list("stream", flat=True):
        leave(stream, post.user_id)


def note(case: Case, reached: CaseState, by: User, now: datetime) -> None:
    """Add what happened to the case's own log."""
    CaseEvent.objects.create(case=case, kind=reached, by=by, at=now)


def say_in_talk(by: User, case: Case, text: str, now: datetime) -> None:
    """The answer is the talk's next entry, also when the talk has ended; it stays ended."""
    streams = lock([one for one in (case.stream, case.citizen.notices_id) if one is not None])
    ended = not streams[case.stream].open
    if ended:
        reopen(case.stream)
    officer = {"id": by.pk, "name": by.name, "number": by.staff_number, "desk": case.office.name}
    data = {"case": case.number, "officer": officer}
    append(case.stream, author=by.pk, kind="text", body=text, data=data, now=now)
    if ended:
        close(case.stream)


def tell_office(case: Case, now: datetime) -> None:
    """Notify those who handle cases at the office, and its leads."""
    responsible = Post.objects.filter(
        office=case.office_id, role__in=[PostRole.HANDLER, PostRole.LEAD], until__isnull=True, user__is_active=True
    )
    due = local(case.due_at)
    people = list(User.objects.filter(pk__in=responsible.values("user"), notices__isnull=False))
    lock([person.notices_id for person in people if person.notices_id is not None])
    for person in people:
        notify(person, case, "assigned", f"新办件，{due.month}月{due.day}日前答复", now)


def notify(person: User, case: Case, kind: str, title: str, now: datetime) -> None:
    """Put a notice into somebody's own stream; who has none is not told."""
    if person.notices_id is not None:
        data: dict[str, object] = {
            "kind": kind,
            "case": case.pk,
            "number": case.number,
            "title": title,
            "text": case.summary[:80],
        }
        if kind == "answered":
            data["consultation"] = case.consultation
        append(person.notices_id, author=None, kind="notice", data=data, now=now)


def check(office: Office, days: int, summary: str) -> None:
    problems = {}
    if not 1 <= days <= MOST_DAYS:
        problems["days"] = f"请选择 1 到 {MOST_DAYS} 个工作日。"
    if not 1 <= len(summary.strip()) <= LONGEST_SUMMARY:
        problems["summary"] = f"请写明要核实什么，最多 {LONGEST_SUMMARY} 个字。"
    if not office.active:
        problems["office"] = "请选择在用的单位。"
    if problems:
        raise Invalid(fields=problems)
