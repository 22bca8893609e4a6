"""Whose roster one may see and plan. A desk that is not yours and one that is not there are the same answer."""

from __future__ import annotations

from zhengwutong.kernel.errors import NotFound
from zhengwutong.people.access import Operation, desk, led_ids, may, offices_of, require
from zhengwutong.people.models import Office, Role, User


def roster_to_read(by: User, key: str) -> Office:
    """A desk whose roster one may see: where one holds a post, what one leads, any for administrator and inspector."""
    wanted = desk(key)
    if may(by, Operation.READ_ALL_OFFICES) or plans(by, wanted) or wanted in offices_of(by):
        return wanted
    raise NotFound


def roster_to_plan(by: User, key: str) -> Office:
    """A desk whose roster one may change: the lead's own, with those below it; any for the system administrator."""
    require(by, Operation.KEEP_ROSTER)
    wanted = desk(key)
    if plans(by, wanted):
        return wanted
    raise NotFound


def plans(by: User, wanted: Office) -> bool:
    """Whether this person plans that desk's roster."""
    return may(by, Operation.KEEP_ROSTER) and (by.role == Role.SYSTEM_ADMIN or wanted.pk in led_ids(by))
