"""What was attempted, acknowledged, stored and delivered, as plain values in the order in which it was noticed.

`turn` is that order, one count for the whole ledger; `at` is monotonic seconds. A message has one name for its whole
life: (stream, author, key).
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence
from time import monotonic
from typing import Any, NamedTuple

Name = tuple[int, int | None, str | None]


class Message(NamedTuple):
    """What somebody wants to say."""

    stream: int
    author: int
    key: str
    body: str

    @property
    def name(self) -> Name:
        return self.stream, self.author, self.key


class Attempt(NamedTuple):
    """The first time a message left for the service. What is sent in one `lane` keeps its order; "" is no lane."""

    turn: int
    at: float
    message: Message
    lane: str


class Ack(NamedTuple):
    turn: int
    at: float
    name: Name
    seq: int


class Entry(NamedTuple):
    """An entry as it was told; the service itself has neither author nor key."""

    stream: int
    seq: int
    author: int | None
    key: str | None
    body: str

    @property
    def name(self) -> Name:
        return self.stream, self.author, self.key


class Delivery(NamedTuple):
    """An entry that reached a reader over one of his connections; `live`: pushed by itself, not in a page asked for."""

    turn: int
    at: float
    reader: str
    connection: int
    live: bool
    entry: Entry


class Ledger:
    """One run. `readers` are to have everything above the number given; `stored` is in the order it was read back."""

    def __init__(self) -> None:
        self.attempts: dict[Name, Attempt] = {}
        self.acks: list[Ack] = []
        self.deliveries: list[Delivery] = []
        self.stored: list[Entry] = []
        self.readers: dict[tuple[str, int], int] = {}
        self.put_off: set[Name] = set()
        self.refused: dict[Name, str] = {}
        self.turns = itertools.count()

    def attempted(self, message: Message, lane: str = "") -> None:
        """A message leaves for the service; leaving again under its name changes nothing."""
        if message.name not in self.attempts:
            self.attempts[message.name] = Attempt(next(self.turns), monotonic(), message, lane)

    def acknowledged(self, name: Name, seq: int) -> None:
        self.acks.append(Ack(next(self.turns), monotonic(), name, seq))

    def refused_for_now(self, name: Name) -> None:
        """To be sent again later: it has lost its place in its lane."""
        self.put_off.add(name)

    def refused_for_good(self, name: Name, code: str) -> None:
        """The service said no, and so it must not be found anywhere."""
        self.refused[name] = code

    def delivered(self, reader: str, connection: int, entry: Entry, *, live: bool) -> None:
        self.deliveries.append(Delivery(next(self.turns), monotonic(), reader, connection, live, entry))

    def reads(self, reader: str, stream: int, after: int = 0) -> None:
        """This reader is to have all of the stream after this number, and be caught up at the end."""
        self.readers[reader, stream] = after

    def read_back(self, entries: Sequence[Entry]) -> None:
        """What a fresh client was shown of one stream, in the order shown."""
        self.stored.extend(entries)

    def unanswered(self) -> list[Name]:
        """Attempts that were neither acknowledged nor refused for good."""
        answered = {ack.name for ack in self.acks} | set(self.refused)
        return [name for name in self.attempts if name not in answered]


def entry_of(frame: dict[str, Any]) -> Entry:
    """The entry in a frame or in an item of a page."""
    return Entry(frame["stream"], frame["seq"], frame["author"], frame.get("key"), frame["body"])


def longest_wait(ledger: Ledger) -> float:
    """The longest time in seconds between a message's first attempt and its first acknowledgement."""
    waits: dict[Name, float] = {}
    for ack in ledger.acks:
        if ack.name in ledger.attempts:
            waits.setdefault(ack.name, ack.at - ledger.attempts[ack.name].at)
    return max(waits.values(), default=0.0)


def longest_delivery(ledger: Ledger, *, readers: Container[str] | None = None) -> float:
    """The longest time in seconds between an acknowledgement and the moment a reader (of these) first had the entry."""
    acked: dict[Name, float] = {}
    for ack in ledger.acks:
        acked.setdefault(ack.name, ack.at)
    first: dict[tuple[str, int, int], float] = {}
    longest = 0.0
    for one in ledger.deliveries:
        place = (one.reader, one.entry.stream, one.entry.seq)
        if place not in first and one.entry.name in acked and (readers is None or one.reader in readers):
            first[place] = one.at
            longest = max(longest, one.at - acked[one.entry.name])
    return longest
