"""A reader at either door: whether reading goes on while something is broken, and how long each answer took."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random
from time import monotonic
from typing import Any, NamedTuple

import httpx
import msgspec
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.faults.device import Device, Identity
from tests.faults.ledger import Ledger
from tests.faults.load import Load

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # these doors speak http: no certificates need be loaded
PROMISED = 5.0  # seconds in which there is an answer, if only a refusal
PAUSE = 0.3  # seconds between two questions


class Answer(NamedTuple):
    """`good`: what was asked for; otherwise a refusal, by `code`. `seconds` is how long it took to come."""

    at: float
    door: str
    port: int
    seconds: float
    good: bool
    code: str


class Watch:
    """Asks every process for the newest page of a talk, over the socket and over HTTP, again and again."""

    def __init__(self, load: Load) -> None:
        self.talk = load.talks[0]
        self.person = self.talk.people[0]
        self.ports = load.ports
        self.answers: list[Answer] = []

    def answered(self, door: str, *, since: float = 0.0, good: bool | None = None) -> list[Answer]:
        """Answers at a door to what was asked after a moment."""
        return [
            one for one in self.answers if one.door == door and one.at >= since and (good is None or one.good is good)
        ]

    def longest(self, *, since: float = 0.0) -> float:
        """The longest anybody waited for an answer, seconds."""
        return max((one.seconds for one in self.answers if one.at >= since), default=0.0)

    async def over_http(self, port: int) -> None:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(
            base_url=url,
            timeout=30,
            trust_env=False,
            verify=PLAIN,
            headers={"Cookie": f"session={self.person.session}"},
        ) as http:
            while True:
                began = monotonic()
                with suppress(httpx.TransportError):
                    answer = await http.get(f"/api/consultations/{self.talk.id}/entries")
                    good, code = answer.status_code == 200, str(answer.status_code)
                    self.answers.append(Answer(began, "http", port, monotonic() - began, good, code))
                await asyncio.sleep(PAUSE)

    async def over_socket(self, port: int) -> None:
        who = Identity(self.person.user, self.person.session, [])
        device = Device(f"watch-{port}", who, [port], Ledger(), Random(0))
        while True:
            with suppress(OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                async with await device.dial() as socket:
                    await self.converse(port, socket)
            await asyncio.sleep(PAUSE)

    async def converse(self, port: int, socket: Any) -> None:
        await socket.send('{"t":"hello"}')
        await heard(socket, ("caught_up", "err"))
        while True:
            began = monotonic()
            await socket.send(msgspec.json.encode({"t": "fetch", "stream": self.talk.stream}), text=True)
            frame = await heard(socket, ("entries", "err"))
            good = frame["t"] == "entries"
            self.answers.append(Answer(began, "socket", port, monotonic() - began, good, frame.get("code", "")))
            await asyncio.sleep(PAUSE)


async def heard(socket: Any, kinds: tuple[str, ...]) -> dict[str, Any]:
    """The next frame of one of these kinds. (`wait_for` of Python 3.11 may lose the cancelling of whoever waits.)"""
    while True:
        async with asyncio.timeout(30):
            frame: dict[str, Any] = msgspec.json.decode(await socket.recv())
        if frame["t"] in kinds:
            return frame


@asynccontextmanager
async def watching(load: Load) -> AsyncIterator[Watch]:
    """A watch for the time of the block, and until what it has asked is answered."""
    watch = Watch(load)
    doors = (watch.over_http, watch.over_socket)
    tasks = [asyncio.create_task(door(port)) for door in doors for port in load.ports]
    try:
        yield watch
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
