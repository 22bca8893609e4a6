"""Entries on PostgreSQL: one connection of its own, statements prepared, two round trips and a commit per batch.

Streams are locked in the order of their ids, so that no two processes wait for each other. What the later statements
see is newer than the lock: each has its own snapshot (READ COMMITTED).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from zhengwutong.journal.batch import Known, Ledger, Name, Row

PATIENCE_MS = 4000  # for a statement, a lock, and a network that has gone silent

LOCK = """
SELECT id, kind, last_seq, open, audience FROM journal_stream WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
SEATS = "SELECT stream_id, party, may_write AND until IS NULL FROM journal_member WHERE stream_id = ANY(%s)"
GROUPS = "SELECT group_id, user_id FROM journal_groupmember WHERE group_id = ANY(%s)"
KNOWN = """
SELECT e.key, e.stream_id, e.author, e.seq, e.at, e.kind, e.body, e.data::text
FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) wanted(key, stream, author)
JOIN journal_entry e ON e.key = wanted.key AND e.stream_id = wanted.stream AND e.author = wanted.author
"""
INSERT = """
INSERT INTO journal_entry (stream_id, seq, author, key, kind, body, data, at, withdrawn)
SELECT stream, seq, author, key, kind, body, data::jsonb, at, false
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])
entry(stream, seq, author, key, kind, body, data, at)
ON CONFLICT DO NOTHING
"""
ADVANCE = """
UPDATE journal_stream SET last_seq = top.seq FROM unnest(%s::bigint[], %s::bigint[]) top(id, seq)
WHERE journal_stream.id = top.id
"""
MARK = """
UPDATE journal_member SET last_read = mark.seq
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) mark(stream, party, seq)
WHERE journal_member.stream_id = mark.stream AND journal_member.party = mark.party
AND journal_member.last_read < mark.seq
RETURNING mark.stream, mark.party, mark.seq
"""


class PostgreSQLShelf:
    """The writing end, used by one thread."""

    def __init__(self) -> None:
        self.connection: psycopg.Connection[tuple[Any, ...]] | None = None

    @property
    def database(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self.connection is None or self.connection.closed:
            self.connection = connect()
        return self.connection

    def begin(self, streams: set[int]) -> Mapping[int, Ledger]:
        wanted = list(streams)
        database = self.database
        with database.pipeline():
            locked = database.execute(LOCK, [wanted], prepare=True)
            seats = database.execute(SEATS, [wanted], prepare=True)
        ledgers = {
            stream: Ledger(kind, last_seq, is_open, audience)
            for stream, kind, last_seq, is_open, audience in locked.fetchall()
        }
        members = seats.fetchall()
        groups = {-party for _, party, _ in members if party < 0}
        people: dict[int, list[int]] = {group: [] for group in groups}
        if groups:
            for group, user in database.execute(GROUPS, [list(groups)], prepare=True):
                people[group].append(user)
        for stream, party, may_write in members:
            if stream in ledgers:
                for user in people[-party] if party < 0 else (party,):
                    ledgers[stream].seat(user, party, may_write)
        return ledgers

    def known(self, names: list[Name]) -> dict[Name, Known]:
        columns = [list(column) for column in zip(*names, strict=True)] or [[], [], []]
        found = self.database.execute(KNOWN, columns, prepare=True)
        return {
            (key, stream, author): Known(seq, at, kind, body, None if data is None else json.loads(data))
            for key, stream, author, seq, at, kind, body, data in found
        }

    def insert(self, rows: list[Row]) -> bool:
        columns = [list(column) for column in zip(*rows, strict=True)]
        return self.database.execute(INSERT, columns, prepare=True).rowcount == len(rows)

    def advance(self, tops: dict[int, int]) -> None:
        self.database.execute(ADVANCE, [list(tops), list(tops.values())], prepare=True)

    def mark(self, marks: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        if not marks:
            return []
        columns = [list(column) for column in zip(*marks, strict=True)]
        return [(stream, party, seq) for stream, party, seq in self.database.execute(MARK, columns, prepare=True)]

    def commit(self) -> None:
        self.database.commit()

    def rollback(self) -> None:
        if self.connection is None:
            return
        try:
            self.connection.rollback()
        except psycopg.Error:
            self.connection.close()
            self.connection = None

    def worth_another(self, error: Exception) -> bool:
        if isinstance(error, (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable)):
            return False  # the patience of those who wait has been used up
        return isinstance(error, psycopg.OperationalError)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def connect() -> psycopg.Connection[tuple[Any, ...]]:
    """A connection beside Django's: server-side parameters, prepared statements, and bounds on every wait."""
    database = connection.settings_dict
    made = psycopg.connect(
        host=database["HOST"],
        port=database["PORT"],
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=database["NAME"],
        connect_timeout=3,
        tcp_user_timeout=PATIENCE_MS,
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        application_name="zhengwutong-writer",
    )
    for name in ("statement_timeout", "lock_timeout"):
        made.execute(sql.SQL("SET {} = {}").format(sql.Identifier(name), sql.Literal(PATIENCE_MS)))
    made.commit()
    return made
