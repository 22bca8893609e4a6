"""The code of a case: nobody can guess it, and nobody misreads it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like 0, 1, I, L or O
CODE_LENGTH = 6


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Six letters and digits."""
    return "".join(choose(LETTERS) for _ in range(CODE_LENGTH))


def same_code(given: str, kept: str) -> bool:
    """Whether the citizen typed the code, in either case, in a time that says nothing about it."""
    return hmac.compare_digest(given.strip().upper().encode(), kept.encode())
