"""Who is offered whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhengwutong.consult.assignment import Offer, Place, Seat, offers

TEN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CHEN, LIN, ZHENG = 1, 2, 3


def test_first_in_line_is_offered_first() -> None:
    assert offers([Place(7), Place(8)], [Seat(CHEN, capacity=1)]) == [Offer(7, CHEN)]


def test_whoever_has_the_fewest_conversations_is_asked() -> None:
    assert offers([Place(7)], [Seat(CHEN, 5, load=2), Seat(LIN, 5, load=1)]) == [Offer(7, LIN)]


def test_among_equals_the_one_who_accepted_longest_ago() -> None:
    seats = [
        Seat(CHEN, 5, accepted_at=TEN),
        Seat(LIN, 5, accepted_at=TEN - timedelta(minutes=5)),
    ]
    assert offers([Place(7)], seats) == [Offer(7, LIN)]
    assert offers([Place(7)], [*seats, Seat(ZHENG, 5)]) == [Offer(7, ZHENG)], (
        "who never accepted anybody waited longest"
    )


def test_the_officer_of_last_time_if_he_has_a_seat() -> None:
    seats = [Seat(CHEN, 5, load=4), Seat(LIN, 5)]
    assert offers([Place(7, previous=CHEN)], seats) == [Offer(7, CHEN)]
    assert offers([Place(7, previous=ZHENG)], seats) == [Offer(7, LIN)], "not on duty now"
    assert offers([Place(7, previous=CHEN)], [Seat(CHEN, 4, load=4), Seat(LIN, 5)]) == [Offer(7, LIN)], "full"
    assert offers([Place(7, previous=CHEN, passed=frozenset({CHEN}))], seats) == [Offer(7, LIN)], "he declined"


def test_whoever_passed_is_asked_again_only_when_nobody_else_is_there() -> None:
    place = Place(7, passed=frozenset({CHEN}))
    assert offers([place], [Seat(CHEN, 5), Seat(LIN, 5, load=4)]) == [Offer(7, LIN)]
    assert offers([place], [Seat(CHEN, 5), Seat(LIN, 5, load=5)]) == [Offer(7, CHEN)]


def test_a_limit_counts_offers_made_in_the_same_round() -> None:
    made = offers([Place(n) for n in range(10)], [Seat(CHEN, 3, load=1), Seat(LIN, 2)])
    assert len(made) == 4
    assert [offer.entry for offer in made] == [0, 1, 2, 3]


places = st.builds(
    Place,
    st.integers(0, 10_000),
    st.none() | st.integers(1, 6),
    st.frozensets(st.integers(1, 6), max_size=4),
)
officers = st.builds(Seat, st.integers(1, 6), st.integers(0, 4), st.integers(0, 5), st.none() | st.just(TEN))


@given(
    st.lists(places, max_size=12, unique_by=lambda place: place.entry),
    st.lists(officers, max_size=6, unique_by=lambda seat: seat.officer),
)
def test_nobody_waits_while_a_seat_is_free_and_no_limit_is_passed(waiting: list[Place], seats: list[Seat]) -> None:
    made = offers(waiting, seats)
    free = {seat.officer: seat.free for seat in seats}
    assert len(made) == min(len(waiting), sum(free.values()))
    assert [offer.entry for offer in made] == [place.entry for place in waiting[: len(made)]]
    for officer, seats_left in free.items():
        assert sum(offer.officer == officer for offer in made) <= seats_left
