"""How much each officer has on his hands, read for any number of officers with a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery

from zhengwutong.consult.assignment import Seat
from zhengwutong.consult.models import Consultation, QueueEntry, State
from zhengwutong.consult.turn import Turn
from zhengwutong.people.models import User

IN_SERVICE = (State.SERVING, State.HELD)


def seats(turn: Turn, desk_id: int) -> list[Seat]:
    """The seats of the officers who take offers at this desk now, the full ones included."""
    takers = turn.takers(desk_id)
    ids = [one.user_id for one in takers]
    loads, accepted = load(ids), last_accepted(ids)
    return [Seat(one.user_id, one.capacity, loads[one.user_id], accepted.get(one.user_id)) for one in takers]


def load(officer_ids: Collection[int]) -> Counter[int]:
    """Conversations each has, at whatever desk, plus offers standing to him."""
    found = active(officer_ids)
    if officer_ids:
        standing = QueueEntry.objects.filter(left_at__isnull=True, offered_to__in=officer_ids)
        found.update(dict(standing.values_list("offered_to").annotate(Count("id")).order_by()))
    return found


def active(officer_ids: Collection[int]) -> Counter[int]:
    """Conversations each of these officers has now."""
    if not officer_ids:
        return Counter()
    talks = Consultation.objects.filter(officer__in=officer_ids, state__in=IN_SERVICE)
    return Counter(dict(talks.values_list("officer").annotate(Count("id")).order_by()))


def last_accepted(officer_ids: Collection[int]) -> dict[int, datetime]:
    """When each of them last took somebody; who never did is left out."""
    taken = QueueEntry.objects.filter(taken_by=OuterRef("pk")).order_by("-left_at").values("left_at")[:1]
    rows = User.objects.filter(pk__in=officer_ids).values_list("pk", Subquery(taken))
    return {officer: at for officer, at in rows if at is not None}
