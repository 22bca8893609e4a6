"""Stretches of time against the plainest possible reckoning: sets of minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from zhengwutong.duty.stretches import holds, join, length, meet, minutes, without

DAY = datetime(2026, 11, 24, tzinfo=UTC)


def at(minute: int) -> datetime:
    return DAY + timedelta(minutes=minute)


def stretch(pair: tuple[int, int]) -> tuple[datetime, datetime]:
    return at(pair[0]), at(pair[1])


pairs = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


def moments(spans: list[tuple[int, int]]) -> set[int]:
    return {minute for start, end in spans for minute in range(start, end)}


@given(pairs, pairs)
def test_joining_meeting_and_taking_away_agree_with_sets_of_minutes(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    left, right = [stretch(pair) for pair in one], [stretch(pair) for pair in other]
    for line, expected in (
        (join(left), moments(one)),
        (meet(left, right), moments(one) & moments(other)),
        (without(left, right), moments(one) - moments(other)),
    ):
        assert {minute for minute in range(60) if holds(line, at(minute))} == expected
        assert minutes(line) == len(expected)
        assert all(a.end < b.start for a, b in pairwise(line))


@given(pairs, pairs)
def test_what_is_kept_and_what_is_taken_away_make_the_whole(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    left, right = [stretch(pair) for pair in one], [stretch(pair) for pair in other]
    assert length(meet(left, right)) + length(without(left, right)) == length(left)
    assert join([*meet(left, right), *without(left, right)]) == join(left)


def test_minutes_are_rounded_down() -> None:
    assert minutes([(at(0), at(1) + timedelta(seconds=59))]) == 1
