"""What a case is called: a number that says when it was registered, and a code nobody can guess."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime

from django.db.models import F

from zhengwutong.cases.models import CaseCounter
from zhengwutong.kernel.clock import local

PREFIX = "BJ"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like 0, 1, I, L or O
CODE_LENGTH = 6


def next_number(now: datetime) -> str:
    """BJ, the date on the office's clock, and the next of four digits. Inside `write()`: rolled back with it."""
    day = local(now).date()
    CaseCounter.objects.get_or_create(day=day)
    CaseCounter.objects.filter(day=day).update(last=F("last") + 1)
    return f"{PREFIX}{day:%Y%m%d}{CaseCounter.objects.get(day=day).last:04d}"


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Six letters and digits."""
    return "".join(choose(LETTERS) for _ in range(CODE_LENGTH))


def same_code(given: str, kept: str) -> bool:
    """Whether the citizen typed the code, in either case, in a time that says nothing about it."""
    return hmac.compare_digest(given.strip().upper().encode(), kept.encode())
