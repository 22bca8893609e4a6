"""The clock all processes of an installation have in common: the database's, where it has one of its own.

A process whose machine's clock is wrong by hours must not end other processes' spells of presence, nor take their
officers for gone and every offer for overdue. So presence is written by this clock, and whoever acts because time has
passed (`rounds`) first asks whether his own agrees with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from zhengwutong.kernel import clock

TOLERANCE = timedelta(seconds=5)


def now() -> datetime:
    """The present moment by the database's clock, aware; on SQLite this process's. Asks the database."""
    if connection.vendor != "postgresql":
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment


def agrees_with(moment: datetime) -> bool:
    """Whether this is about now by the common clock, too."""
    return abs(now() - moment) < TOLERANCE
