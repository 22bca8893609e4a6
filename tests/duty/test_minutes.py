"""Minutes owed and covered, by hand-made days and by properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhengwutong.duty.minutes import away, desk, officer
from zhengwutong.duty.stretches import length, without

DAY = datetime(2026, 11, 24, tzinfo=UTC)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


HOURS = [(at(8.5), at(12)), (at(14), at(17.5))]
Pair = tuple[datetime, datetime]


def test_lunch_is_not_owed_and_late_arrival_is_not_covered() -> None:
    found = officer(shifts=[(at(8), at(18))], hours=HOURS, connected=[(at(9), at(18))], absent=[])
    assert (found.minutes_owed, found.minutes_covered) == (420, 390)


def test_away_by_hand_is_not_covered_busy_is() -> None:
    declared = [(at(7), "online"), (at(9), "away"), (at(9.5), "busy"), (at(17), "away")]
    found = officer(shifts=[(at(8), at(18))], hours=HOURS, connected=[(at(8), at(18))], absent=away(declared, at(24)))
    assert (found.minutes_owed, found.minutes_covered) == (420, 360)


def test_two_devices_count_once() -> None:
    found = officer(shifts=[(at(8.5), at(12))], hours=HOURS, connected=[(at(8), at(10)), (at(9), at(11))], absent=[])
    assert found.minutes_covered == 150


def test_a_desk_is_covered_while_one_of_two_is_there() -> None:
    early = officer(shifts=[(at(8.5), at(12))], hours=HOURS, connected=[(at(8.5), at(11))], absent=[])
    late = officer(shifts=[(at(8.5), at(17.5))], hours=HOURS, connected=[(at(10.5), at(16))], absent=[])
    found = desk(HOURS, {1: early, 2: late})
    assert (found.desk.minutes_owed, found.desk.minutes_covered) == (420, 330)


stretch = st.tuples(st.integers(0, 96), st.integers(0, 96)).map(lambda p: (at(min(p) / 4), at(max(p) / 4)))
stretches = st.lists(stretch, max_size=6)
declarations = st.lists(st.tuples(st.integers(0, 96), st.sampled_from(["online", "busy", "away"])), max_size=6).map(
    lambda rows: [(at(quarter / 4), state) for quarter, state in sorted(rows)]
)


@given(stretches, stretches, stretches, declarations)
def test_covered_lies_within_owed_and_outside_absence(
    shifts: list[Pair], hours: list[Pair], connected: list[Pair], declared: list[tuple[datetime, str]]
) -> None:
    absent = away(declared, at(24))
    found = officer(shifts=shifts, hours=hours, connected=connected, absent=absent)
    assert without(found.covered, found.owed) == ()
    assert without(found.covered, absent) == found.covered
    assert length(found.owed) <= min(length(shifts), length(hours))


@given(stretches, stretches, stretches, stretch)
def test_more_connection_never_lowers_what_is_covered(
    shifts: list[Pair], hours: list[Pair], connected: list[Pair], extra: Pair
) -> None:
    before = officer(shifts=shifts, hours=hours, connected=connected, absent=[])
    after = officer(shifts=shifts, hours=hours, connected=[*connected, extra], absent=[])
    assert length(after.covered) >= length(before.covered)
    assert after.owed == before.owed


@given(declarations)
def test_somebody_is_away_exactly_while_the_latest_word_says_so(declared: list[tuple[datetime, str]]) -> None:
    absent = away(declared, at(24))
    for quarter in range(96):
        moment = at(quarter / 4)
        latest = [state for since, state in declared if since <= moment][-1:]
        assert any(start <= moment < end for start, end in absent) == (latest == ["away"])
