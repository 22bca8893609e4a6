"""Replacing the roster of a window: what lies outside stays, what is inside is what was asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from zhengwutong.duty.roster import Planned, replaced
from zhengwutong.duty.stretches import Stretch, join, meet, without

DAY = datetime(2026, 11, 24, tzinfo=UTC)


def at(hour: int) -> datetime:
    return DAY + timedelta(hours=hour)


def duty(user: int, start: int, end: int, note: str = "") -> Planned:
    return Planned(user, at(start), at(end), note)


def test_a_shift_that_has_begun_is_cut_where_the_window_opens() -> None:
    assert replaced([duty(1, 8, 12)], [], Stretch(at(10), at(20))) == {duty(1, 8, 10)}


def test_saving_a_running_shift_again_leaves_it_whole() -> None:
    before = {duty(1, 8, 12), duty(2, 22, 30)}
    assert replaced(before, before, Stretch(at(10), at(24))) == before


def test_somebody_added_to_a_running_shift_owes_only_what_is_left() -> None:
    before = [duty(1, 8, 12)]
    after = replaced(before, [*before, duty(2, 8, 12)], Stretch(at(10), at(24)))
    assert after == {duty(1, 8, 12), duty(2, 10, 12)}


def test_neighbouring_shifts_stay_apart() -> None:
    wanted = {duty(1, 8, 12), duty(1, 12, 18)}
    assert replaced([], wanted, Stretch(at(0), at(24))) == wanted


plans = st.lists(
    st.builds(duty, st.integers(1, 3), st.integers(0, 30), st.integers(31, 48)),
    max_size=5,
    unique_by=lambda one: one.user,
)
windows = st.tuples(st.integers(0, 48), st.integers(0, 48))


@given(plans, plans, windows)
def test_outside_nothing_changes_and_inside_it_is_as_wanted(
    before: list[Planned], wanted: list[Planned], ends: tuple[int, int]
) -> None:
    assume(ends[0] < ends[1])
    window = Stretch(at(ends[0]), at(ends[1]))
    after = replaced(before, wanted, window)
    for user in (1, 2, 3):
        was, asked, is_now = (
            join((one.start, one.end) for one in planned if one.user == user) for planned in (before, wanted, after)
        )
        assert without(is_now, [window]) == without(was, [window])
        assert meet(is_now, [window]) == meet(asked, [window])


@given(plans, windows)
def test_saving_an_unchanged_roster_changes_nothing(before: list[Planned], ends: tuple[int, int]) -> None:
    assume(ends[0] < ends[1])
    assert replaced(before, before, Stretch(at(ends[0]), at(ends[1]))) == set(before)
