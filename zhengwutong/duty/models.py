"""Two of the four facts duty state is computed from: the roster and what officers declare.

The other two are the connection (`presence`) and office time (`workdays`). Duty state itself is never stored.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zhengwutong.people.models import Office


class Shift(models.Model):
    """Somebody owes duty at a desk from `start` to `end`. Minutes owed = shift ∩ office hours."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts")
    desk = models.ForeignKey(Office, models.PROTECT, related_name="shifts")
    start = models.DateTimeField()
    end = models.DateTimeField()
    note = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="duty_shift_forward")]
        indexes = [
            models.Index(fields=["desk", "start", "end"], name="duty_shift_desk"),
            models.Index(fields=["user", "start", "end"], name="duty_shift_user"),
        ]


class Declared(models.TextChoices):
    ONLINE = "online", "在线"
    BUSY = "busy", "忙碌"
    AWAY = "away", "离开"


class Declaration(models.Model):
    """What an officer declared, from `since` until the next row: append only, so minutes covered can be computed.

    Somebody who never declared anything is online. `reason` is `self` or `missed` (an offer ran out unanswered).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="declarations")
    state = models.CharField(max_length=8, choices=Declared.choices)
    reason = models.CharField(max_length=12, default="self")
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-since"], name="duty_declared_latest")]
