"""The officer's desk: his conversations, who waits, what was left outside hours. Lists page at fifty lines.

`as_of` is the desk stream's number before the lists were read: the entries after it, applied as they come, give the
lists as they are now.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from zhengwutong.consult import rows
from zhengwutong.consult.models import Consultation, QueueEntry, Rank, Rating
from zhengwutong.consult.seats import IN_SERVICE
from zhengwutong.consult.shapes import DeskRow, Moment, moment
from zhengwutong.consult.telling import desk_stream
from zhengwutong.duty.queries import declared, on_duty, shift_now
from zhengwutong.journal.models import Stream
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.shape import Shape
from zhengwutong.people.access import desks_of
from zhengwutong.people.models import Office, User

PAGE = 50
ENOUGH = 5  # a rate of fewer ratings would tell an officer who gave which


class DeskName(Shape):
    key: str
    name: str
    short_name: str
    tile: str
    stream: int
    as_of: int
    accept_seconds: int


class ShiftFace(Shape):
    desk: str
    start: Moment
    end: Moment


class Today(Shape):
    """`satisfied` is the share of the three good levels, null while there are fewer than five ratings."""

    served: int
    first_reply_seconds: float | None
    satisfied: float | None


class OfficerNow(Shape):
    declared: str
    on_duty: bool
    shift: ShiftFace | None
    capacity: int
    active: int
    today: Today


class More(Shape):
    """Cursors for what follows; null when everything is shown."""

    waiting: int | None
    messages: int | None


class Desk(Shape):
    desks: list[DeskName]
    me: OfficerNow
    mine: list[DeskRow]
    waiting: list[DeskRow]
    messages: list[DeskRow]
    more: More


LIVE = (Rank.LIVE,)
MESSAGES = (Rank.MORNING, Rank.LATER)


def snapshot(officer: User, *, now: datetime) -> Desk:
    """Everything on the officer's desk now, in a constant number of queries."""
    desks = desks_of(officer)
    names = desk_names(desks)  # before the lists: what changes meanwhile is told again, never missed
    ids = [desk.pk for desk in desks]
    own = list(
        Consultation.objects.filter(officer=officer, state__in=IN_SERVICE)
        .order_by("asked_at")
        .values_list("pk", flat=True)
    )
    waiting, more_waiting = page(ids, LIVE, after=None, limit=PAGE)
    messages, more_messages = page(ids, MESSAGES, after=None, limit=PAGE)
    lines = rows.rows([*own, *waiting, *messages])
    return Desk(
        desks=names,
        me=me(officer, desks, active=len(own), now=now),
        mine=pick(lines, own),
        waiting=pick(lines, waiting),
        messages=pick(lines, messages),
        more=More(waiting=more_waiting, messages=more_messages),
    )


def waiting_list(
    officer: User, ranks: Sequence[Rank], *, after: int | None, limit: int
) -> tuple[list[DeskRow], int | None]:
    """A page of those waiting at the officer's desks, and the cursor of the next one."""
    found, more = page([desk.pk for desk in desks_of(officer)], ranks, after=after, limit=limit)
    return pick(rows.rows(found), found), more


def page(
    desk_ids: Collection[int], ranks: Sequence[Rank], *, after: int | None, limit: int
) -> tuple[list[int], int | None]:
    """Consultation ids in the order in which they are served, after the place with id `after`."""
    places = QueueEntry.objects.filter(desk__in=desk_ids, left_at__isnull=True, rank__in=ranks)
    if after is not None:
        places = places.filter(behind(after, desk_ids))
    found = list(places.order_by("rank", "entered_at", "id").values_list("pk", "consultation")[: limit + 1])
    more = found[limit - 1][0] if len(found) > limit else None
    return [talk for _, talk in found[:limit]], more


def behind(place_id: int, desk_ids: Collection[int]) -> Q:
    """Whatever comes after a place; the place itself may have been left meanwhile."""
    place = QueueEntry.objects.filter(pk=place_id, desk__in=desk_ids).values_list("rank", "entered_at").first()
    if place is None:
        return Q(pk__in=[])
    rank, entered_at = place
    return (
        Q(rank__gt=rank)
        | Q(rank=rank, entered_at__gt=entered_at)
        | Q(rank=rank, entered_at=entered_at, pk__gt=place_id)
    )


def pick(lines: dict[int, DeskRow], ids: Sequence[int]) -> list[DeskRow]:
    return [lines[one] for one in ids if one in lines]


def desk_names(desks: Sequence[Office]) -> list[DeskName]:
    last = dict(Stream.objects.filter(pk__in=[desk_stream(desk) for desk in desks]).values_list("pk", "last_seq"))
    return [
        DeskName(
            key=desk.key,
            name=desk.name,
            short_name=desk.short_name,
            tile=desk.tile,
            stream=desk_stream(desk),
            as_of=last.get(desk_stream(desk), 0),
            accept_seconds=desk.accept_seconds,
        )
        for desk in desks
    ]


def me(officer: User, desks: Sequence[Office], *, active: int, now: datetime) -> OfficerNow:
    shift = shift_now(officer.pk, now)
    return OfficerNow(
        declared=declared(officer.pk, now).value,
        on_duty=bool(on_duty(officer.pk, now)),
        shift=ShiftFace(desk=shift.desk.key, start=moment(shift.start), end=moment(shift.end)) if shift else None,
        capacity=max((desk.capacity for desk in desks), default=0),
        active=active,
        today=today(officer, now=now),
    )


def today(officer: User, *, now: datetime) -> Today:
    """The officer's own figures since midnight."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    served = Consultation.objects.filter(officer=officer, asked_at__gte=midnight, accepted_at__isnull=False)
    took = ExpressionWrapper(F("first_reply_at") - F("asked_at"), DurationField())
    figures = served.aggregate(count=Count("id"), reply=Avg(took, filter=Q(off_hours=False)))
    reply = figures["reply"]
    return Today(
        served=figures["count"],
        first_reply_seconds=None if reply is None else round(reply.total_seconds(), 1),
        satisfied=satisfied(Rating.objects.filter(consultation__officer=officer, at__gte=midnight)),
    )


def satisfied(ratings: QuerySet[Rating]) -> float | None:
    counts = ratings.aggregate(all=Count("id"), good=Count("id", filter=Q(level__gte=3)))
    return counts["good"] / counts["all"] if counts["all"] >= ENOUGH else None
