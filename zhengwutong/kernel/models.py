"""What every room stands on: the audit chain, and the counters that number consultations and cases."""

from __future__ import annotations

from django.db import models


class AuditRecord(models.Model):
    """Who did what to which thing, when, and why.

    `digest` is SHA-256 over this row and the digest of the one before: nobody alters a record unnoticed.
    """

    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    action = models.CharField(max_length=40)
    thing = models.CharField(max_length=60)
    reason = models.CharField(max_length=300, blank=True, default="")
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["thing", "at"], name="kernel_audit_thing")]


class Counter(models.Model):
    """The last number given out per prefix and day (Asia/Shanghai)."""

    prefix = models.CharField(max_length=4)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "day"], name="kernel_counter_once")]
