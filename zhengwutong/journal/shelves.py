"""Which shelf entries are stored on: the database of this installation decides."""

from __future__ import annotations

from django.db import connection

from zhengwutong.journal.batch import Shelf
from zhengwutong.journal.postgres import PostgreSQLShelf
from zhengwutong.journal.sqlite import SQLiteShelf


def shelf() -> Shelf:
    """A shelf for the calling thread alone."""
    return SQLiteShelf() if connection.vendor == "sqlite" else PostgreSQLShelf()
