"""The process is asked to end, and a new one takes its place: a deploy."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally

import httpx

from tests.faults.counter import Counter, wording
from tests.faults.device import CUT
from tests.faults.experiment import Run, experiment
from tests.faults.ledger import Message
from tests.faults.load import Load, Talk
from tests.servers.process import accepts


@experiment(quick={"rounds": 1}, whole={"rounds": 10})
async def rolled(run: Run, rounds: int) -> None:
    """SIGTERM and a new process in its place (large: one after the other), while sockets talk and HTTP asks and writes
    without pause. Promise: exit code 0; every socket is told 1012, none is cut; no HTTP request fails after one retry,
    which goes to the other process at once, and in the small installation as soon as somebody listens again."""
    before = endings(run.load)
    asking = [Asking(run.load, talk) for talk in run.load.talks[:2]]
    tasks = [asyncio.create_task(one.go_on()) for one in asking]
    for _ in range(rounds):
        for server in run.servers:
            await run.load.everybody(20)
            await run.load.said(20)
            code = await asyncio.to_thread(server.term)
            run.expect(code == 0, f"a process asked to end ended with {code}")
            await asyncio.to_thread(server.start)
    for one, task in zip(asking, tasks, strict=True):
        one.enough = True
        await task
        run.broken += one.failures
    ended = endings(run.load)
    ended.subtract(before)
    run.expect(ended[CUT] == 0, f"{ended[CUT]} sockets were cut without a goodbye")
    run.expect(ended[1012] > 0, "no socket was told 1012")
    run.figures["goodbyes"] = str(ended[1012])
    run.figures["requests"] = str(sum(one.done for one in asking))
    run.figures["retried"] = str(sum(one.retried for one in asking))


def endings(load: Load) -> Tally[int]:
    return sum((device.endings for device in load.devices), Tally())


class Asking:
    """Somebody who asks and writes over HTTP without pause, and tries once more when there was no answer."""

    def __init__(self, load: Load, talk: Talk) -> None:
        self.load = load
        self.talk = talk
        self.counter = Counter(talk.people[0].session, load.ports, load.random(f"asking {talk.id}"))
        self.done = self.retried = 0
        self.failures: list[str] = []
        self.enough = False

    async def go_on(self) -> None:
        while not self.enough:
            await self.request("GET", "/api/me")
            if self.done % 10 == 1:
                await self.write()
            await asyncio.sleep(0.05)
        await self.counter.close()

    async def write(self) -> None:
        """Say something under one key, as often as it is tried."""
        message = Message(self.talk.stream, self.talk.people[0].user, f"asked-{self.done:06d}", f"第 {self.done} 次")
        self.load.ledger.attempted(message)
        answer = await self.request("POST", f"/api/consultations/{self.talk.id}/entries", wording(message))
        if answer is not None:
            self.load.ledger.acknowledged(message.name, answer.json()["seq"])

    async def request(self, method: str, path: str, body: dict[str, str] | None = None) -> httpx.Response | None:
        """One request with one retry; None, and a failure noted, when both came to nothing."""
        self.done += 1
        answer, first = await self.attempt(method, path, body)
        if answer is None:
            self.retried += 1
            self.counter.move_on()
            await self.somebody_listens()
            answer, second = await self.attempt(method, path, body)
            if answer is None:
                self.failures.append(f"{method} {path} failed twice: {first}, {second}")
        return answer

    async def attempt(self, method: str, path: str, body: dict[str, str] | None) -> tuple[httpx.Response | None, str]:
        """The answer, or None and what there was in its place."""
        try:
            answer = await self.counter.once(method, path, body)
        except httpx.TransportError as error:
            return None, type(error).__name__
        return (answer, "") if answer.status_code == 200 else (None, f"{answer.status_code} {answer.text[:80]}")

    async def somebody_listens(self) -> None:
        """At the other process somebody does; where there is only one, it has to be back."""
        port = self.counter.ports[self.counter.place]
        await self.load.until(lambda: accepts(port), 30)
