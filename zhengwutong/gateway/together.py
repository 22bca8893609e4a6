"""What many ask at the same moment is read in one go: whatever was asked while the last reading ran makes the next.

    ask ──► waiting ──(nobody is reading)──► thread: read(questions) ──► each gets his answer

So a thousand clients that come back at once cost a handful of readings, and a single one waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from zhengwutong.gateway.threads import Threads

Question = TypeVar("Question")
Answer = TypeVar("Answer")
HEAVIEST = 1000  # of the questions of one reading, together


class Together(Generic[Question, Answer]):
    """`read` runs in a reading thread and answers every question of a list, in its order."""

    def __init__(self, threads: Threads, read: Callable[[Sequence[Question]], Sequence[Answer]]) -> None:
        self.threads = threads
        self.read = read
        self.waiting: list[tuple[Question, int, asyncio.Future[Answer]]] = []
        self.reading: asyncio.Task[None] | None = None

    async def ask(self, question: Question, weight: int = 1) -> Answer:
        """The answer, or whatever the reading it was part of raised. `weight` says how much of a reading it takes."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self.waiting.append((question, weight, answer))
        if self.reading is None or self.reading.done():
            self.reading = loop.create_task(self.read_on(), name="read together")
        return await answer

    async def read_on(self) -> None:
        """Read until nobody waits. Who has gone meanwhile is not asked for."""
        while self.waiting:
            taken = [one for one in self.next() if not one[2].done()]
            try:
                answers = await self.threads.run(self.read, [question for question, _, _ in taken]) if taken else []
            except Exception as error:
                for _, _, answer in taken:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for (_, _, answer), found in zip(taken, answers, strict=True):
                if not answer.done():
                    answer.set_result(found)

    def next(self) -> list[tuple[Question, int, asyncio.Future[Answer]]]:
        """The questions of the next reading: as many as it can bear, at least one."""
        heavy = count = 0
        for _, weight, _ in self.waiting:
            heavy += weight
            if count and heavy > HEAVIEST:
                break
            count += 1
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken
