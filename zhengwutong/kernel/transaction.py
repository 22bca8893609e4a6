"""One way to change the database: `with write(): lock, check, write, audit, append`.

SQLite has one writer at a time. Its own waiting is a sleep with growing pauses, which starves whoever came first;
so writers of this process queue on a lock and reach the database one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

turnstile = threading.RLock()


@contextmanager
def write() -> Iterator[None]:
    """A transaction: commits when the block ends, rolls back when it raises. Nested blocks join the outer one."""
    if connection.vendor == "sqlite":
        with turnstile, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield


def after_commit(call: Callable[[], object]) -> None:
    """Run `call` once the surrounding transaction is durable; at once when there is none."""
    transaction.on_commit(call)
