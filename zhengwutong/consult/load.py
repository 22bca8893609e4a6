"""What the desks have to do, for duty's board: conversations, people waiting, how long a conversation takes of late."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F

from zhengwutong.consult.expectation import average_seconds
from zhengwutong.consult.models import Consultation, QueueEntry
from zhengwutong.consult.seats import IN_SERVICE
from zhengwutong.duty.load import ORDINARY_SECONDS, Load, Workload
from zhengwutong.kernel.clock import local
from zhengwutong.people.models import Office


def workload(now: datetime) -> Workload:
    """Of every desk, in a constant number of queries. `first_reply_seconds`: average of today's, in office hours."""
    desks = list(Office.objects.filter(active=True, has_desk=True).values_list("pk", flat=True))
    rows = QueueEntry.objects.filter(left_at__isnull=True).values_list("desk").annotate(Count("id")).order_by()
    waiting, average, active = dict(rows), average_seconds(desks), everybody_active()
    return Workload(
        desks={desk: Load(active, waiting.get(desk, 0), average.get(desk, ORDINARY_SECONDS)) for desk in desks},
        stats={"first_reply_seconds": first_reply_seconds(now)},
    )


def everybody_active() -> dict[int, int]:
    """Conversations each officer has, at whatever desk: an officer of two desks is as busy at both."""
    serving = Consultation.objects.filter(state__in=IN_SERVICE, officer__isnull=False)
    return dict(serving.values_list("officer").annotate(Count("id")).order_by())


def first_reply_seconds(now: datetime) -> float | None:
    """How long today's questions waited for a person's first word on average; null before the first one."""
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    replied = Consultation.objects.filter(asked_at__gte=today, first_reply_at__isnull=False, off_hours=False)
    took = ExpressionWrapper(F("first_reply_at") - F("asked_at"), DurationField())
    average = replied.aggregate(took=Avg(took))["took"]
    return None if average is None else round(average.total_seconds(), 1)
