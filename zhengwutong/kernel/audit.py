"""Writing and checking the audit chain. Record and effect share one transaction: no record, no effect."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import connection

from zhengwutong.kernel.models import AuditRecord

GENESIS = "0" * 64
CHAIN_LOCK = 0x61756469  # one writer of the chain at a time on PostgreSQL


def record(
    actor: int | None, action: str, thing: str, *, now: datetime, reason: str = "", facts: dict[str, Any] | None = None
) -> AuditRecord:
    """Add one link. Call inside `write()`; `facts` must hold no message text, password or full number."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditRecord.objects.order_by("-id").values_list("digest", flat=True).first() or GENESIS
    row = AuditRecord(at=now, actor=actor, action=action, thing=thing, reason=reason, facts=facts or {}, previous=last)
    row.digest = digest(row)
    row.save(force_insert=True)
    return row


def digest(row: AuditRecord) -> str:
    """The link's own digest, hexadecimal."""
    content = [row.at.timestamp(), row.actor, row.action, row.thing, row.reason, row.facts, row.previous]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def first_broken() -> int | None:
    """The id of the first record that was altered, or that follows a missing one; None when the chain is whole."""
    previous = GENESIS
    for row in AuditRecord.objects.order_by("id").iterator(chunk_size=1000):
        if row.previous != previous or row.digest != digest(row):
            return row.pk
        previous = row.digest
    return None
