"""Consultation numbers: ZX20261124-0387, or LY… for a question left outside office hours. The day is Shanghai's."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from zhengwutong.consult.models import Counter
from zhengwutong.kernel.clock import local

LIVE = "ZX"
MESSAGE = "LY"

COUNT = (
    "INSERT INTO {table} (prefix, day, last) VALUES (%s, %s, 1)"
    " ON CONFLICT (prefix, day) DO UPDATE SET last = {table}.last + 1 RETURNING last"
)


def take(prefix: str, *, now: datetime) -> str:
    """The next number of the day, without gaps: one statement counts and locks. Call inside `write()`."""
    day = local(now).date()
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(table=Counter._meta.db_table), [prefix, day])
        (count,) = cursor.fetchone()
    return f"{prefix}{day:%Y%m%d}-{count:04d}"
