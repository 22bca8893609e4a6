"""The audit chain: a record nobody can alter unnoticed, because each row carries the digest of the one before."""

from __future__ import annotations

from django.db import models


class AuditRecord(models.Model):
    """Who did what to which thing, when, and why. `digest` = SHA-256 over this row and the previous digest."""

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
