"""The table of states and moves."""

from __future__ import annotations

import pytest

from zhengwutong.consult.lifecycle import MOVES, Move, move
from zhengwutong.consult.models import Consultation, State
from zhengwutong.kernel.errors import Conflict


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("by", Move)
def test_every_pair_moves_as_the_table_says_or_is_refused(state: State, by: Move) -> None:
    talk = Consultation(state=state)
    if (state, by) in MOVES:
        move(talk, by)
        assert talk.state == MOVES[state, by]
    else:
        with pytest.raises(Conflict) as refused:
            move(talk, by)
        assert talk.state == state
        assert refused.value.facts == {"state": state.value}


def test_nothing_leaves_the_end() -> None:
    assert not [pair for pair in MOVES if pair[0] == State.ENDED]


def test_every_state_can_be_reached_and_every_move_is_used() -> None:
    assert {*MOVES.values()} == set(State)
    assert {by for _, by in MOVES} == set(Move)
