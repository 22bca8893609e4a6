"""Declaring oneself, and planning who owes duty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from zhengwutong.duty import board, changes
from zhengwutong.duty.models import Declaration, Declared, Shift
from zhengwutong.duty.queries import declared
from zhengwutong.duty.roster import Planned, replaced
from zhengwutong.duty.stretches import Stretch
from zhengwutong.journal.actions import append, lock
from zhengwutong.kernel import audit
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.errors import Invalid
from zhengwutong.kernel.transaction import after_commit, write
from zhengwutong.people.access import AT_A_DESK, desks_of
from zhengwutong.people.models import Office, Post, User

SELF, MISSED = "self", "missed"
LONGEST_SHIFT = timedelta(hours=24)
LONGEST_WINDOW = timedelta(days=93)
MOST_SHIFTS = 2000


def declare(officer: User, state: Declared, *, reason: str = SELF, now: datetime) -> Declared:
    """Say that one is online, busy or away, and tell the desks one serves. Saying it again changes nothing.

    `reason` is `self`, or `missed` when an offer ran out unanswered and the service says it for him.
    """
    with write():
        desks = desks_of(officer)
        lock([desk.desk_stream_id for desk in desks if desk.desk_stream_id is not None])
        if declared(officer.pk, now) == state:
            return state
        Declaration.objects.create(user=officer, state=state, reason=reason, since=now)
        for desk in desks:
            say_state(desk, officer, state, now)
        tell([desk.pk for desk in desks])
    return state


def put_shifts(by: User | None, desk: Office, shifts: Sequence[Planned], *, window: Stretch, now: datetime) -> int:
    """Replace the roster of a desk in `window` by these shifts; gives how many rows changed. Audited with both.

    The past is evidence of what was owed and stays: a window that began earlier begins now. Refuses (`Invalid`) people
    without a post at the desk, shifts outside the window or longer than a day, and windows over 93 days.
    `by` is None for the installation itself. Who may do this is the door's question (`access.roster_to_plan`).
    """
    check(shifts, window)
    with write():
        Office.objects.select_for_update(no_key=True).get(pk=desk.pk)
        check_posts(desk, {shift.user for shift in shifts})
        open_window = Stretch(max(window.start, now), max(window.end, now))
        rows = {
            Planned(row.user_id, row.start, row.end, row.note): row.pk
            for row in Shift.objects.filter(desk=desk, start__lt=open_window.end, end__gt=open_window.start)
        }
        after = replaced(rows, shifts, open_window)
        gone, new = sorted(rows.keys() - after), sorted(after - rows.keys())
        if gone or new:
            Shift.objects.filter(pk__in=[rows[shift] for shift in gone]).delete()
            Shift.objects.bulk_create(Shift(desk=desk, **fields(shift)) for shift in new)
            facts = {"removed": [told(shift) for shift in gone], "added": [told(shift) for shift in new]}
            audit.record(by.pk if by else None, "duty.roster", f"office:{desk.pk}", now=now, facts=facts)
            tell([desk.pk])
    return len(gone) + len(new)


def tell(desks: Iterable[int]) -> None:
    """After the commit: a new board, and those who want to know."""
    after_commit(board.forget)
    changes.announce(set(desks))


def say_state(desk: Office, officer: User, state: Declared, now: datetime) -> None:
    """Tell the desk's own stream."""
    if desk.desk_stream_id is not None:
        data = {"officer": officer.pk, "state": state.value}
        append(desk.desk_stream_id, author=None, kind="state", data=data, now=now)


def check(shifts: Sequence[Planned], window: Stretch) -> None:
    if not timedelta() < window.end - window.start <= LONGEST_WINDOW:
        raise Invalid(fields={"to": f"请选择 1 到 {LONGEST_WINDOW.days} 天。"})
    if len(shifts) > MOST_SHIFTS:
        raise Invalid(fields={"shifts": f"一次最多 {MOST_SHIFTS} 个班次。"})
    for shift in shifts:
        if not timedelta() < shift.end - shift.start <= LONGEST_SHIFT:
            raise Invalid(fields={"shifts": "每个班次的结束要晚于开始，最长 24 小时。"})
        if shift.within(window) is None:
            raise Invalid(fields={"shifts": "班次要在所选的日期之内。"})


def check_posts(desk: Office, users: set[int]) -> None:
    held = Post.objects.filter(office=desk, user__in=users, role__in=AT_A_DESK, until__isnull=True)
    if users - set(held.filter(user__is_active=True).values_list("user", flat=True)):
        raise Invalid(fields={"shifts": "只能安排在本单位值班的人员。"})


def fields(shift: Planned) -> dict[str, object]:
    return {"user_id": shift.user, "start": shift.start, "end": shift.end, "note": shift.note}


def told(shift: Planned) -> list[object]:
    """A shift as the audit record keeps it."""
    return [shift.user, local(shift.start).isoformat(), local(shift.end).isoformat(), shift.note]
