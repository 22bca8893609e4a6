"""Storing many messages in one transaction: repeat? member? may write? open? then the next number.

    wanted ──► rows of their streams, locked ──► checked and numbered here ──► inserted ──► commit

Everything is checked inside the transaction that stores it. The usual batch holds no repeats and concerns streams
that are as they were a moment ago, so that is taken for granted first, and the database says when it is not so. Then
everything is done again carefully: lock, read, look the keys up, also those of messages that would be refused: their
first attempt may have been stored before the stream closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec

from zhengwutong.journal.entries import Stored
from zhengwutong.kernel.errors import KeyReused, NotAllowed, NotFound, Refusal, StreamClosed


class Wanted(msgspec.Struct, gc=False):
    """A message somebody wants to have stored. `origin` is whatever the caller needs to find it again."""

    stream: int
    author: int
    key: str
    kind: str
    body: str
    data: dict[str, Any] | None = None
    origin: Any = None


class Seat(NamedTuple):
    """Through which party a user is a member, and whether anything of his lets him write now."""

    party: int
    may_write: bool


class Ledger:
    """What must be known of a stream to append to it."""

    __slots__ = ("audience", "kind", "last_seq", "open", "seats")

    def __init__(self, kind: str, last_seq: int, is_open: bool, audience: int) -> None:
        self.kind = kind
        self.last_seq = last_seq
        self.open = is_open
        self.audience = audience
        self.seats: dict[int, Seat] = {}

    def seat(self, user: int, party: int, may_write: bool) -> None:
        """Add a way in: one's own membership names the party, any membership may lend the right to write."""
        known = self.seats.get(user)
        if known is None:
            self.seats[user] = Seat(party, may_write)
        else:
            self.seats[user] = Seat(max(known.party, party), known.may_write or may_write)


class Known(NamedTuple):
    """An entry already stored under a key."""

    seq: int
    at: int
    kind: str
    body: str
    data: dict[str, Any] | None


Name = tuple[str, int, int]  # key, stream, author
Row = tuple[int, int, int, str, str, str, str | None, int]  # stream, seq, author, key, kind, body, data as JSON, at
Mark = tuple[int, int]  # stream, user
Place = tuple[int, int]  # stream, party
Move = tuple[int, int, int]  # stream, party, the number up to which it has read


class Written(NamedTuple):
    """What a shelf wrote: by how much the numbers of some streams differ from those asked for, and the marks moved."""

    shifts: Mapping[int, int]
    moves: list[Move]


class Shelf(Protocol):
    """What a database must be able to do. One transaction at a time."""

    def begin(self, streams: set[int], *, careful: bool) -> tuple[Mapping[int, Ledger], bool]:
        """Begin, and return what is known of those streams that exist, and whether it is certain: locked, and true.

        Always certain when `careful`. What is not may be out of date; `write` finds out.
        """

    def known(self, names: list[Name]) -> dict[Name, Known]:
        """The entries already stored under these names."""

    def write(self, rows: list[Row], tops: dict[int, int], moves: list[Move]) -> Written | None:
        """Insert entries, write the streams' new last numbers, and raise read marks, never beyond the last number.

        None when a name was taken, or what `begin` told of a stream is no longer so: nothing is written then, and the
        transaction must be rolled back.
        """

    def commit(self) -> None: ...

    def rollback(self) -> None:
        """Undo the transaction, if one is open, and forget what was learnt in it."""

    def abandon(self) -> None:
        """The same after an error, of which nobody knows what it left behind."""

    def worth_another(self, error: Exception) -> bool:
        """Whether the same transaction may well succeed when it is tried again at once."""

    def close(self) -> None:
        """Close the database connection."""


class Line(Protocol):
    """What has been sent to a database and is waited for. `socket` becomes readable when there is an answer."""

    socket: int

    def unsent(self) -> bool:
        """Send what the network takes; whether some is left."""

    def arrived(self) -> bool:
        """Read what is there; whether that is all. Raises when the connection is lost."""


@runtime_checkable
class OpenShelf(Shelf, Protocol):
    """A shelf that can be written to without waiting for it."""

    def at_hand(self, streams: set[int]) -> Mapping[int, Ledger] | None:
        """What is known of these streams without asking the database; None when it must be asked, by `begin`."""

    def send(self, rows: list[Row], tops: dict[int, int], moves: list[Move]) -> Line:
        """Begin to `write`, as a transaction of its own."""

    def landed(self, tops: dict[int, int], moves: list[Move]) -> Written | None:
        """What came of what was sent, when it has arrived: what `write` would have returned or raised."""


class Batch(NamedTuple):
    """What became of a batch: one outcome per wanted message, the ledgers, and the marks (stream, party, seq, user)."""

    outcomes: list[Stored | Refusal]
    ledgers: Mapping[int, Ledger]
    marks: list[tuple[int, int, int, int]]


class Plan(NamedTuple):
    """What is to be written for a batch, and what will have become of it then."""

    wanted: Sequence[Wanted]
    ledgers: Mapping[int, Ledger]
    numbered: Numbered
    by: dict[Place, tuple[int, int]]

    @property
    def moves(self) -> list[Move]:
        return [(*place, seq) for place, (seq, _) in self.by.items()]

    def done(self, written: Written) -> Batch:
        """The outcome, with the numbers that were really given."""
        outcomes, by = self.numbered.outcomes, self.by
        if written.shifts:
            shift(outcomes, self.wanted, written.shifts)
        return Batch(outcomes, self.ledgers, [(*move, by[move[:2]][1]) for move in written.moves])


def store(
    shelf: Shelf, wanted: Sequence[Wanted], marks: Mapping[Mark, int], *, at: int, careful: bool = False
) -> Batch:
    """Store messages, all or none of them, and move read marks, or raise what the database raises.

    What is worth another attempt (a connection that was gone, a deadlock) gets one: keys make that safe even when the
    answer to a commit was lost. `careful`: taking things for granted has failed already.
    """
    try:
        return store_once(shelf, wanted, marks, at, careful)
    except Exception as error:
        if not shelf.worth_another(error):
            raise
        return store_once(shelf, wanted, marks, at, careful)


def store_once(shelf: Shelf, wanted: Sequence[Wanted], marks: Mapping[Mark, int], at: int, careful: bool) -> Batch:
    try:
        stored = None if careful else attempt(shelf, wanted, marks, at, careful=False)
        if stored is None:
            shelf.rollback()
            stored = attempt(shelf, wanted, marks, at, careful=True)
        assert stored is not None
        shelf.commit()
    except BaseException:
        shelf.abandon()
        raise
    return stored


def attempt(
    shelf: Shelf, wanted: Sequence[Wanted], marks: Mapping[Mark, int], at: int, *, careful: bool
) -> Batch | None:
    """One pass; None when it took for granted (not `careful`) what turned out otherwise."""
    ledgers, certain = shelf.begin(streams_of(wanted, marks), careful=careful)
    known = shelf.known([name(one) for one in wanted]) if careful else {}
    plan = planned(ledgers, known, wanted, marks, at)
    refused = plan.numbered.refused
    if not certain and (refused or len(plan.by) < len(marks)):
        return None
    if refused and not careful:
        known = shelf.known([name(wanted[place]) for place in refused])
        for place in refused:  # what would be refused now may have been stored while it was still allowed
            before = known.get(name(wanted[place]))
            if before is not None:
                plan.numbered.outcomes[place] = again(wanted[place], before)
    written = shelf.write(plan.numbered.rows, plan.numbered.tops, plan.moves)
    return None if written is None else plan.done(written)


def send(shelf: OpenShelf, wanted: Sequence[Wanted], marks: Mapping[Mark, int], *, at: int) -> tuple[Plan, Line] | None:
    """Begin to store the usual batch, which holds nothing new and nothing to refuse; None when it is another one."""
    ledgers = shelf.at_hand(streams_of(wanted, marks))
    if ledgers is None:
        return None
    plan = planned(ledgers, {}, wanted, marks, at)
    if plan.numbered.refused or len(plan.by) < len(marks):
        return None
    return plan, shelf.send(plan.numbered.rows, plan.numbered.tops, plan.moves)


def landed(shelf: OpenShelf, plan: Plan) -> Batch | None:
    """What became of what was sent, when it has arrived; None: nothing was stored.

    After an exception something may have been stored all the same, as after one of `store`, and the shelf is to be
    abandoned.
    """
    written = shelf.landed(plan.numbered.tops, plan.moves)
    if written is None:
        shelf.rollback()
        return None
    return plan.done(written)


def planned(
    ledgers: Mapping[int, Ledger],
    known: Mapping[Name, Known],
    wanted: Sequence[Wanted],
    marks: Mapping[Mark, int],
    at: int,
) -> Plan:
    return Plan(wanted, ledgers, number(ledgers, known, wanted, at), members(ledgers, marks))


def streams_of(wanted: Sequence[Wanted], marks: Mapping[Mark, int]) -> set[int]:
    return {one.stream for one in wanted} | {stream for stream, _ in marks}


class Numbered(NamedTuple):
    """Outcomes by place, the rows to insert, the streams' new last numbers, and the places of what was refused."""

    outcomes: list[Stored | Refusal]
    rows: list[Row]
    tops: dict[int, int]
    refused: list[int]


def number(ledgers: Mapping[int, Ledger], known: Mapping[Name, Known], wanted: Sequence[Wanted], at: int) -> Numbered:
    """Check messages one by one and give the accepted ones the next numbers of their streams."""
    outcomes: list[Stored | Refusal] = []
    rows: list[Row] = []
    tops: dict[int, int] = {}
    refused: list[int] = []
    fresh: dict[Name, int] = {}
    for place, one in enumerate(wanted):
        stream, author, key = one.stream, one.author, one.key
        this = key, stream, author
        if this in fresh or (known and this in known):
            outcomes.append(
                again(one, known[this] if this in known else as_known(wanted[fresh[this]], outcomes, fresh))
            )
            continue
        ledger = ledgers.get(stream)
        seat = ledger.seats.get(author) if ledger is not None else None
        if ledger is None or seat is None or not ledger.open or not seat.may_write:
            refused.append(place)
            outcomes.append(refusal(ledger, seat))
            continue
        seq = tops[stream] = tops.get(stream, ledger.last_seq) + 1
        data = None if one.data is None else msgspec.json.encode(one.data).decode()
        rows.append((stream, seq, author, key, one.kind, one.body, data, at))
        fresh[this] = place
        outcomes.append(Stored(seq, at))
    return Numbered(outcomes, rows, tops, refused)


def as_known(first: Wanted, outcomes: list[Stored | Refusal], fresh: dict[Name, int]) -> Known:
    """A message earlier in the same batch, as if it had been stored before."""
    stored = outcomes[fresh[name(first)]]
    assert isinstance(stored, Stored)
    return Known(stored.seq, stored.at, first.kind, first.body, first.data)


def refusal(ledger: Ledger | None, seat: Seat | None) -> Refusal:
    """Not there and not yours are the same answer; then closed, then no right to write."""
    if ledger is None or seat is None:
        return NotFound()
    return NotAllowed() if ledger.open else StreamClosed()


def name(one: Wanted) -> Name:
    return one.key, one.stream, one.author


def again(one: Wanted, before: Known) -> Stored | Refusal:
    """A message that comes again gets its first number; another message under the same key is refused."""
    if (before.kind, before.body, before.data) != (one.kind, one.body, one.data):
        return KeyReused()
    return Stored(before.seq, before.at, repeated=True)


def shift(outcomes: list[Stored | Refusal], wanted: Sequence[Wanted], shifts: Mapping[int, int]) -> None:
    """Give messages the numbers they got where somebody else had written first."""
    for place, one in enumerate(wanted):
        outcome = outcomes[place]
        if one.stream in shifts and isinstance(outcome, Stored):
            outcomes[place] = Stored(outcome.seq + shifts[one.stream], outcome.at, outcome.repeated)


def members(ledgers: Mapping[int, Ledger], marks: Mapping[Mark, int]) -> dict[Place, tuple[int, int]]:
    """The marks of those who are members, by stream and party: the highest number, and whose it is."""
    found: dict[Place, tuple[int, int]] = {}
    for (stream, user), seq in marks.items():
        ledger = ledgers.get(stream)
        seat = ledger.seats.get(user) if ledger is not None else None
        if seat is not None:
            place = stream, seat.party
            found[place] = max(found.get(place, (0, 0)), (seq, user))
    return found
