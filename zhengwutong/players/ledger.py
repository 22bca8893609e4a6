"""What was attempted, acknowledged, delivered and stored, and what follows from comparing the four."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sent:
    """A message its author holds an acknowledgement for. Kept in the order of sending."""

    stream: int
    author: int
    key: str
    body: str
    seq: int


@dataclass
class Report:
    """The figures of one run. Seconds are wall-clock seconds of the run."""

    asked: int = 0
    answered: int = 0
    first_reply_seconds: dict[str, float] = field(default_factory=lambda: {"p50": 0.0, "p95": 0.0})
    lost: int = 0
    duplicated: int = 0
    out_of_order: int = 0
    waited_while_seat_free: int = 0
    messages: int = 0
    registered: int = 0
    signed_in: int = 0
    reconnects: int = 0
    turns: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Nothing lost, doubled, disordered or kept waiting, and every question answered."""
        wrong = self.lost + self.duplicated + self.out_of_order + self.waited_while_seat_free + len(self.failures)
        return wrong == 0 and self.answered == self.asked

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(report: Report, sent: Sequence[Sent], stored: Sequence[dict[str, Any]]) -> None:
    """Add what one stream's read-back shows: acknowledged but gone, stored twice, or in another order than sent."""
    places: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for entry in stored:
        if entry.get("key"):
            places.setdefault((entry["author"], entry["key"]), []).append(entry)
    for one in sent:
        found = places.get((one.author, one.key), [])
        if not found or found[0]["body"] != one.body or found[0]["seq"] != one.seq:
            report.lost += 1
    report.duplicated += sum(len(found) - 1 for found in places.values())
    report.out_of_order += disorder(sent) + gaps(entry["seq"] for entry in stored)


def disorder(sent: Iterable[Sent]) -> int:
    """How often somebody's later message got an earlier number."""
    last: Counter[int] = Counter()
    wrong = 0
    for one in sent:
        wrong += one.seq <= last[one.author]
        last[one.author] = one.seq
    return wrong


def gaps(numbers: Iterable[int]) -> int:
    """How many numbers are missing or out of place in what should read 1, 2, 3 …"""
    return sum(1 for place, number in enumerate(numbers, 1) if place != number)


def undelivered(received: dict[int, dict[str, Any]], stored: Sequence[dict[str, Any]]) -> int:
    """How many stored entries never reached somebody who was to have them all, or reached them altered."""
    return sum(1 for entry in stored if received.get(entry["seq"], {}).get("body") != entry["body"])


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, nearest rank; 0 without values."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else 0.0
