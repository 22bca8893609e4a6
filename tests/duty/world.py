"""A small office to be on duty in: departments, people, shifts, and hours that are open or closed around now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from zhengwutong.duty.models import Shift
from zhengwutong.kernel import clock
from zhengwutong.people import actions as people
from zhengwutong.people.models import Office, OfficeKind, PostRole, Role, User
from zhengwutong.presence.actions import connected
from zhengwutong.workdays.actions import set_override

PROCESS = "the one process"
ALL_DAY = [["00:00", "24:00"]]


def department(
    key: str, *, hours: list[list[str]] | None = ALL_DAY, parent: Office | None = None, **facts: Any
) -> Office:
    """A department whose desk is open around the clock on the days around now, unless other hours are given."""
    made = people.open_office(
        None,
        now=clock.now(),
        key=key,
        kind=OfficeKind.OFFICE if parent else OfficeKind.DEPARTMENT,
        parent=parent,
        name=f"省{key}厅",
        short_name=key,
        english=f"Department of {key}",
        english_short=key,
        tile=key[0],
        **facts,
    )
    if hours is not None:
        keep_hours(made, hours)
    return made


def keep_hours(office: Office, hours: list[list[str]]) -> None:
    """These hours on yesterday, today and tomorrow."""
    now = clock.now()
    for days in (-1, 0, 1):
        day = clock.local(now + timedelta(days=days)).date()
        set_override(None, day, owner=office.pk, intervals=hours, duty_only=True, now=now)


def staff(username: str, role: Role = Role.OFFICER) -> User:
    person = User(username=username, name=f"值班员{username}", role=role, staff_number=username[-4:], verified=True)
    person.set_unusable_password()
    return people.open_account(person, now=clock.now())


def citizen(username: str) -> User:
    person = User(username=username, name=f"群众{username}")
    person.set_unusable_password()
    return people.open_account(person, now=clock.now())


def officer(username: str, *desks: Office, role: PostRole = PostRole.OFFICER) -> User:
    """Somebody with a post at each of these desks."""
    person = staff(username, Role(role.value))
    for desk in desks:
        people.appoint(None, person, desk, role, now=clock.now() - timedelta(days=30))
    return person


def roster(person: User, desk: Office, *, hours: float = 1) -> Shift:
    """A shift around now: so many hours behind and ahead."""
    now = clock.now()
    reach = timedelta(hours=hours)
    return Shift.objects.create(user=person, desk=desk, start=now - reach, end=now + reach)


def come_in(*people_: User, now: datetime | None = None) -> None:
    """Their clients connect."""
    connected([person.pk for person in people_], PROCESS, now or clock.now())


def browser(person: User | None = None) -> Client:
    """A browser, in which this person is signed in."""
    opened = Client()
    if person is not None:
        opened.force_login(person)
    return opened
