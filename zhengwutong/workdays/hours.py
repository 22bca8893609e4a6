"""Office hours of one day as written by the office: [["08:30", "12:00"], ["14:00", "17:30"]]."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from zhengwutong.kernel.errors import Invalid

DAY = 24 * 60
MOST_SPANS = 12
TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


class Span(NamedTuple):
    """Open from `start` until before `end`: minutes after midnight (Asia/Shanghai). An `end` over 1440 is next day."""

    start: int
    end: int


def read(written: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    """The spans of a list of from/to times `HH:MM`; an empty list is a closed day.

    `24:00` is the end of the day; a "to" before its "from" lies on the next day (22:00–06:00).
    Refuses (`Invalid`) what is no time, is empty, overlaps, or is out of order.
    """
    if len(written) > MOST_SPANS:
        raise Invalid(fields={"intervals": f"一天最多 {MOST_SPANS} 段时间。"})
    spans = tuple(span(pair) for pair in written)
    if any(later.start < earlier.end for earlier, later in pairwise(spans)):
        raise Invalid(fields={"intervals": "时间段请按先后填写，不要重叠。"})
    return spans


def write(spans: Sequence[Span]) -> list[list[str]]:
    """The inverse of `read`."""
    return [[clock(start), clock(end if end <= DAY else end - DAY)] for start, end in spans]


def span(pair: Sequence[str]) -> Span:
    if len(pair) != 2:
        raise Invalid(fields={"intervals": "每段时间要有开始和结束。"})
    start, end = minutes(pair[0]), minutes(pair[1])
    if start in (end, DAY):
        raise Invalid(fields={"intervals": "每段时间的开始和结束不能相同。"})
    return Span(start, end if end > start else end + DAY)


def minutes(time: str) -> int:
    match = TIME.fullmatch(time) if isinstance(time, str) else None
    value = int(match[1]) * 60 + int(match[2]) if match else DAY + 1
    if value > DAY:
        raise Invalid(fields={"intervals": "时间请写成 08:30 的样子，最晚 24:00。"})
    return value


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


STANDARD = read([["08:30", "12:00"], ["14:00", "17:30"]])
