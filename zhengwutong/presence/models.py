"""Who is connected: one row per spell of connection of a person to a process.

The process writes `last_beat` for all its people in one statement every fifteen seconds, so that after a crash the
spell is known to within that time. Connection is one of the four facts duty state is computed from; nothing else.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Spell(models.Model):
    """`acted_at` is the last time the person did something by hand (wrote, read, clicked), not a heartbeat."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    process = models.CharField(max_length=40)
    since = models.DateTimeField()
    last_beat = models.DateTimeField()
    acted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "process"], condition=Q(ended_at__isnull=True), name="presence_one_open_spell"
            )
        ]
        indexes = [models.Index(fields=["user", "since"], name="presence_user_since")]
