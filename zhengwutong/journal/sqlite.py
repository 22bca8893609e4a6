"""Entries on SQLite: one connection, few large statements.

Each step of a statement gives the interpreter away and has to win it back, so rows go in by the handful, not one by
one. What is known of streams is kept from batch to batch as long as `data_version` says, inside the transaction,
that no other connection has changed the database.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec
from django.db import connection

from zhengwutong.journal.batch import Known, Ledger, Move, Name, Row, Written
from zhengwutong.kernel.sqlite.doubt import doubt
from zhengwutong.kernel.transaction import turnstile

STREAMS_KEPT = 20_000
HANDFULS = (64, *range(16, 0, -1))  # rows per statement; few sizes, so that each is prepared once

LEDGERS = """
SELECT s.id, s.kind, s.last_seq, s.open, s.audience, m.party, m.may_write, m.until IS NULL
FROM json_each(?) wanted JOIN journal_stream s ON s.id = wanted.value
LEFT JOIN journal_member m ON m.stream_id = s.id
"""
GROUPS = "SELECT group_id, user_id FROM journal_groupmember WHERE group_id IN (SELECT value FROM json_each(?))"
KNOWN = """
SELECT e.key, e.stream_id, e.author, e.seq, e.at, e.kind, e.body, e.data FROM json_each(?) wanted
CROSS JOIN journal_entry e ON e.key = json_extract(wanted.value, '$[0]')
AND e.stream_id = json_extract(wanted.value, '$[1]') AND e.author = json_extract(wanted.value, '$[2]')
"""
INTO_ENTRY = "INSERT INTO journal_entry (stream_id, seq, author, key, kind, body, data, at, withdrawn) VALUES "
INSERT = {size: INTO_ENTRY + ",".join(["(?,?,?,?,?,?,?,?,0)"] * size) for size in HANDFULS}
SET_TOP = (
    "WITH top(id, seq) AS (VALUES {}) UPDATE journal_stream SET last_seq = top.seq FROM top WHERE top.id = "
    "journal_stream.id"
)
ADVANCE = {size: SET_TOP.format(",".join(["(?,?)"] * size)) for size in HANDFULS}
MARK = "UPDATE journal_member SET last_read = ? WHERE stream_id = ? AND party = ? AND last_read < ?"


class SQLiteShelf:
    """The writing end, used by one thread."""

    def __init__(self) -> None:
        self.ledgers: dict[int, Ledger] = {}
        self.version: int | None = None
        self.tops: dict[int, int] = {}
        self.holding = False

    @property
    def database(self) -> sqlite3.Connection:
        connection.ensure_connection()
        raw: sqlite3.Connection = connection.connection
        return raw

    def begin(self, streams: set[int], *, careful: bool) -> tuple[Mapping[int, Ledger], bool]:
        turnstile.acquire()
        self.holding = True
        database = self.database
        doubt.settle(database)
        database.execute("BEGIN IMMEDIATE")
        version = database.execute("PRAGMA data_version").fetchone()[0]
        if version != self.version or len(self.ledgers) > STREAMS_KEPT:
            self.ledgers = {}  # not cleared: the last batch is still being spread
            self.version = version
        missing = [stream for stream in streams if stream not in self.ledgers]
        if missing:
            self.load(database, missing)
        return self.ledgers, True

    def load(self, database: sqlite3.Connection, streams: list[int]) -> None:
        rows = database.execute(LEDGERS, (json.dumps(streams),)).fetchall()
        groups = {-party for *_, party, _, _ in rows if party is not None and party < 0}
        people: dict[int, list[int]] = {group: [] for group in groups}
        if groups:
            for group, user in database.execute(GROUPS, (json.dumps(list(groups)),)):
                people[group].append(user)
        for stream, kind, last_seq, is_open, audience, party, may_write, current in rows:
            if stream not in self.ledgers:
                self.ledgers[stream] = Ledger(kind, last_seq, bool(is_open), audience)
            if party is not None:
                for user in people[-party] if party < 0 else (party,):
                    self.ledgers[stream].seat(user, party, bool(may_write and current))

    def known(self, names: list[Name]) -> dict[Name, Known]:
        found = self.database.execute(KNOWN, (msgspec.json.encode(names).decode(),))
        return {
            (key, stream, author): Known(seq, at, kind, body, None if data is None else json.loads(data))
            for key, stream, author, seq, at, kind, body, data in found
        }

    def write(self, rows: list[Row], tops: dict[int, int], moves: list[Move]) -> Written | None:
        database = self.database
        try:
            for handful in handfuls(rows):
                database.execute(INSERT[len(handful)], list(chain.from_iterable(handful)))
        except sqlite3.IntegrityError:
            return None
        for some in handfuls(list(tops.items())):
            database.execute(ADVANCE[len(some)], list(chain.from_iterable(some)))
        self.tops = tops
        return Written({}, list(self.marked(database, moves)))

    def marked(self, database: sqlite3.Connection, moves: list[Move]) -> Iterator[Move]:
        for stream, party, seq in moves:
            up_to = min(seq, self.tops.get(stream, self.ledgers[stream].last_seq))
            if database.execute(MARK, (up_to, stream, party, up_to)).rowcount:
                yield stream, party, up_to

    def commit(self) -> None:
        try:
            self.database.execute("COMMIT")
        except sqlite3.Error as error:
            doubt.noticed(error)
            raise
        for stream, top in self.tops.items():
            self.ledgers[stream].last_seq = top
        self.let_go()

    def rollback(self) -> None:
        if not self.holding:
            return
        self.ledgers = {}
        self.version = None
        try:
            if connection.connection is not None and connection.connection.in_transaction:
                connection.connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
        finally:
            self.let_go()

    def abandon(self) -> None:
        self.rollback()

    def worth_another(self, error: Exception) -> bool:
        return False

    def close(self) -> None:
        connection.close()

    def let_go(self) -> None:
        self.tops = {}
        self.holding = False
        turnstile.release()


def handfuls(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The rows in groups of the sizes for which statements are kept."""
    start = 0
    for size in HANDFULS:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size
