"""What is done to accounts, offices and posts. Each verb is one transaction; the doors only parse and answer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from zhengwutong.journal import actions as journal
from zhengwutong.journal.models import Group
from zhengwutong.kernel import audit
from zhengwutong.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from zhengwutong.kernel.transaction import write
from zhengwutong.people import access, departures, names
from zhengwutong.people.access import Operation
from zhengwutong.people.models import Destination, Office, Post, PostRole, Role, User

Row = TypeVar("Row", bound=Model)


def changed(row: Row, changes: Mapping[str, Any]) -> Row:
    """The row with these fields set and stored; the other fields are left to whoever else changes them."""
    for field, value in changes.items():
        setattr(row, field, value)
    if changes:
        row.save(update_fields=list(changes))
    return row


# --- accounts --------------------------------------------------------------------------------------------------------


def open_account(user: User, *, now: datetime) -> User:
    """Store a new account and the stream of its notices. `user` comes filled in, with its password set or unusable."""
    with write():
        user.username, user.date_joined = user.username.lower(), now
        user.save(force_insert=True)
        user.notices = journal.open_stream("notices", [journal.Seat(user.pk, may_write=False)], now=now)
        user.save(update_fields=["notices"])
    return user


def open_anonymous(*, now: datetime) -> User:
    """An account that belongs to a device: no password, a random name, to be claimed later."""
    user = User(
        username=f"guest-{secrets.token_hex(8)}", name=f"匿名用户{secrets.randbelow(10_000):04d}", anonymous=True
    )
    user.set_unusable_password()
    return open_account(user, now=now)


def claim(device: User, *, username: str, password: str, name: str) -> User:
    """Make a device's account a person's own: everything asked on the device stays theirs.

    Refuses an account that is nobody's device. Username and password were examined by the door.
    """
    with write():
        user = User.objects.select_for_update().get(pk=device.pk)
        if not user.anonymous:
            raise Conflict("这个账号已经注册过。")
        user.username, user.anonymous = username, False
        user.name = names.own_choice(name or username)
        user.set_password(password)
        user.save()
    return user


def change_own(user: User, changes: Mapping[str, Any]) -> User:
    """Change one's display name, language or region. Staff bear the name their administrator entered."""
    if "name" in changes:
        access.require(user, Operation.OWN_NAME)
        changes = {**changes, "name": names.own_choice(changes["name"])}
    with write():
        return changed(User.objects.select_for_update().get(pk=user.pk), changes)


# --- staff -----------------------------------------------------------------------------------------------------------


def first_administrator(*, now: datetime, username: str = "admin", name: str = "系统管理员") -> User:
    """The account everything else is entered with, without a password: its invitation sets one. Refused later on."""
    with write():
        if User.objects.filter(role=Role.SYSTEM_ADMIN).exists():
            raise Conflict("已经有系统管理员。")
        user = open_account(new_staff(username, name, Role.SYSTEM_ADMIN, ""), now=now)
        audit.record(None, "staff.create", f"user:{user.pk}", now=now, facts={"role": user.role})
    return user


def create_staff(by: User | None, *, username: str, name: str, role: Role, staff_number: str, now: datetime) -> User:
    """An account for somebody who works here. It has no password until its invitation is used.

    `by` null: the installation itself, at the command line.
    """
    if by is not None:
        access.require(by, Operation.MANAGE_STAFF)
    if role == Role.CITIZEN:
        raise Invalid(fields={"role": "公众用户自己注册。"})
    with write():
        if User.objects.filter(username=username.lower()).exists():
            raise Invalid(fields={"username": "这个用户名已经有人用了。"})
        user = open_account(new_staff(username, name, role, staff_number), now=now)
        audit.record(by.pk if by else None, "staff.create", f"user:{user.pk}", now=now, facts={"role": role.value})
    return user


def new_staff(username: str, name: str, role: Role, staff_number: str) -> User:
    user = User(username=username, name=names.shown(name), role=role, staff_number=staff_number, verified=True)
    user.set_unusable_password()
    return user


def change_staff(by: User, person: User, changes: Mapping[str, Any], *, now: datetime) -> User:
    """Change name, role, staff number, or whether somebody may sign in. Nobody changes their own role or lock.

    Posts the new role cannot hold end with the change, and with them what the person heard at those desks.
    """
    access.require(by, Operation.MANAGE_STAFF)
    if person.pk == by.pk and {"role", "is_active"} & changes.keys():
        raise NotAllowed("不能更改自己的角色或停用自己。")
    if changes.get("role") == Role.CITIZEN:
        raise Invalid(fields={"role": "工作人员不能改为公众用户。"})
    with write():
        person = changed(User.objects.select_for_update().get(pk=person.pk), changes)
        for post in Post.objects.filter(user=person, until__isnull=True).select_related("office", "user"):
            if not access.may_hold(person, PostRole(post.role)):
                end_post(post, now=now)
        audit.record(by.pk, "staff.change", f"user:{person.pk}", now=now, facts={"fields": sorted(changes)})
    return person


def renew_password(by: User, person: User, *, now: datetime) -> User:
    """Take the password away: earlier invitations and every session end, a new invitation sets the next one."""
    access.require(by, Operation.MANAGE_STAFF)
    with write():
        person.set_unusable_password()
        person.save(update_fields=["password"])
        audit.record(by.pk, "staff.renew_password", f"user:{person.pk}", now=now)
    return person


def accept_invitation(person: User, *, password: str, now: datetime) -> User:
    """Set the password somebody was invited to choose. The door has checked the invitation and the password."""
    with write():
        person.set_password(password)
        person.save(update_fields=["password"])
        audit.record(person.pk, "staff.accept_invitation", f"user:{person.pk}", now=now)
    return person


# --- posts -----------------------------------------------------------------------------------------------------------


def appoint(by: User | None, user: User, office: Office, role: PostRole = PostRole.OFFICER, *, now: datetime) -> Post:
    """Give somebody a post in an office. Twice is once. `by` null: the installation itself (seeding)."""
    if by is not None:
        access.require(by, Operation.MANAGE_STAFF)
    if not access.may_hold(user, role):
        raise Invalid(fields={"role": f"{user.get_role_display()}不能担任{role.label}。"})
    with write():
        post, fresh = Post.objects.get_or_create(
            user=user, office=office, role=role, until__isnull=True, defaults={"since": now}
        )
        if fresh:
            audit.record(
                by.pk if by else None,
                "post.appoint",
                f"user:{user.pk}",
                now=now,
                facts={"office": office.key, "role": role},
            )
        keep_group(user, office)
    return post


def dismiss(by: User, post: Post, *, now: datetime) -> None:
    """End a post. Twice is once."""
    access.require(by, Operation.MANAGE_STAFF)
    with write():
        if end_post(post, now=now):
            audit.record(
                by.pk,
                "post.dismiss",
                f"user:{post.user_id}",
                now=now,
                facts={"office": post.office.key, "role": post.role},
            )


def end_post(post: Post, *, now: datetime) -> bool:
    ended = Post.objects.filter(pk=post.pk, until__isnull=True).update(until=now)
    keep_group(post.user, post.office)
    if ended:
        departures.tell(post)
    return bool(ended)


def keep_group(user: User, office: Office) -> None:
    """The group of a desk is exactly the people who serve it now."""
    if office.group_id is None:
        return
    serves = Post.objects.filter(user=user, office=office, role__in=access.AT_A_DESK, until__isnull=True).exists()
    (journal.add_to_group if serves else journal.remove_from_group)(office.group_id, user.pk)


# --- offices ---------------------------------------------------------------------------------------------------------


def open_office(by: User | None, *, now: datetime, **facts: Any) -> Office:
    """Enter a department, an office below one, or a general desk. With a desk comes its group and its waiting list.

    `facts` are the fields of Office; `by` null: the installation itself (seeding).
    """
    if by is not None:
        access.require(by, Operation.MANAGE_OFFICES)
    with write():
        if Office.objects.filter(key=facts["key"]).exists():
            raise Invalid(fields={"key": "这个代号已经用过。"})
        office = Office(**facts)
        if office.has_desk:
            give_desk(office, now=now)
        office.save(force_insert=True)
        if by is not None:
            audit.record(by.pk, "office.open", f"office:{office.key}", now=now)
    return office


def give_desk(office: Office, *, now: datetime) -> None:
    """A group of people and a waiting list they all follow."""
    office.group = Group.objects.create(name=office.name)
    seat = journal.Seat(office.group.party, may_write=False)
    office.desk_stream = journal.open_stream("desk", [seat], now=now)


def change_office(by: User, office: Office, changes: Mapping[str, Any], *, now: datetime) -> Office:
    """Change what an administrator entered. Closing an office keeps its records; a desk once given stays."""
    access.require(by, Operation.MANAGE_OFFICES)
    with write():
        office = Office.objects.select_for_update().get(pk=office.pk)
        if changes.get("has_desk") and office.group_id is None:
            give_desk(office, now=now)
        if changes.get("parent") is not None and office.pk in ancestry(changes["parent"]):
            raise Invalid(fields={"parent": "不能归到自己或自己的下级。"})
        office = changed(office, changes)
        audit.record(by.pk, "office.change", f"office:{office.key}", now=now, facts={"fields": sorted(changes)})
    return office


def ancestry(office: Office) -> set[int]:
    """The ids of an office and of everything above it."""
    seen: set[int] = set()
    above: Office | None = office
    while above is not None and above.pk not in seen:
        seen.add(above.pk)
        above = above.parent
    return seen


def enter_destination(by: User, *, now: datetime, **facts: Any) -> Destination:
    """Enter a place outside to send people to. Names are unique."""
    access.require(by, Operation.MANAGE_OFFICES)
    with write():
        if Destination.objects.filter(name=facts["name"]).exists():
            raise Invalid(fields={"name": "已经有这个去处。"})
        place = Destination.objects.create(**facts)
        audit.record(by.pk, "destination.enter", f"destination:{place.pk}", now=now)
    return place


def change_destination(by: User, place_id: int, changes: Mapping[str, Any], *, now: datetime) -> Destination:
    """Change or withdraw (`active` false) a place outside."""
    access.require(by, Operation.MANAGE_OFFICES)
    with write():
        place = Destination.objects.select_for_update().filter(pk=place_id).first()
        if place is None:
            raise NotFound
        if Destination.objects.filter(name=changes.get("name", "")).exclude(pk=place_id).exists():
            raise Invalid(fields={"name": "已经有这个去处。"})
        place = changed(place, changes)
        audit.record(by.pk, "destination.change", f"destination:{place.pk}", now=now, facts={"fields": sorted(changes)})
    return place
