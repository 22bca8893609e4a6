"""What every installation begins with: departments, destinations, the working calendar, the province's phrases."""

from __future__ import annotations

from datetime import datetime

from zhengwutong.consult import phrases
from zhengwutong.kernel.transaction import write
from zhengwutong.people import seed as people_seed
from zhengwutong.workdays import seed as workdays_seed


def seed(now: datetime) -> None:
    """Add what is missing; never changes what an administrator has edited. Safe to repeat."""
    with write():
        people_seed.seed(now)
        workdays_seed.seed(now)
        phrases.seed()
