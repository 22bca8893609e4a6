"""Who may do what: one table role × operation, and the only way from an office's key to its row.

`require(user, operation)` answers for the role. What somebody may touch depends on their posts besides:
`desk_served(user, key)` and its neighbours below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from zhengwutong.kernel.errors import NotAllowed, NotFound
from zhengwutong.people.models import Office, Post, PostRole, Role, User


class SignedInRequest(HttpRequest):
    """A request behind `signed_in` or `staff` of the endpoint glue."""

    user: User


class Operation(StrEnum):
    """What people do here, in words of the office. A new kind of work is a new row of `PERMITTED`."""

    ASK = "ask"  # 咨询: ask a department, read and rate one's own
    SERVE = "serve"  # 值班: take and answer consultations of one's desks
    REVEAL = "reveal"  # see masked data in full, with a reason, audited
    KEEP_ROSTER = "keep_roster"  # 排班 of one's own department
    HANDLE_CASES = "handle_cases"  # 承办
    OWN_NAME = "own_name"  # choose one's own display name
    MANAGE_STAFF = "manage_staff"
    MANAGE_OFFICES = "manage_offices"
    READ_ALL_OFFICES = "read_all_offices"  # 督查
    READ_AUDIT = "read_audit"


SERVING = {Operation.SERVE, Operation.REVEAL, Operation.HANDLE_CASES}

PERMITTED: dict[Role, frozenset[Operation]] = {
    Role.CITIZEN: frozenset({Operation.ASK, Operation.OWN_NAME}),
    Role.OFFICER: frozenset(SERVING),
    Role.HANDLER: frozenset({Operation.HANDLE_CASES, Operation.REVEAL}),
    Role.LEAD: frozenset({*SERVING, Operation.KEEP_ROSTER}),
    Role.SECRETARY: frozenset({Operation.HANDLE_CASES, Operation.REVEAL}),
    Role.INSPECTOR: frozenset({Operation.READ_ALL_OFFICES, Operation.REVEAL}),
    Role.SYSTEM_ADMIN: frozenset({Operation.MANAGE_STAFF, Operation.MANAGE_OFFICES, Operation.KEEP_ROSTER}),
    Role.SECURITY_ADMIN: frozenset(),
    Role.AUDIT_ADMIN: frozenset({Operation.READ_AUDIT}),
}

# Work that is refused until a second factor is set up.
GUARDED = {Operation.MANAGE_STAFF, Operation.MANAGE_OFFICES, Operation.READ_AUDIT}


class SecondFactorNeeded(NotAllowed):
    code, text = "second_factor_needed", "这项工作需要先启用两步验证。请到“设置”里启用。"


def may(user: User, operation: Operation) -> bool:
    """Whether the role permits it; says nothing about a particular desk or case."""
    return user.is_active and operation in PERMITTED[Role(user.role)]


def require(user: User, operation: Operation) -> None:
    """NotAllowed unless the role permits it; SecondFactorNeeded where the installation demands one."""
    if not may(user, operation):
        raise NotAllowed
    if operation in GUARDED and settings.SECOND_FACTOR_REQUIRED and not user.demo and not has_second_factor(user):
        raise SecondFactorNeeded


def has_second_factor(user: User) -> bool:
    """Whether somebody signs in with an authenticator besides the password."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


# What the role must permit before somebody can hold a post: desks are heard by those who serve, and by nobody else.
POST_NEEDS: dict[PostRole, frozenset[Operation]] = {
    PostRole.OFFICER: frozenset({Operation.SERVE}),
    PostRole.HANDLER: frozenset({Operation.HANDLE_CASES}),
    PostRole.LEAD: frozenset({Operation.SERVE, Operation.KEEP_ROSTER}),
}


def may_hold(user: User, role: PostRole) -> bool:
    """Whether somebody of this role can hold such a post: an administrator or an inspector can hold none."""
    return user.is_active and POST_NEEDS[role] <= PERMITTED[Role(user.role)]


# --- offices ---------------------------------------------------------------------------------------------------------


def office(key: str) -> Office:
    """An office in service; NotFound otherwise. Offices are public."""
    return found(Office.objects.filter(key=key, active=True))


def desk(key: str) -> Office:
    """An office in service that takes questions live."""
    return found(Office.objects.filter(key=key, active=True, has_desk=True))


def any_office(by: User, key: str) -> Office:
    """An office for whoever keeps the tree, closed ones included."""
    require(by, Operation.MANAGE_OFFICES)
    return found(Office.objects.filter(key=key))


def staff_member(by: User, user_id: int) -> User:
    """Somebody who works here, for whoever manages staff."""
    require(by, Operation.MANAGE_STAFF)
    person = User.objects.filter(pk=user_id).exclude(role=Role.CITIZEN).first()
    if person is None:
        raise NotFound
    return person


def found(offices: QuerySet[Office]) -> Office:
    one = offices.first()
    if one is None:
        raise NotFound
    return one


# --- posts -----------------------------------------------------------------------------------------------------------

AT_A_DESK = (PostRole.OFFICER, PostRole.LEAD)


def posts_of(user: User) -> list[Post]:
    """The posts somebody holds now, with their offices, in the order of the offices."""
    held = Post.objects.filter(user=user, until__isnull=True, office__active=True)
    return list(held.select_related("office").order_by("office__position", "office_id", "id"))


def desks_of(user: User) -> list[Office]:
    """The desks somebody serves."""
    return unique(post.office for post in posts_of(user) if post.role in AT_A_DESK and post.office.has_desk)


def offices_of(user: User, roles: Sequence[str] = tuple(PostRole.values)) -> list[Office]:
    """The offices where somebody holds one of these posts."""
    return unique(post.office for post in posts_of(user) if post.role in roles)


def desk_served(user: User, key: str) -> Office:
    """A desk the user serves; NotFound when it is not theirs."""
    return one_of(desks_of(user), key)


def led_ids(user: User) -> set[int]:
    """The ids of the offices somebody leads, with everything below them."""
    led = {at.pk for at in offices_of(user, [PostRole.LEAD])}
    parents = dict(Office.objects.filter(parent__isnull=False).values_list("pk", "parent_id")) if led else {}
    below = set(led)
    while True:
        more = {child for child, parent in parents.items() if parent in below} - below
        if not more:
            return below
        below |= more


def one_of(offices: Iterable[Office], key: str) -> Office:
    for one in offices:
        if one.key == key:
            return one
    raise NotFound


def unique(offices: Iterable[Office]) -> list[Office]:
    return list({one.pk: one for one in offices}.values())
