"""The doors of duty: the public board, one's own state, the roster."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router
from pydantic import AwareDatetime

from zhengwutong.duty import access, actions, queries
from zhengwutong.duty import board as boards
from zhengwutong.duty.facts import State
from zhengwutong.duty.minutes import Tally
from zhengwutong.duty.models import Declared, Shift
from zhengwutong.duty.roster import Planned
from zhengwutong.duty.stretches import Stretch
from zhengwutong.kernel import clock, limits
from zhengwutong.kernel.endpoint import Form, anyone, encoded, staff
from zhengwutong.kernel.errors import Invalid
from zhengwutong.kernel.shape import Shape
from zhengwutong.people.access import AT_A_DESK, Operation, SignedInRequest, desks_of, require
from zhengwutong.people.models import Office, Post

router = Router(tags=["duty"])
CHANGES_A_MINUTE = 60
FIRST_YEAR, LAST_YEAR = 2004, 2100


# --- the board -------------------------------------------------------------------------------------------------------


class BoardRow(Shape):
    """One desk as a citizen sees it; also the data of a hint with topic "duty"."""

    key: str
    name: str
    short_name: str
    english: str
    english_short: str
    tile: str
    state: State
    on_post: int
    waiting: int
    eta_minutes: int | None
    opens_at: datetime | None
    opens_text: str | None
    opens_english: str | None
    hours_today: list[list[str]]
    phone: str
    demo: bool


class BoardAnswer(Shape):
    now: datetime
    office_time: bool
    items: list[BoardRow]
    stats: dict[str, float | None]


@router.get("/duty/board", auth=anyone, response=BoardAnswer)
def board(request: HttpRequest) -> HttpResponse:
    """The state of every desk, at most a second old. Unchanged since the given ETag: 304 without a body."""
    found = boards.board(clock.now())
    content = {
        "office_time": found.office_time,
        "items": [boards.plain(row) for row in found.items],
        "stats": found.stats,
    }
    tag = f'"{hashlib.sha256(encoded(content)).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(encoded({"now": found.now, **content}), content_type="application/json; charset=utf-8")
    response["ETag"], response["Cache-Control"] = tag, "public, max-age=1"
    return response


# --- one's own state -------------------------------------------------------------------------------------------------


class DutyDesk(Shape):
    key: str
    name: str
    short_name: str
    tile: str


class MyShift(Shape):
    desk: str
    start: datetime
    end: datetime


class MyDuty(Shape):
    """`shift` is the present one, or the next of today. `on_duty`: rostered and connected in office time."""

    declared: Declared
    shift: MyShift | None
    on_duty: bool
    desks: list[DutyDesk]


class StateForm(Form):
    state: Declared


@router.get("/duty/me", auth=staff, response=MyDuty)
def my_duty(request: SignedInRequest) -> dict[str, object]:
    """One's declared state, shift and desks."""
    require(request.user, Operation.SERVE)
    return duty_of(request, clock.now())


@router.put("/duty/me", auth=staff, response=MyDuty)
def declare(request: SignedInRequest, form: StateForm) -> dict[str, object]:
    """Say that one is online, busy (no new people are offered) or away."""
    require(request.user, Operation.SERVE)
    now = clock.now()
    limits.spend("declare", request.user.pk, times=CHANGES_A_MINUTE, seconds=60, now=now)
    actions.declare(request.user, form.state, now=now)
    return duty_of(request, now)


def duty_of(request: SignedInRequest, now: datetime) -> dict[str, object]:
    shift = queries.shift_now(request.user.pk, now)
    return {
        "declared": queries.declared(request.user.pk, now),
        "shift": shift and {"desk": shift.desk.key, "start": shift.start, "end": shift.end},
        "on_duty": bool(queries.on_duty(request.user.pk, now)),
        "desks": desks_of(request.user),
    }


# --- the roster ------------------------------------------------------------------------------------------------------


class RosterPerson(Shape):
    id: int
    name: str
    staff_number: str


class ShiftRow(Shape):
    user: int
    start: datetime
    end: datetime
    note: str


class OpenHours(Shape):
    start: datetime
    end: datetime


class Roster(Shape):
    """`hours` are the desk's hours in the period, `gaps` those for which nobody is rostered from now on."""

    desk: DutyDesk
    may_plan: bool
    people: list[RosterPerson]
    shifts: list[ShiftRow]
    hours: list[OpenHours]
    gaps: list[OpenHours]


class ShiftForm(Form):
    user: int = Field(gt=0, lt=2**63)
    start: AwareDatetime
    end: AwareDatetime
    note: str = Field("", max_length=40)


class RosterForm(Form):
    """The roster of a desk from the start of one date to the end of another (Asia/Shanghai), whole."""

    desk: str = Field(max_length=40)
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    shifts: list[ShiftForm] = Field(max_length=actions.MOST_SHIFTS)


From = Annotated[date, Query(alias="from")]
To = Annotated[date, Query(alias="to")]


@router.get("/duty/roster", auth=staff, response=Roster)
def roster(request: SignedInRequest, desk: str, first: From, last: To) -> dict[str, object]:
    """Who owes duty at a desk, its hours, and the gaps still ahead; both dates included."""
    return roster_of(request, access.roster_to_read(request.user, desk), window(first, last))


@router.put("/duty/roster", auth=staff, response=Roster)
def plan(request: SignedInRequest, form: RosterForm) -> dict[str, object]:
    """Replace the roster of a period. What has passed stays as it was."""
    desk, period = access.roster_to_plan(request.user, form.desk), window(form.first, form.last)
    limits.spend("roster", request.user.pk, times=CHANGES_A_MINUTE, seconds=60, now=clock.now())
    wanted = [Planned(one.user, one.start, one.end, one.note) for one in form.shifts]
    actions.put_shifts(request.user, desk, wanted, window=period, now=clock.now())
    return roster_of(request, desk, period)


def roster_of(request: SignedInRequest, desk: Office, period: Stretch) -> dict[str, object]:
    now = clock.now()
    shifts = Shift.objects.filter(desk=desk, start__lt=period.end, end__gt=period.start).order_by("start", "user")
    calendar = queries.calendars_of([desk.pk], period.start, period.end)[desk.pk]
    ahead = max(period.start, now)
    gaps = queries.gaps([desk.pk], ahead, period.end) if ahead < period.end else []
    return {
        "desk": desk,
        "may_plan": access.plans(request.user, desk),
        "people": people_at(desk),
        "shifts": list(shifts.values("user", "start", "end", "note")),
        "hours": [{"start": start, "end": end} for start, end in calendar.open_intervals(*period)],
        "gaps": [{"start": gap.start, "end": gap.end} for gap in gaps],
    }


def people_at(desk: Office) -> list[dict[str, object]]:
    """Those who can be rostered at a desk."""
    held = Post.objects.filter(office=desk, role__in=AT_A_DESK, until__isnull=True, user__is_active=True)
    people = held.order_by("user__staff_number", "user").values("user", "user__name", "user__staff_number").distinct()
    return [{"id": one["user"], "name": one["user__name"], "staff_number": one["user__staff_number"]} for one in people]


# --- minutes ---------------------------------------------------------------------------------------------------------


class MinuteCount(Shape):
    owed: int
    covered: int


class OfficerMinutes(MinuteCount):
    user: int


class DeskMinutes(Shape):
    """Minutes owed and covered up to now: of the desk (its hours; at least one officer there), and of each officer."""

    desk: MinuteCount
    officers: list[OfficerMinutes]


@router.get("/duty/minutes", auth=staff, response=DeskMinutes)
def desk_minutes(request: SignedInRequest, desk: str, first: From, last: To) -> dict[str, object]:
    """Minutes owed and covered at a desk; both dates included."""
    wanted, period = access.roster_to_read(request.user, desk), window(first, last)
    found = queries.tallies([wanted.pk], *period, now=clock.now())[wanted.pk]
    officers = [{"user": user, **told(tally)} for user, tally in sorted(found.officers.items())]
    return {"desk": told(found.desk), "officers": officers}


def told(tally: Tally) -> dict[str, int]:
    return {"owed": tally.minutes_owed, "covered": tally.minutes_covered}


def window(first: date, last: date) -> Stretch:
    """From the start of one date to the end of another on the office's clock. Refuses (`Invalid`) over 93 days."""
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        raise Invalid(fields={"from": f"请选择 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间的日期。"})
    if not 0 <= (last - first).days < actions.LONGEST_WINDOW.days:
        raise Invalid(fields={"to": f"请选择 1 到 {actions.LONGEST_WINDOW.days} 天。"})
    return Stretch(midnight(first), midnight(last + timedelta(days=1)))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)
