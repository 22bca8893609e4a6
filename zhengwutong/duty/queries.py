"""The four facts read together for many desks at once. The number of queries never depends on how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from zhengwutong.duty import minutes
from zhengwutong.duty.facts import OfficerFacts, may_take, takes_offers
from zhengwutong.duty.models import Declaration, Declared, Shift
from zhengwutong.duty.stretches import Line, Stretch, meet, without
from zhengwutong.kernel.clock import local
from zhengwutong.people.access import AT_A_DESK
from zhengwutong.people.models import Office, Post
from zhengwutong.presence.queries import present, spells
from zhengwutong.workdays.calendar import Calendar
from zhengwutong.workdays.queries import calendars_for

HORIZON = timedelta(days=60)
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OnPost:
    """An officer on duty at a desk: rostered and connected in office time. `capacity` is the desk's limit for one."""

    user_id: int
    declared: Declared
    connected_since: datetime
    acted_at: datetime
    capacity: int
    demo: bool

    @property
    def takes_offers(self) -> bool:
        """People may be offered to him without his asking."""
        return takes_offers(self.declared)

    @property
    def may_take(self) -> bool:
        """He may take somebody by his own hand."""
        return may_take(self.declared)

    def facts(self, active: int) -> OfficerFacts:
        """The same for the table of states, with the conversations he has."""
        return OfficerFacts(
            rostered=True,
            connected_since=self.connected_since,
            acted_at=self.acted_at,
            declared=self.declared,
            active=active,
            capacity=self.capacity,
        )


@dataclass(frozen=True, slots=True)
class DeskNow:
    """A desk at one moment: its calendar, and those of its officers who are on duty, longest connected first."""

    calendar: Calendar
    office_time: bool
    officers: tuple[OnPost, ...]


def officers_on_post(desk_ids: Collection[int], now: datetime) -> dict[int, list[OnPost]]:
    """The officers on duty at each of these desks, longest connected first; an empty list outside its hours.

    To whom people are offered is `takes_offers` (online), who may take some himself is `may_take` (online or busy).
    """
    return {desk: list(there.officers) for desk, there in desks_now(desk_ids, now).items()}


def desks_now(desk_ids: Collection[int], now: datetime) -> dict[int, DeskNow]:
    """The facts of these desks at `now`. Calendars reach sixty days ahead."""
    calendars = calendars_of(desk_ids, now, now + HORIZON)
    open_desks = {desk for desk, calendar in calendars.items() if calendar.is_open(now)}
    rostered = list(
        at_desks(Shift.objects.filter(desk__in=open_desks, start__lte=now, end__gt=now))
        .values_list("desk", "user", "desk__capacity", "user__demo", declared_at(now))
        .distinct()
    )
    there = present({user for _, user, *_ in rostered}, now)
    found: dict[int, list[OnPost]] = defaultdict(list)
    for desk, user, capacity, demo, declared in rostered:
        if user in there:
            state = Declared(declared or Declared.ONLINE)
            found[desk].append(OnPost(user, state, there[user].since, there[user].acted_at, capacity, demo))
    return {
        desk: DeskNow(
            calendar,
            desk in open_desks,
            tuple(sorted(found[desk], key=lambda one: (one.connected_since, one.user_id))),
        )
        for desk, calendar in calendars.items()
    }


def on_duty(user_id: int, now: datetime) -> list[int]:
    """The desks at which this officer is on duty now."""
    rostered = set(Shift.objects.filter(user=user_id, start__lte=now, end__gt=now).values_list("desk", flat=True))
    found = officers_on_post(rostered, now)
    return [desk for desk, officers in found.items() if any(one.user_id == user_id for one in officers)]


def declared(user_id: int, now: datetime) -> Declared:
    """What this officer last declared; who never declared anything is online."""
    row = (
        Declaration.objects.filter(user=user_id, since__lte=now).order_by("-since", "-id").values_list("state").first()
    )
    return Declared(row[0]) if row else Declared.ONLINE


def declared_at(now: datetime) -> Subquery:
    """The latest declaration of the row's `user`."""
    latest = Declaration.objects.filter(user=OuterRef("user"), since__lte=now).order_by("-since", "-id")
    return Subquery(latest.values("state")[:1])


def at_desks(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    """Only the shifts of people who still hold a post there: ending a post ends the duty that was planned with it."""
    held = Post.objects.filter(user=OuterRef("user"), office=OuterRef("desk"), role__in=AT_A_DESK, until__isnull=True)
    return shifts.filter(Exists(held), user__is_active=True)


def calendars_of(desk_ids: Collection[int], start: datetime, end: datetime) -> dict[int, Calendar]:
    """The calendar of each desk between two moments: its own hours, else its department's, else the province's."""
    above = dict(Office.objects.values_list("id", "parent"))
    chains = {desk: chain(desk, above) for desk in desk_ids if desk in above}
    return calendars_for(chains, local(start).date(), local(end).date())


def chain(office: int, above: Mapping[int, int | None]) -> list[int]:
    """An office and everything above it, nearest first."""
    found = [office]
    while (parent := above.get(found[-1])) is not None and parent not in found:
        found.append(parent)
    return found


# --- the roster ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """Office hours for which nobody is rostered."""

    desk: int
    start: datetime
    end: datetime


def gaps(desk_ids: Collection[int], start: datetime, end: datetime) -> list[Gap]:
    """Every stretch of these desks' office hours in [start, end) without anybody on the roster, desk by desk."""
    rostered: dict[int, list[Stretch]] = defaultdict(list)
    planned = at_desks(Shift.objects.filter(desk__in=desk_ids, start__lt=end, end__gt=start))
    for desk, begin, finish in planned.values_list("desk", "start", "end"):
        rostered[desk].append(Stretch(begin, finish))
    return [
        Gap(desk, gap.start, gap.end)
        for desk, calendar in calendars_of(desk_ids, start, end).items()
        for gap in without(calendar.open_intervals(start, end), rostered[desk])
    ]


def shift_now(user_id: int, now: datetime) -> Shift | None:
    """The shift this officer owes now, or else the next one of today."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    mine = at_desks(Shift.objects.filter(user=user_id, end__gt=now, start__lt=midnight))
    return mine.select_related("desk").order_by("start", "id").first()


# --- minutes ---------------------------------------------------------------------------------------------------------


def tallies(
    desk_ids: Collection[int], start: datetime, end: datetime, *, now: datetime
) -> dict[int, minutes.DeskTally]:
    """Minutes owed and covered in [start, end) up to `now`, for each desk and each of its officers."""
    end = min(end, now)
    shifts: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
    rows = Shift.objects.filter(desk__in=desk_ids, start__lt=end, end__gt=start)
    for desk, user, begin, finish in rows.values_list("desk", "user", "start", "end"):
        shifts[desk, user].append(Stretch(begin, finish))
    users = {user for _, user in shifts}
    posts = held_posts(desk_ids)
    connected, absent = spells(users, start, end), absences(users, start, end)
    hours = {
        desk: calendar.open_intervals(start, end) if start < end else []
        for desk, calendar in calendars_of(desk_ids, start, max(start, end)).items()
    }
    officers: dict[int, dict[int, minutes.Tally]] = defaultdict(dict)
    for (desk, user), own in shifts.items():
        officers[desk][user] = minutes.officer(
            shifts=meet(own, posts[desk, user]), hours=hours[desk], connected=connected[user], absent=absent[user]
        )
    return {desk: minutes.desk(open_hours, officers[desk]) for desk, open_hours in hours.items()}


def held_posts(desk_ids: Collection[int]) -> dict[tuple[int, int], list[Stretch]]:
    """When each person held a post at each of these desks: a shift planned for afterwards is not owed."""
    found: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
    held = Post.objects.filter(office__in=desk_ids, role__in=AT_A_DESK)
    for desk, user, since, until in held.values_list("office", "user", "since", "until"):
        found[desk, user].append(Stretch(since, until or FOREVER))
    return found


def absences(users: Collection[int], start: datetime, end: datetime) -> dict[int, Line]:
    """When each of them was declared away between the two moments."""
    said: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for user, since, state in declarations(users, start, end):
        said[user].append((max(since, start), state))
    return defaultdict(tuple, {user: minutes.away(rows, end) for user, rows in said.items()})


def declarations(users: Collection[int], start: datetime, end: datetime) -> Iterable[tuple[int, datetime, str]]:
    """What each of them declared in [start, end), with the last word before it, oldest first."""
    rows = Declaration.objects.filter(user__in=users, since__lt=end)
    before = Declaration.objects.filter(user=OuterRef("user"), since__lte=start).order_by("-since", "-id")
    wanted = rows.filter(Q(since__gt=start) | Q(pk=Subquery(before.values("pk")[:1])))
    return wanted.order_by("since", "id").values_list("user", "since", "state")
