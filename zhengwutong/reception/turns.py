"""Whose request is worked on next: addresses that wait take turns, and none has all the threads.

One address sending a thousand requests at once waits for itself; everybody else is served as if it sent one. When no
thread comes free for PATIENCE seconds, because all wait for a database, whoever waits is told so.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from zhengwutong.kernel.errors import TooFast, Unavailable

PATIENCE = 4.0  # seconds


class Turns:
    """`threads` in all, `each` for one address at a time, of which `most` requests may wait. On one event loop."""

    def __init__(self, threads: int, each: int, most: int) -> None:
        self.threads = threads
        self.each = each
        self.most = most
        self.free = threads
        self.busy: Counter[str] = Counter()
        self.waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def one(self, address: str, *, exempt: bool = False) -> AsyncIterator[None]:
        """A turn for a request from this address; TooFast when too many of its requests wait already, Unavailable
        when its turn does not come in time.

        An address that is `exempt` takes turns like any other, but may have all threads and any number waiting.
        """
        if exempt:
            address = ""
        if self.free and not self.waiting and self.may_have_one_more(address):
            self.free -= 1
            self.busy[address] += 1
        else:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.wait(address)
            except TimeoutError as error:
                raise Unavailable from error
        try:
            yield
        finally:
            self.leave(address)

    def may_have_one_more(self, address: str) -> bool:
        return not address or self.busy[address] < self.each

    async def wait(self, address: str) -> None:
        queue = self.waiting.setdefault(address, deque())
        if address and len(queue) >= self.most:
            raise TooFast(retry_after=1)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        self.call()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self.forget(address, turn)
            else:
                self.leave(address)
            raise

    def forget(self, address: str, turn: asyncio.Future[None]) -> None:
        queue = self.waiting.get(address)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self.waiting[address]

    def leave(self, address: str) -> None:
        self.free += 1
        self.busy[address] -= 1
        if not self.busy[address]:
            del self.busy[address]
        self.call()

    def call(self) -> None:
        """Give the free threads to those who wait: the address that was called longest ago first."""
        for address in list(self.waiting):
            if self.free and self.may_have_one_more(address):
                self.call_one_of(address)

    def call_one_of(self, address: str) -> None:
        queue = self.waiting[address]
        turn = queue.popleft()
        if queue:
            self.waiting.move_to_end(address)
        else:
            del self.waiting[address]
        if not turn.cancelled():
            self.free -= 1
            self.busy[address] += 1
            turn.set_result(None)
