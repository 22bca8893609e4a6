"""Addresses take turns at the threads."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from zhengwutong.kernel.errors import TooFast
from zhengwutong.reception.turns import Turns


class Queue:
    """Requests that note when their turn comes, and work until they are told to end."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str, exempt: bool = False) -> None:
        """Requests named by their address and a number, as in `a1`, arrive one after the other."""
        for name in names:
            self.ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self.work(name, exempt))
            await settled()

    async def work(self, name: str, exempt: bool) -> None:
        async with self.turns.one(name[0], exempt=exempt):
            self.order.append(name)
            await self.ends[name].wait()

    async def end(self, *names: str) -> None:
        for name in names:
            self.ends[name].set()
            await settled()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_waits_with_many_requests_waits_for_himself() -> None:
    queue = Queue(Turns(threads=1, each=1, most=10))
    await queue.come("a1", "a2", "a3", "b1", "c1")
    await queue.end("a1", "a2", "b1", "c1", "a3")
    assert queue.order == ["a1", "a2", "b1", "c1", "a3"]


async def test_no_address_has_all_the_threads() -> None:
    queue = Queue(Turns(threads=3, each=2, most=10))
    await queue.come("a1", "a2", "a3", "b1")
    assert queue.order == ["a1", "a2", "b1"]
    await queue.end("b1")
    assert queue.order == ["a1", "a2", "b1"]
    await queue.end("a1")
    assert queue.order[-1] == "a3"


async def test_an_exempt_address_may_have_all_of_them_and_any_number_waiting() -> None:
    queue = Queue(Turns(threads=2, each=1, most=1))
    await queue.come("a1", "a2", "a3", "a4", exempt=True)
    assert queue.order == ["a1", "a2"]
    await queue.end("a1", "a2")
    assert queue.order == ["a1", "a2", "a3", "a4"]


async def test_too_many_waiting_are_refused() -> None:
    turns = Turns(threads=1, each=1, most=1)
    queue = Queue(turns)
    await queue.come("a1", "a2")
    with pytest.raises(TooFast):
        async with turns.one("a"):
            pass
    await queue.end("a1", "a2")
    assert queue.order == ["a1", "a2"]


async def test_who_gives_up_waiting_leaves_the_queue() -> None:
    turns = Turns(threads=1, each=1, most=10)
    queue = Queue(turns)
    await queue.come("a1", "b1", "c1")
    queue.tasks["b1"].cancel()
    await queue.end("a1")
    assert queue.order == ["a1", "c1"]
    await queue.end("c1")
    assert (turns.free, dict(turns.busy), dict(turns.waiting)) == (1, {}, {})


async def test_a_turn_ends_with_an_error_too() -> None:
    turns = Turns(threads=1, each=1, most=1)
    async with AsyncExitStack() as stack:
        with pytest.raises(LookupError):
            async with turns.one("a"):
                raise LookupError
        await stack.enter_async_context(turns.one("a"))
        assert turns.free == 0
    assert turns.free == 1
