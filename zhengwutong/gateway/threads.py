"""The one bridge between the event loop and everything that waits for the database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection

Given = ParamSpec("Given")
Found = TypeVar("Found")
READERS = 4


class Threads:
    """A few threads that read; each keeps a connection of its own. Writing has its own thread (`writer`)."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(READERS, thread_name_prefix="gateway")

    async def run(self, call: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> Found:
        """What `call` returns or raises, having run it in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, lambda: fresh(call, *args, **kwargs))

    def close(self) -> None:
        """Take no more work and wait for what is being done."""
        everyone = threading.Barrier(READERS)
        for _ in range(READERS):
            self.pool.submit(leave, everyone)
        self.pool.shutdown(wait=True)


def leave(everyone: threading.Barrier) -> None:
    """Each thread closes its own connection: none takes two of these, because they wait for one another."""
    with suppress(threading.BrokenBarrierError):
        everyone.wait(5)
    connection.close()


def fresh(call: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> Found:
    """Run with a database connection that works: one that broke is opened again."""
    close_old_connections()
    return call(*args, **kwargs)
