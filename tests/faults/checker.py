"""The verdict on a ledger: five lists of findings, all empty when the service kept its word.

| finding | what it says |
|---|---|
| lost | acknowledged or shown to a reader, but not stored, or not under the number that was acknowledged |
| undelivered | stored, but a reader who is caught up never got it |
| unexpected | stored or shown though nobody attempted it, with another body, or though it was refused for good |
| duplicated | one message under two numbers, or two messages under one |
| disordered | a later message has an earlier number, numbers have a hole, readers disagree, a live line goes back |

Pure: nothing here knows how the ledger came about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from tests.faults.ledger import Ack, Attempt, Delivery, Entry, Ledger, Name

Place = tuple[int, int]  # stream and number


@dataclass(frozen=True)
class Verdict:
    """Each finding is a sentence about one message or one number."""

    lost: list[str]
    undelivered: list[str]
    unexpected: list[str]
    duplicated: list[str]
    disordered: list[str]

    @property
    def counts(self) -> dict[str, int]:
        return {field.name: len(getattr(self, field.name)) for field in fields(self)}

    @property
    def clean(self) -> bool:
        return not any(self.counts.values())

    def __str__(self) -> str:
        return "\n".join(
            f"{field.name}: {finding}" for field in fields(self) for finding in getattr(self, field.name)[:10]
        )


def check(ledger: Ledger) -> Verdict:
    """Compare the four parts of the ledger."""
    book = Book(ledger)
    return Verdict(
        lost=list(lost(book)),
        undelivered=list(undelivered(book)),
        unexpected=list(unique(unexpected(book))),
        duplicated=list(unique(duplicated(book))),
        disordered=list(unique(disordered(book))),
    )


class Book:
    """A ledger with what is looked up again and again."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.numbers: defaultdict[Name, set[int]] = defaultdict(set)  # of a stored message
        self.there: defaultdict[Place, list[Entry]] = defaultdict(list)  # what is stored under a number
        self.shown: defaultdict[tuple[str, int], set[int]] = defaultdict(set)  # to a reader of a stream
        for entry in ledger.stored:
            self.numbers[entry.name].add(entry.seq)
            self.there[entry.stream, entry.seq].append(entry)
        for one in ledger.deliveries:
            self.shown[one.reader, one.entry.stream].add(one.entry.seq)

    def foreign(self, entry: Entry) -> bool:
        """Nobody said this, or not in these words. What the service itself says is not attempted by anybody."""
        if entry.author is None:
            return False
        attempt = self.ledger.attempts.get(entry.name)
        return attempt is None or attempt.message.body != entry.body or entry.name in self.ledger.refused

    def first_number(self, name: Name) -> int | None:
        return min(self.numbers[name]) if name in self.numbers else None


def unique(findings: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys(findings))


def lost(book: Book) -> Iterator[str]:
    missing: dict[object, str] = {}
    for ack in book.ledger.acks:
        if ack.seq not in book.numbers.get(ack.name, ()):
            missing.setdefault(ack.name, f"{told(ack.name)} was acknowledged as {ack.seq}")
    for one in book.ledger.deliveries:
        if not book.foreign(one.entry) and not known(book, one.entry):
            what = one.entry.name if one.entry.author is not None else (one.entry.stream, one.entry.seq)
            missing.setdefault(what, f"{told(one.entry.name)} was shown as {one.entry.seq} and is not stored")
    yield from missing.values()


def known(book: Book, entry: Entry) -> bool:
    if entry.author is None:
        return (entry.stream, entry.seq) in book.there
    return entry.name in book.numbers


def undelivered(book: Book) -> Iterator[str]:
    streams: defaultdict[int, set[int]] = defaultdict(set)
    for stream, seq in book.there:
        streams[stream].add(seq)
    for (reader, stream), after in book.ledger.readers.items():
        missing = {seq for seq in streams[stream] if seq > after} - book.shown[reader, stream]
        yield from (f"{reader} never got {seq} of stream {stream}" for seq in sorted(missing))


def unexpected(book: Book) -> Iterator[str]:
    shown = (one.entry for one in book.ledger.deliveries)
    for entry in (*book.ledger.stored, *shown):
        if book.foreign(entry):
            yield f"{told(entry.name)} says {entry.body!r}"


def duplicated(book: Book) -> Iterator[str]:
    for name, numbers in book.numbers.items():
        if len(numbers) > 1 and name[1] is not None:
            yield f"{told(name)} has the numbers {sorted(numbers)}"
    for (stream, seq), entries in book.there.items():
        if len(entries) > 1:
            yield f"number {seq} of stream {stream} was read back {len(entries)} times"
    seen: defaultdict[tuple[str, Name], set[int]] = defaultdict(set)
    for one in book.ledger.deliveries:
        seen[one.reader, one.entry.name].add(one.entry.seq)
    for (_, name), numbers in seen.items():
        if len(numbers) > 1 and name[1] is not None and len(book.numbers[name]) < 2:
            yield f"{told(name)} was shown to one reader under several numbers"


def disordered(book: Book) -> Iterator[str]:
    yield from answered_before(book)
    yield from out_of_lane(book)
    yield from holes(book)
    yield from disagreeing(book)
    yield from going_back(book)


def answered_before(book: Book) -> Iterator[str]:
    """If the answer to one message came before the next was sent, their numbers are in that order."""
    highest: defaultdict[int, int] = defaultdict(int)
    events: list[Attempt | Ack] = [*book.ledger.attempts.values(), *book.ledger.acks]
    events.sort(key=lambda event: event.turn)
    for event in events:
        name = event.name if isinstance(event, Ack) else event.message.name
        number = book.first_number(name)
        if number is None:
            continue
        if isinstance(event, Ack):
            highest[name[0]] = max(highest[name[0]], number)
        elif number <= highest[name[0]]:
            yield behind(name, number)


def out_of_lane(book: Book) -> Iterator[str]:
    """What one line sends without waiting keeps its order, unless it was refused on the way."""
    highest: defaultdict[tuple[int, str], int] = defaultdict(int)
    for name, attempt in book.ledger.attempts.items():
        number = book.first_number(name)
        if number is None or not attempt.lane or name in book.ledger.put_off:
            continue
        lane = (name[0], attempt.lane)
        if number < highest[lane]:
            yield behind(name, number)
        highest[lane] = max(highest[lane], number)


def behind(name: Name, number: int) -> str:
    return f"{told(name)} came later and has the earlier number {number}"


def holes(book: Book) -> Iterator[str]:
    """Numbers run from 1 without gaps and are read back in their order; what somebody was told is lost, not missing."""
    told_of = {(ack.name[0], ack.seq) for ack in book.ledger.acks}
    last: defaultdict[int, int] = defaultdict(int)
    for entry in book.ledger.stored:
        if entry.seq < last[entry.stream]:
            yield f"{entry.seq} of stream {entry.stream} was read back after {last[entry.stream]}"
        last[entry.stream] = max(last[entry.stream], entry.seq)
    shown = {(one.entry.stream, one.entry.seq) for one in book.ledger.deliveries}
    for stream, newest in last.items():
        for seq in range(1, newest):
            if (stream, seq) not in book.there and (stream, seq) not in told_of and (stream, seq) not in shown:
                yield f"number {seq} of stream {stream} does not exist"


def disagreeing(book: Book) -> Iterator[str]:
    """Every reader sees the stored order."""
    for one in book.ledger.deliveries:
        entry = one.entry
        there = book.there.get((entry.stream, entry.seq))
        same = any(other.name == entry.name and (entry.author or other.body == entry.body) for other in there or ())
        if there and not same and not book.foreign(entry) and known(book, entry):
            yield f"{one.reader} was shown {told(entry.name)} as {entry.seq}"


def going_back(book: Book) -> Iterator[str]:
    """What is pushed over one connection goes up, unless it is a repeat."""
    highest: defaultdict[tuple[str, int, int], int] = defaultdict(int)
    had: set[tuple[str, Place]] = set()
    for one in book.ledger.deliveries:
        line, place = line_of(one), (one.reader, (one.entry.stream, one.entry.seq))
        if one.live and one.entry.seq < highest[line] and place not in had:
            yield f"{one.reader} got {one.entry.seq} of stream {one.entry.stream} after {highest[line]}"
        had.add(place)
        if one.live:
            highest[line] = max(highest[line], one.entry.seq)


def line_of(one: Delivery) -> tuple[str, int, int]:
    return one.reader, one.connection, one.entry.stream


def told(name: Name) -> str:
    return f"message {name[2]} of {name[1]} in stream {name[0]}"
