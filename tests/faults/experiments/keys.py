"""One message, said many times at once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import msgspec
from websockets.asyncio.client import ClientConnection

from tests.faults.counter import Counter, wording
from tests.faults.device import PASSING, Identity
from tests.faults.experiment import Run, experiment
from tests.faults.ledger import Message
from tests.faults.load import Talk, fresh

SOCKETS, COUNTERS = 6, 4  # ten in all


@experiment(quick={"messages": 6}, whole={"messages": 80})
async def one_key_ten_times(run: Run, messages: int) -> None:
    """The same message is sent ten times at the same moment, six times over sockets and four times over HTTP (large:
    to both processes), while the crowd talks. Promise: stored once, and all ten answers give the same number."""
    share = messages // len(run.load.talks) + 1
    repeated = await asyncio.gather(*(ten_at_once(run, talk, share) for talk in run.load.talks))
    run.figures["messages"] = str(share * len(run.load.talks))
    run.figures["answers"] = str(sum(repeated))


async def ten_at_once(run: Run, talk: Talk, messages: int) -> int:
    """So many messages of the citizen's, one after the other, each by all his doors; how many answers there were."""
    citizen, answers = talk.people[0], 0
    who = Identity(citizen.user, citizen.session, [])
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(fresh(who, [run.load.ports[place % len(run.load.ports)]]))
            for place in range(SOCKETS)
        ]
        counters = [Counter(citizen.session, run.load.ports, run.load.random(place)) for place in range(COUNTERS)]
        for counter in counters:
            stack.push_async_callback(counter.close)
        for number in range(messages):
            message = Message(talk.stream, citizen.user, f"ten-{number:04d}", f"说十遍 {number}")
            run.load.ledger.attempted(message)
            numbers = await asyncio.gather(
                *(over_socket(socket, message) for socket in sockets),
                *(over_http(counter, talk.id, message) for counter in counters),
            )
            for seq in numbers:
                run.load.ledger.acknowledged(message.name, seq)
            run.expect(len(set(numbers)) == 1, f"{message.key} was answered with the numbers {sorted(set(numbers))}")
            answers += len(numbers)
    return answers


async def over_socket(socket: ClientConnection, message: Message) -> int:
    """Send it until it is acknowledged; its number."""
    frame = {"t": "send", "stream": message.stream, "key": message.key, "body": message.body}
    while True:
        await socket.send(msgspec.json.encode(frame), text=True)
        answer = {"key": None}
        while answer.get("key") != message.key or answer["t"] not in ("ack", "err"):
            async with asyncio.timeout(20):
                answer = msgspec.json.decode(await socket.recv())
        if answer["t"] == "ack":
            return int(answer["seq"])
        assert answer["code"] in PASSING, answer
        await asyncio.sleep(answer.get("retry_after") or 0.5)


async def over_http(counter: Counter, talk: int, message: Message) -> int:
    """The same at the other door."""
    while True:
        answer = await counter.once("POST", f"/api/consultations/{talk}/entries", wording(message))
        if answer.status_code == 200:
            return int(answer.json()["seq"])
        assert answer.status_code in (429, 503), answer.text
        await asyncio.sleep(float(answer.headers.get("Retry-After", 1)))
