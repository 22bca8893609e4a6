"""One way to change the database: `with write(): lock, check, write, audit, append`.

SQLite has one writer at a time. Its own waiting is a sleep with growing pauses, which starves whoever came first; so
the writers of this process queue at `turnstile`: transactions of Django's connections (`kernel.sqlite`) and the batches
of the live path.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.db import transaction

from zhengwutong.kernel.turnstile import Turnstile

turnstile = Turnstile()


def write() -> AbstractContextManager[None]:
    """A transaction that commits when the block ends and rolls back when it raises. Nested blocks join it."""
    return transaction.atomic()


def after_commit(call: Callable[[], object]) -> None:
    """Run `call` once the surrounding transaction is durable; at once when there is none."""
    transaction.on_commit(call)
