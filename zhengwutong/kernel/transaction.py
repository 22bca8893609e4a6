"""One way to change the database: `with write(): lock, check, write, audit, append`.

SQLite has one writer at a time. Its own waiting is a sleep with growing pauses, which starves whoever came first; so
the writers of this process queue at `turnstile`: transactions of Django's connections (`kernel.sqlite`) and the batches
of the live path.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from zhengwutong.kernel.turnstile import Turnstile

turnstile = Turnstile()


class Depth(threading.local):
    """Whether this thread is inside a `write()` already."""

    inside = False


depth = Depth()


@contextmanager
def write() -> Iterator[None]:
    """A transaction that commits when the block ends and rolls back when it raises. Nested blocks join the outer one.

    A nested block that raises spoils the whole: whoever wants to go on after a failed step uses `transaction.atomic()`.
    """
    outermost = not depth.inside
    depth.inside = True
    try:
        with transaction.atomic(savepoint=outermost):
            yield
    finally:
        depth.inside = not outermost


def after_commit(call: Callable[[], object]) -> None:
    """Run `call` once the surrounding transaction is durable; at once when there is none."""
    transaction.on_commit(call)
