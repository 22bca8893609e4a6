"""A batch's way to PostgreSQL and back, by libpq itself: sent, waited for by whoever likes to, read.

    send ──► (write `unsent` on) ──► readable: `arrived`? ──► `landed`

psycopg's own way to one statement costs three times as much, and waits in the thread that asked.
"""

from __future__ import annotations

import select
from collections.abc import Iterable, Sequence

import psycopg
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from zhengwutong.journal.batch import Move, Row
from zhengwutong.kernel.postgresql.base import Connection, Silent

Head = tuple[int, int, int, int]  # stream, its last number and audience as they are known, how many entries it gets

# Divides by zero, and so undoes itself, when a stream is not as it was known. (A number left out would do as well, but
# PostgreSQL would write the message into its log.)
WRITE = b"""
WITH held AS (
    UPDATE journal_stream stream SET last_seq = stream.last_seq + top.more
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS top(id, last_seq, audience, more)
    WHERE stream.id = top.id AND stream.open AND stream.audience = top.audience
    RETURNING stream.id, stream.last_seq - top.more - top.last_seq AS shift),
written AS (
    INSERT INTO journal_entry (stream_id, seq, author, key, kind, body, data, at, withdrawn)
    SELECT stream, seq + shift, author, key, kind, body, data::jsonb, $5::bigint / (held.id IS NOT NULL)::int, false
    FROM unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[])
    entry(stream, seq, author, key, kind, body, data)
    LEFT JOIN held ON held.id = entry.stream)
SELECT id, shift FROM held WHERE shift <> 0
"""
MARK = b"""
UPDATE journal_member member SET last_read = least(mark.seq, stream.last_seq)
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) mark(stream, party, seq)
JOIN journal_stream stream ON stream.id = mark.stream
WHERE member.stream_id = mark.stream AND member.party = mark.party
AND member.last_read < least(mark.seq, stream.last_seq)
RETURNING member.stream_id, member.party, member.last_read
"""
OTHERWISE = (b"22012", b"23505")  # division by zero, unique violation: it was not as it had been taken for granted


class Crossing:
    """The two statements of one connection; one batch at a time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.pgconn = connection.pgconn
        self.results: list[PGresult] = []
        for name, statement in ((b"write", WRITE), (b"mark", MARK)):
            connection.execute(b"PREPARE " + name + b" AS " + statement)

    @property
    def socket(self) -> int:
        return self.pgconn.socket

    def send(self, rows: Sequence[Row], heads: Sequence[Head], moves: Sequence[Move]) -> None:
        """Ask for entries to be written and marks to be moved: one transaction, if none is open."""
        pgconn, self.results = self.pgconn, []
        pgconn.enter_pipeline_mode()
        if rows:
            ids, seqs, audiences, more = zip(*heads, strict=True)
            streams, numbered, authors, keys, kinds, bodies, data, at = zip(*rows, strict=True)
            arrays = [numbers(ids), numbers(seqs), numbers(audiences), numbers(more), str(at[0])]
            arrays += [numbers(streams), numbers(numbered), numbers(authors)]
            arrays += [texts(keys), texts(kinds), texts(bodies), texts(data)]
            pgconn.send_query_prepared(b"write", [value.encode() for value in arrays])
        if moves:
            pgconn.send_query_prepared(b"mark", [numbers(column).encode() for column in zip(*moves, strict=True)])
        pgconn.pipeline_sync()

    def unsent(self) -> bool:
        """Send what the network takes; whether some is left."""
        return bool(self.pgconn.flush())

    def arrived(self) -> bool:
        """Read what is there; whether that is all. Raises when the connection is lost."""
        pgconn = self.pgconn
        pgconn.consume_input()
        while not pgconn.is_busy():
            result = pgconn.get_result()
            if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
                return True
            if result is not None:
                self.results.append(result)
            elif pgconn.status != ConnStatus.OK:
                raise psycopg.OperationalError("the connection to the database was lost")
        return False

    def wait(self) -> None:
        """Until it has arrived. Raises `Silent` when nothing does."""
        patience = self.connection.patience
        poll = select.poll()
        poll.register(self.socket, select.POLLIN | select.POLLOUT)
        while True:
            if not self.unsent():
                poll.modify(self.socket, select.POLLIN)
            if not poll.poll(None if patience is None else patience * 1000):
                raise Silent("PostgreSQL did not answer in time")
            if self.arrived():
                return

    def landed(self) -> list[list[tuple[int, ...]]] | None:
        """The rows each statement answered with; None when what was taken for granted is not so. Else it raises."""
        self.pgconn.exit_pipeline_mode()
        for result in self.results:
            if result.status == ExecStatus.FATAL_ERROR:
                if result.error_field(DiagnosticField.SQLSTATE) in OTHERWISE:
                    return None
                raise failure(result)
        return [
            [
                tuple(int(result.get_value(row, column) or 0) for column in range(result.nfields))
                for row in range(result.ntuples)
            ]
            for result in self.results
        ]


def failure(result: PGresult) -> psycopg.Error:
    """The exception for what PostgreSQL answered."""
    state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    told = result.error_message.decode(errors="replace")
    try:
        return psycopg.errors.lookup(state)(told)
    except KeyError:
        return psycopg.OperationalError(told)


def numbers(values: Iterable[int]) -> str:
    """An array as PostgreSQL reads it. psycopg's own arrays cost more than all the rest of storing a message."""
    return f"{{{','.join(map(str, values))}}}"


def texts(values: Sequence[str | None]) -> str:
    """An array of texts as PostgreSQL reads it: quoted, with quotes and backslashes escaped."""
    if None not in values:
        together = '","'.join(values)  # type: ignore[arg-type]  # none of them is None
        if "\\" not in together and together.count('"') == 2 * (len(values) - 1):
            return f'{{"{together}"}}'  # the usual: nothing to escape
    return f"{{{','.join('NULL' if value is None else quoted(value) for value in values)}}}"


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
