"""Enter what an installation begins with. Adds what is missing and changes nothing an administrator has edited."""

from __future__ import annotations

from datetime import datetime

from zhengwutong.kernel.transaction import write
from zhengwutong.people import actions
from zhengwutong.people.departments import DEPARTMENTS, EXAMINATIONS, GENERAL_DESK, PLACES, Department
from zhengwutong.people.models import Destination, Office, OfficeKind


def seed(now: datetime) -> None:
    """Departments in their order, the examination authority, the portal's desk, places outside. Safe to repeat."""
    with write():
        known = set(Office.objects.values_list("key", flat=True))
        for position, department in enumerate(DEPARTMENTS, start=1):
            enter(department, OfficeKind.DEPARTMENT, position * 10, known, now)
        education = Office.objects.get(key="education")
        enter(EXAMINATIONS, OfficeKind.OFFICE, education.position + 1, known, now, parent=education)
        enter(GENERAL_DESK, OfficeKind.GENERAL_DESK, 1000, known, now)
        seed_places()


def enter(
    department: Department,
    kind: OfficeKind,
    position: int,
    known: set[str],
    now: datetime,
    parent: Office | None = None,
) -> None:
    if department.key not in known:
        actions.open_office(None, now=now, kind=kind, position=position, parent=parent, **department._asdict())


def seed_places() -> None:
    known = set(Destination.objects.values_list("name", flat=True))
    Destination.objects.bulk_create(
        Destination(position=position * 10, **place._asdict())
        for position, place in enumerate(PLACES, start=1)
        if place.name not in known
    )
