"""A question to the database on behalf of somebody who must not wait for it.

One is asked at a time, in a thread that ends with it; whoever asks meanwhile shares its answer, and so does who asks
within a second. So neither a database that hangs nor a crowd of askers takes anything from the service.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Generic, TypeVar

from django.db import connection

Answer = TypeVar("Answer")
PATIENCE = 2.0  # seconds
KEPT = 1.0  # seconds


class Question(Generic[Answer]):
    """`call` is run in a thread with a database connection of its own. Ask on the event loop."""

    def __init__(self, call: Callable[[], Answer]) -> None:
        self.call = call
        self.asked_at = 0.0
        self.answer: asyncio.Future[Answer | None] | None = None

    async def ask(self) -> Answer | None:
        """The answer; None when there is none in time, or asking failed."""
        if self.answer is None or (self.answer.done() and monotonic() - self.asked_at > KEPT):
            self.asked_at = monotonic()
            self.answer = asyncio.get_running_loop().create_future()
            threading.Thread(target=self.run, args=(self.answer,), name="watch", daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(self.answer)
        return None

    def run(self, waiting: asyncio.Future[Answer | None]) -> None:
        found: Answer | None = None
        with suppress(Exception):  # whatever the database has, there is no answer
            found = self.call()
        connection.close()
        with suppress(RuntimeError):  # the loop has ended
            waiting.get_loop().call_soon_threadsafe(waiting.set_result, found)
