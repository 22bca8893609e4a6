"""Ready: may a proxy send people here?

    ready = database answers and may be written to · its commits are on disk · its tables are as this code knows them
            · the process has not been told to end

Valkey is told and not required: without it delivery goes on by looking at the database. Tables may be newer than the
code: while a new version is rolled out, old processes go on serving on the new schema.
"""

from __future__ import annotations

import functools

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from zhengwutong.journal import bell
from zhengwutong.kernel import durability


def database() -> dict[str, bool]:
    """How the database is, in two or three small queries. Raises what it raises when it does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()" if connection.vendor == "postgresql" else "SELECT 0")
        row = cursor.fetchone()
    return {
        "database": not (row and row[0]),
        "durable": durability.thrown_away() or not durability.flaws(),
        "migrated": known_migrations() <= set(MigrationRecorder(connection).applied_migrations()),
    }


@functools.cache
def known_migrations() -> set[tuple[str, str]]:
    """Every step this code's tables rest on."""
    return set(MigrationLoader(None).disk_migrations)


def state(of_database: dict[str, bool] | None, *, draining: bool) -> dict[str, bool | None]:
    """Everything that was looked at; `valkey` is null in an installation without it."""
    known: dict[str, bool | None] = {"database": False, "durable": None, "migrated": None, **(of_database or {})}
    ready = not draining and all(known.values())
    valkey = bell.reaches_everybody() if settings.VALKEY_URL else None
    return {"ready": ready, "draining": draining, **known, "valkey": valkey}
