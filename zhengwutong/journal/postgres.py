"""Entries on PostgreSQL: a whole batch is one statement, which is its own transaction.

    begin ──► what is known from earlier batches ──► number ──► one statement: still so? shift, advance, insert
                                                                  │ not so, or a name was taken: it fails as a whole
                                                                  └─► carefully: BEGIN, lock, read, number, the same
                                                                      statement, COMMIT

Who may write changes a stream's `audience` in the same transaction, so what is known of a stream holds for as long as
its audience is the same. Another process may have given numbers meanwhile: then ours move up by as many.

Streams are locked in the order of their ids, so that no two processes wait for each other: the statement comes to them
in the order in which it names them, as long as it finds each by its id (see `connect`). Should it not, one of the two
is told of a deadlock, and its batch is tried again.

Sending and waiting are two things here (`Crossing`), so that a batch can also be sent from the event loop.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.errors import ConnectionTimeout, LockNotAvailable, QueryCanceled

from zhengwutong.journal.batch import Known, Ledger, Move, Name, Row, Written
from zhengwutong.journal.crossing import Crossing, numbers, texts
from zhengwutong.kernel.postgresql.base import Connection, Silent

PATIENCE_MS = 4000  # for a statement, a lock, and a network that has gone silent
SILENCE = 4.5  # seconds after which a server is given up that has not even ended the statement
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


class PostgreSQLShelf:
    """The writing end, used by one thread."""

    def __init__(self) -> None:
        self.crossing: Crossing | None = None
        self.ledgers: dict[int, Ledger] = {}
        self.streams: set[int] = set()  # of the batch at hand
        self.holding = False  # a transaction of several statements is open

    def open(self) -> Crossing:
        """The way over a connection that stands, as far as anybody knows."""
        if self.crossing is None or self.crossing.connection.closed:
            self.crossing = Crossing(connect())
        return self.crossing

    @property
    def database(self) -> Connection:
        return self.open().connection

    def at_hand(self, streams: set[int]) -> Mapping[int, Ledger] | None:
        """What is known of these streams without asking the database; None when it must be asked, by `begin`."""
        crossing = self.crossing
        if crossing is None or crossing.connection.closed or not self.ledgers.keys() >= streams:
            return None
        self.streams = streams
        return {stream: self.ledgers[stream] for stream in streams}

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
        self.send(rows, tops, moves).wait()
        return self.landed(tops, moves)

    def send(self, rows: list[Row], tops: dict[int, int], moves: list[Move]) -> Crossing:
        """Begin to write. Whoever waits until it has `arrived` must call `landed` then."""
        crossing, known = self.open(), self.ledgers
        heads = [
            (stream, known[stream].last_seq, known[stream].audience, top - known[stream].last_seq)
            for stream, top in sorted(tops.items())
        ]
        crossing.send(rows, heads, moves)
        return crossing

    def landed(self, tops: dict[int, int], moves: list[Move]) -> Written | None:
        """What came of what was sent; see `Shelf.write`."""
        assert self.crossing is not None
        found = self.crossing.landed()
        if found is None:
            return None
        first, second = (found[0] if tops else []), (found[-1] if moves else [])
        shifts = {row[0]: row[1] for row in first}
        for stream, top in tops.items():
            self.ledgers[stream].last_seq = top + shifts.get(stream, 0)
        return Written(shifts, [(stream, party, seq) for stream, party, seq in second])

    def commit(self) -> None:
        if self.holding:
            self.database.execute("COMMIT")
            self.holding = False

    def rollback(self) -> None:
        self.forget()

    def abandon(self) -> None:
        """Close the connection: the server undoes what it was doing, and statements kept there may be gone."""
        self.close()

    def worth_another(self, error: Exception) -> bool:
        if isinstance(error, (QueryCanceled, LockNotAvailable, ConnectionTimeout, Silent)):
            return False  # the patience of those who wait has been used up
        return isinstance(error, psycopg.OperationalError)

    def close(self) -> None:
        self.forget()
        self.holding = False
        if self.crossing is not None:
            self.crossing.connection.close()
            self.crossing = None


def connect() -> Connection:
    """A connection beside Django's: server-side parameters, prepared statements, and bounds on every wait."""
    database = connection.settings_dict
    made = Connection.connect(
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
    made.patience = SILENCE
    for name in ("statement_timeout", "lock_timeout"):
        made.execute(sql.SQL("SET {} = {}").format(sql.Identifier(name), sql.Literal(PATIENCE_MS)))
    # Each stream is to be found by its id: reading all of them, or their whole index, is right for a handful of streams
    # only, and the plan is kept. One plan is enough: to make one for every small batch costs more than to write it.
    for setting in ("enable_seqscan = off", "random_page_cost = 1", "plan_cache_mode = force_generic_plan"):
        made.execute(f"SET {setting}")
    return made
