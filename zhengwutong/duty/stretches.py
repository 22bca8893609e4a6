"""Arithmetic on stretches of time: the ground of minutes owed and covered, gaps, and changes of the roster.

A stretch is half open, `start <= t < end`. A *line* is a tuple of stretches in order that neither touch nor overlap;
everything here takes stretches in any order and gives a line. Cost grows with their number, never with their product.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple


class Stretch(NamedTuple):
    start: datetime
    end: datetime


Line = tuple[Stretch, ...]


def join(spans: Iterable[tuple[datetime, datetime]]) -> Line:
    """Every moment that lies in at least one of the stretches; empty and reversed ones count for nothing."""
    line: list[Stretch] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if line and start <= line[-1].end:
            line[-1] = Stretch(line[-1].start, max(line[-1].end, end))
        else:
            line.append(Stretch(start, end))
    return tuple(line)


def meet(left: Iterable[tuple[datetime, datetime]], right: Iterable[tuple[datetime, datetime]]) -> Line:
    """Every moment that lies in both."""
    one, other = join(left), join(right)
    met: list[Stretch] = []
    at = below = 0
    while at < len(one) and below < len(other):
        start = max(one[at].start, other[below].start)
        end = min(one[at].end, other[below].end)
        if start < end:
            met.append(Stretch(start, end))
        if one[at].end <= other[below].end:
            at += 1
        else:
            below += 1
    return tuple(met)


def without(spans: Iterable[tuple[datetime, datetime]], taken: Iterable[tuple[datetime, datetime]]) -> Line:
    """Every moment that lies in `spans` and not in `taken`."""
    left: list[Stretch] = []
    holes = join(taken)
    first = 0
    for start, end in join(spans):
        while first < len(holes) and holes[first].end <= start:
            first += 1
        begin, hole = start, first
        while hole < len(holes) and holes[hole].start < end:
            if begin < holes[hole].start:
                left.append(Stretch(begin, holes[hole].start))
            begin = holes[hole].end
            hole += 1
        if begin < end:
            left.append(Stretch(begin, end))
    return tuple(left)


def length(spans: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """The time they take together, each moment counted once."""
    return sum((end - start for start, end in join(spans)), timedelta())


def minutes(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """Whole minutes, rounded down: nobody is credited with a minute he was not there for."""
    return int(length(spans) // timedelta(minutes=1))


def holds(spans: Iterable[tuple[datetime, datetime]], moment: datetime) -> bool:
    """Whether the moment lies in one of them."""
    return any(start <= moment < end for start, end in spans)
