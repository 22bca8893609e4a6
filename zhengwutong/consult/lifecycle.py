"""The states of a consultation and the moves between them.

                 ┌────────────── give_back, transfer, hand_over ─────────────┐
                 ▼                                                           │
    ask ──▶ waiting ──accept──▶ serving ──hold──▶ held ──hold──▶ held        │
             │  ▲                │   ▲              │                        │
             │  └ leave_message  │   └───resume─────┤                        │
             │                   └──────────────────┴────────────────────────┘
             │                   │                  │
             └──withdraw──▶ ended ◀──end, withdraw──┘

Nothing else moves a consultation, and nothing leaves `ended`.
"""

from __future__ import annotations

from enum import StrEnum

from zhengwutong.consult.models import Consultation, State
from zhengwutong.kernel.errors import Conflict


class Move(StrEnum):
    ACCEPT = "accept"
    HOLD = "hold"
    RESUME = "resume"
    GIVE_BACK = "give_back"
    TRANSFER = "transfer"
    HAND_OVER = "hand_over"
    LEAVE_MESSAGE = "leave_message"
    END = "end"
    WITHDRAW = "withdraw"


MOVES: dict[tuple[State, Move], State] = {
    (State.WAITING, Move.ACCEPT): State.SERVING,
    (State.WAITING, Move.LEAVE_MESSAGE): State.WAITING,
    (State.WAITING, Move.WITHDRAW): State.ENDED,
    (State.SERVING, Move.HOLD): State.HELD,
    (State.SERVING, Move.GIVE_BACK): State.WAITING,
    (State.SERVING, Move.TRANSFER): State.WAITING,
    (State.SERVING, Move.HAND_OVER): State.WAITING,
    (State.SERVING, Move.END): State.ENDED,
    (State.SERVING, Move.WITHDRAW): State.ENDED,
    (State.HELD, Move.HOLD): State.HELD,
    (State.HELD, Move.RESUME): State.SERVING,
    (State.HELD, Move.GIVE_BACK): State.WAITING,
    (State.HELD, Move.TRANSFER): State.WAITING,
    (State.HELD, Move.HAND_OVER): State.WAITING,
    (State.HELD, Move.END): State.ENDED,
    (State.HELD, Move.WITHDRAW): State.ENDED,
}

REFUSALS = {
    State.WAITING: "这次咨询还在排队，请先接待。",
    State.SERVING: "这次咨询已经有人接待。",
    State.HELD: "这次咨询已经有人接待。",
    State.ENDED: "这次咨询已经结束。",
}


def move(talk: Consultation, by: Move) -> None:
    """Set the state a move leads to. Refuses (`Conflict`) a move the table does not hold; saves nothing."""
    state = State(talk.state)
    after = MOVES.get((state, by))
    if after is None:
        raise Conflict(REFUSALS[state], state=state.value)
    talk.state = after
