"""Where a conversation may go, for the transfer dialog: all of it in a constant number of queries."""

from __future__ import annotations

from datetime import date, datetime

from zhengwutong.consult.seats import load
from zhengwutong.consult.shapes import DestinationFace, Moment, maybe, moment
from zhengwutong.duty.board import board
from zhengwutong.duty.queries import calendars_of, officers_on_post
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.shape import Shape
from zhengwutong.people.access import AT_A_DESK
from zhengwutong.people.models import Destination, Office, OfficeKind, Post, User
from zhengwutong.workdays.calendar import Calendar
from zhengwutong.workdays.deadline import due, reach, warning
from zhengwutong.workdays.queries import day_strip

DAYS = (1, 3, 5, 15)


class Department(Shape):
    key: str
    name: str
    short_name: str
    tile: str
    state: str
    waiting: int
    eta_minutes: int | None
    opens_at: Moment | None
    opens_text: str | None


class Colleague(Shape):
    """Somebody who serves the same desk. `takes`: people may be handed to him now, if `active` is below `capacity`.

    `active` counts offers standing to him as well; `on_post`: on duty now.
    """

    id: int
    name: str
    number: str
    on_post: bool
    takes: bool
    demo: bool
    active: int
    capacity: int


class BackOffice(Shape):
    key: str
    name: str
    parent: str | None


class StripDay(Shape):
    date: date
    kind: str
    number: int
    label: str
    name: str


class TimeLimit(Shape):
    days: int
    due_at: Moment
    warning: str
    strip: list[StripDay]


class Options(Shape):
    departments: list[Department]
    colleagues: list[Colleague]
    back_offices: list[BackOffice]
    destinations: list[DestinationFace]
    limits: list[TimeLimit]


def options(desk: Office, *, besides: User, now: datetime) -> Options:
    """Everything the dialog offers at a desk now. Time limits count from today by the desk's own calendar."""
    there = [one for one in colleagues(desk, now=now) if one.on_post and one.id != besides.pk]
    return Options(
        departments=departments(now),
        colleagues=there,
        back_offices=back_offices(),
        destinations=destinations(),
        limits=time_limits(desk, now=now),
    )


def departments(now: datetime) -> list[Department]:
    return [
        Department(
            key=row.key,
            name=row.name,
            short_name=row.short_name,
            tile=row.tile,
            state=row.state.value,
            waiting=row.waiting,
            eta_minutes=row.eta_minutes,
            opens_at=maybe(row.opens_at),
            opens_text=row.opens_text,
        )
        for row in board(now).items
    ]


def colleagues(desk: Office, *, now: datetime) -> list[Colleague]:
    """Everybody who serves a desk, those on duty marked. Constant number of queries."""
    there = {one.user_id: one for one in officers_on_post([desk.pk], now)[desk.pk]}
    posts = Post.objects.filter(office=desk, until__isnull=True, role__in=AT_A_DESK, user__is_active=True)
    people = list(User.objects.filter(pk__in=posts.values("user")).order_by("staff_number", "pk"))
    loads = load([one.pk for one in people])
    return [
        Colleague(
            id=one.pk,
            name=one.name,
            number=one.staff_number,
            on_post=one.pk in there,
            takes=one.pk in there and there[one.pk].takes_offers,
            demo=one.demo,
            active=loads[one.pk],
            capacity=desk.capacity,
        )
        for one in people
    ]


def back_offices() -> list[BackOffice]:
    """Departments and the offices below them: whoever can be given a case."""
    found = Office.objects.filter(active=True).exclude(kind=OfficeKind.GENERAL_DESK).select_related("parent")
    return [BackOffice(key=one.key, name=one.name, parent=one.parent.key if one.parent else None) for one in found]


def destinations() -> list[DestinationFace]:
    return [
        DestinationFace(id=one.pk, name=one.name, phone=one.phone, address=one.address, hours=one.hours)
        for one in Destination.objects.filter(active=True)
    ]


def time_limits(desk: Office, *, now: datetime) -> list[TimeLimit]:
    """The usual limits in working days, each with its day strip and the end of its last day."""
    end = datetime.combine(reach(now, max(DAYS)), local(now).timetz())
    calendar = calendars_of([desk.pk], now, end)[desk.pk]
    return [time_limit(days, calendar, now=now) for days in DAYS]


def time_limit(days: int, calendar: Calendar, *, now: datetime) -> TimeLimit:
    counted = due(now, days, calendar)
    strip = [
        StripDay(date=one.date, kind=one.kind, number=one.number, label=one.label, name=one.name)
        for one in day_strip(now, days, calendar)
    ]
    return TimeLimit(days=days, due_at=moment(counted.due_at), warning=warning(counted), strip=strip)
