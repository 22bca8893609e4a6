"""Numbers people can say on the telephone: ZX20261124-0387. The day is Shanghai's.

ZX a consultation, LY one left outside office hours, BJ a case.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from zhengwutong.kernel.clock import local
from zhengwutong.kernel.models import Counter

CONSULTATION = "ZX"
MESSAGE = "LY"
CASE = "BJ"

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


def as_given(typed: str) -> str:
    """A number as it was given out, from what somebody typed: any case, with or without spaces and the dash."""
    plain = "".join(typed.split()).upper().replace("-", "")
    return f"{plain[:10]}-{plain[10:]}"
