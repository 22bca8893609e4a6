"""Entries on PostgreSQL: a whole batch is one statement, which is its own transaction.

    begin ──► what is known from earlier batches ──► number ──► one statement: lock, still so? shift, insert, advance
                                                                  │ not so, or a name was taken: it fails as a whole
                                                                  └─► carefully: BEGIN, lock, read, number, the same
                                                                      statement, COMMIT

Who may write changes a stream's `audience` in the same transaction, so what is known of a stream holds for as long as
its audience is the same. Another process may have given numbers meanwhile: then ours move up by as many.

Streams are locked in the order of their ids, so that no two processes wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from zhengwutong.journal.batch import Known, Ledger, Move, Name, Row, Written

PATIENCE_MS = 4000  # for a statement, a lock, and a network that has gone silent
STREAMS_KEPT = 20_000

STREAMS = "SELECT id, kind, last_seq, open, audience FROM journal_stream WHERE id = ANY(%s::bigint[])"
LOCKED = f"{STREAMS} ORDER BY id FOR NO KEY UPDATE"
SEATS = """
SELECT stream_id, party, may_write AND until IS NULL FROM journal_member WHERE stream_id = ANY(%s::bigint[])
"""
GROUPS = "SELECT group_id, user_id FROM journal_groupmember WHERE group_id = ANY(%s::bigint[])"
KNOWN = """
SELECT e.key, e.stream_id, e.author, e.seq, e.at, e.kind, e.body, e.data::text
FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) wanted(key, stream, author)
JOIN journal_entry e ON e.key = wanted.key AND e.stream_id = wanted.stream AND e.author = wanted.author
"""
# Divides by zero, and so undoes itself, when a stream is not as it was known.
WRITE = """
WITH top AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS top(id, last_seq, audience, more)),
held AS MATERIALIZED (
    SELECT stream.id, stream.last_seq, stream.last_seq - top.last_seq AS shift, top.more
    FROM journal_stream stream JOIN top ON top.id = stream.id
    WHERE stream.open AND stream.audience = top.audience
    ORDER BY stream.id FOR NO KEY UPDATE OF stream),
advanced AS (
    UPDATE journal_stream stream SET last_seq = held.last_seq + held.more FROM held WHERE stream.id = held.id),
written AS (
    INSERT INTO journal_entry (stream_id, seq, author, key, kind, body, data, at, withdrawn)
    SELECT entry.stream, entry.seq + held.shift, author, key, kind, body, data::jsonb, %s, false
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
    entry(stream, seq, author, key, kind, body, data)
    JOIN held ON held.id = entry.stream)
SELECT id, shift FROM held WHERE shift <> 0
UNION ALL
SELECT 0, 1 / (count(*) = %s)::int FROM held
"""
MARK = """
UPDATE journal_member member SET last_read = least(mark.seq, stream.last_seq)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) mark(stream, party, seq)
JOIN journal_stream stream ON stream.id = mark.stream
WHERE member.stream_id = mark.stream AND member.party = mark.party
AND member.last_read < least(mark.seq, stream.last_seq)
RETURNING member.stream_id, member.party, member.last_read
"""


class PostgreSQLShelf:
    """The writing end, used by one thread."""

    def __init__(self) -> None:
        self.connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self.ledgers: dict[int, Ledger] = {}
        self.streams: set[int] = set()  # of the batch at hand
        self.holding = False  # a transaction of several statements is open

    @property
    def database(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self.connection is None or self.connection.closed:
            self.connection = connect()
        return self.connection

    def begin(self, streams: set[int], *, careful: bool) -> tuple[Mapping[int, Ledger], bool]:
        self.streams = streams
        if careful:
            self.forget()
            self.database.execute("BEGIN")
            self.holding = True
        elif len(self.ledgers) > STREAMS_KEPT:
            self.ledgers.clear()
        missing = [stream for stream in streams if stream not in self.ledgers]
        if missing:
            self.load(missing, LOCKED if careful else STREAMS)
        # A dictionary of its own: it is still read while the next batch is being written.
        return {stream: self.ledgers[stream] for stream in streams if stream in self.ledgers}, careful

    def forget(self) -> None:
        """What was taken for granted of these streams is in doubt."""
        for stream in self.streams:
            self.ledgers.pop(stream, None)

    def load(self, streams: list[int], statement: str) -> None:
        """Learn of streams. A change between the two readings makes their audience another one: `write` will see."""
        database, wanted = self.database, numbers(streams)
        with database.pipeline():
            found = database.execute(statement, [wanted], prepare=True)
            seats = database.execute(SEATS, [wanted], prepare=True)
        ledgers = {
            stream: Ledger(kind, last_seq, is_open, audience)
            for stream, kind, last_seq, is_open, audience in found.fetchall()
        }
        members = seats.fetchall()
        groups = {-party for _, party, _ in members if party < 0}
        people: dict[int, list[int]] = {group: [] for group in groups}
        if groups:
            for group, user in database.execute(GROUPS, [numbers(groups)], prepare=True):
                people[group].append(user)
        for stream, party, may_write in members:
            if stream in ledgers:
                for user in people[-party] if party < 0 else (party,):
                    ledgers[stream].seat(user, party, may_write)
        self.ledgers |= ledgers

    def known(self, names: list[Name]) -> dict[Name, Known]:
        if not names:
            return {}
        keys, streams, authors = zip(*names, strict=True)
        found = self.database.execute(KNOWN, [texts(keys), numbers(streams), numbers(authors)], prepare=True)
        return {
            (key, stream, author): Known(seq, at, kind, body, None if data is None else json.loads(data))
            for key, stream, author, seq, at, kind, body, data in found
        }

    def write(self, rows: list[Row], tops: dict[int, int], moves: list[Move]) -> Written | None:
        shifts: dict[int, int] = {}
        try:
            if rows:
                shifts = self.insert(rows, tops)
        except (psycopg.errors.DivisionByZero, psycopg.errors.UniqueViolation):
            return None
        for stream, top in tops.items():
            self.ledgers[stream].last_seq = top + shifts.get(stream, 0)
        return Written(shifts, self.marked(moves) if moves else [])

    def insert(self, rows: list[Row], tops: dict[int, int]) -> dict[int, int]:
        """Write the entries under the next free numbers; by how much these differ from those they came with."""
        ledgers = [self.ledgers[stream] for stream in tops]
        streams, seqs, authors, keys, kinds, bodies, data, at = zip(*rows, strict=True)
        found = self.database.execute(
            WRITE,
            [
                numbers(tops),
                numbers(ledger.last_seq for ledger in ledgers),
                numbers(ledger.audience for ledger in ledgers),
                numbers(top - ledger.last_seq for top, ledger in zip(tops.values(), ledgers, strict=True)),
                at[0],
                *(numbers(streams), numbers(seqs), numbers(authors)),
                *(texts(keys), texts(kinds), texts(bodies), texts(data)),
                len(tops),
            ],
            prepare=True,
        )
        return {stream: shift for stream, shift in found if stream}

    def marked(self, moves: list[Move]) -> list[Move]:
        streams, parties, seqs = zip(*moves, strict=True)
        found = self.database.execute(MARK, [numbers(streams), numbers(parties), numbers(seqs)], prepare=True)
        return [(stream, party, seq) for stream, party, seq in found]

    def commit(self) -> None:
        if self.holding:
            self.database.execute("COMMIT")
            self.holding = False

    def rollback(self) -> None:
        self.forget()
        if self.connection is None or not self.holding:
            return
        self.holding = False
        try:
            self.connection.execute("ROLLBACK")
        except psycopg.Error:
            self.close()

    def worth_another(self, error: Exception) -> bool:
        if isinstance(error, (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable)):
            return False  # the patience of those who wait has been used up
        return isinstance(error, psycopg.OperationalError)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def numbers(values: Iterable[int]) -> str:
    """An array as PostgreSQL reads it. psycopg's own arrays cost more than all the rest of storing a message."""
    return f"{{{','.join(map(str, values))}}}"


def texts(values: Iterable[str | None]) -> str:
    """An array of texts as PostgreSQL reads it: quoted, with quotes and backslashes escaped."""
    return f"{{{','.join('NULL' if value is None else quoted(value) for value in values)}}}"


def quoted(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


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
        autocommit=True,
    )
    for name in ("statement_timeout", "lock_timeout"):
        made.execute(sql.SQL("SET {} = {}").format(sql.Identifier(name), sql.Literal(PATIENCE_MS)))
    return made
