"""What somebody waiting may expect: his place in the line, counted from 1, and about how many minutes it takes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Avg, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhengwutong.consult.models import Consultation, QueueEntry
from zhengwutong.consult.seats import active
from zhengwutong.duty.facts import eta_minutes
from zhengwutong.duty.load import ORDINARY_SECONDS
from zhengwutong.duty.queries import DeskNow
from zhengwutong.people.models import Office

SERVICES = 20


def waiting_at(desk_id: int) -> QuerySet[QueueEntry]:
    """A desk's waiting list in the order in which it is served."""
    return QueueEntry.objects.filter(desk=desk_id, left_at__isnull=True).order_by("rank", "entered_at", "id")


def place_of(entry: QueueEntry) -> int:
    """1 is next. Those to whom an offer stands are counted until somebody has taken them."""
    later = Q(rank=entry.rank, entered_at=entry.entered_at, pk__lt=entry.pk)
    ahead = Q(rank__lt=entry.rank) | Q(rank=entry.rank, entered_at__lt=entry.entered_at) | later
    return waiting_at(entry.desk_id).filter(ahead).count() + 1


class Expectation:
    """Minutes to wait at one desk, for any number of places."""

    def __init__(self, desk_id: int, there: DeskNow) -> None:
        takers = [one for one in there.officers if one.takes_offers]
        having = active([one.user_id for one in takers])  # those to whom an offer stands are still in the line
        self.seats = sum(one.capacity for one in takers)
        self.free = sum(max(0, one.capacity - having[one.user_id]) for one in takers)
        self.average = average_seconds([desk_id]).get(desk_id, ORDINARY_SECONDS)

    def minutes(self, place: int) -> int | None:
        """Rounded up; 0 when a seat is free; None when nobody is there to take anybody."""
        return eta_minutes(place, free_seats=self.free, seats=self.seats, average_seconds=self.average)


def average_seconds(desk_ids: Collection[int]) -> dict[int, float]:
    """How long each desk's last twenty conversations took, from acceptance to end. Two queries for all desks."""
    recent = Consultation.objects.filter(desk=OuterRef("pk"), ended_at__isnull=False, accepted_at__isnull=False)
    ended = recent.order_by("-ended_at").values("ended_at")
    oldest = Coalesce(Subquery(ended[SERVICES - 1 : SERVICES]), Subquery(ended.order_by("ended_at")[:1]))
    counted = Q()
    for desk, at in Office.objects.filter(pk__in=desk_ids).values_list("pk", oldest).order_by():
        if at is not None:
            counted |= Q(desk=desk, ended_at__gte=at)
    if not counted:
        return {}
    took = ExpressionWrapper(F("ended_at") - F("accepted_at"), DurationField())
    rows = Consultation.objects.filter(counted, accepted_at__isnull=False).values("desk").annotate(took=Avg(took))
    return {row["desk"]: row["took"].total_seconds() for row in rows.order_by()}


def since(at: datetime, now: datetime) -> int:
    """Whole seconds between two moments, never negative."""
    return max(0, int((now - at).total_seconds()))
