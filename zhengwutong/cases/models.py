"""The case register. So far it holds questions taken from a live consultation to the back office."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from zhengwutong.people.models import Office
from zhengwutong.workdays.models import DeadlineRecord


class CaseState(models.TextChoices):
    REGISTERED = "registered", "已登记"
    ACCEPTED = "accepted", "已接收"
    ANSWERED = "answered", "已答复"


class Case(models.Model):
    """`number` (BJ + date + counter) with `code` looks the case up without signing in; neither alone does.

    `consultation` is the id of the talk it came from; `stream` is that talk, where the answer appears.
    The citizen's clock counts from the asking time and is kept with its rule in `due_record`.
    """

    number = models.CharField(max_length=20, unique=True)
    code = models.CharField(max_length=8)
    citizen = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases")
    consultation = models.BigIntegerField(unique=True)
    stream = models.BigIntegerField()
    office = models.ForeignKey(Office, models.PROTECT, related_name="cases")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.REGISTERED)
    summary = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField()
    due_record = models.OneToOneField(DeadlineRecord, models.PROTECT, related_name="+")
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False) & ~Q(answer="")
                | ~Q(state="answered") & Q(answered_at__isnull=True, answer=""),
                name="cases_answered_when",
            )
        ]
        indexes = [
            models.Index(fields=["citizen", "-id"], name="cases_of_citizen"),
            models.Index(fields=["office", "state", "-id"], name="cases_of_office"),
        ]

    @property
    def due_at(self) -> datetime:
        """When the answer is due, as the calendar stands."""
        return self.due_record.due_at


class CaseEvent(models.Model):
    """One thing that happened to a case: append only. `kind` is a state reached, `by` who did it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=CaseState.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "kind"], name="cases_event_once")]
