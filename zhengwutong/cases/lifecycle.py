"""What may become of a case.

    registered --accept--> accepted --answer--> answered

Answering a case that nobody has accepted accepts it first.
"""

from __future__ import annotations

from enum import StrEnum

from zhengwutong.cases.models import CaseState
from zhengwutong.kernel.errors import Conflict


class Move(StrEnum):
    ACCEPT = "accept"
    ANSWER = "answer"


TABLE: dict[tuple[CaseState, Move], CaseState] = {
    (CaseState.REGISTERED, Move.ACCEPT): CaseState.ACCEPTED,
    (CaseState.ACCEPTED, Move.ANSWER): CaseState.ANSWERED,
}


def after(state: str, move: Move) -> CaseState:
    """The state a move leads to; refuses (`Conflict`) a move the table does not know."""
    reached = TABLE.get((CaseState(state), move))
    if reached is None:
        raise Conflict(f"这件事{CaseState(state).label}，不能再做这一步。", state=str(state))
    return reached
