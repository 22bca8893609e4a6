"""People talking while something happens to the service: senders with keys, receivers that resume, and the read-back.

A crowd is talks with people in them. Everybody's first device speaks; the first person of a talk, whose consultation it
is, also speaks over HTTP now and then. All devices read. Afterwards `settle` waits until everything attempted has an
answer, reads every stream back as a fresh client, and waits until every reader has what was read back by the ordinary
rules, without asking for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection

from tests.faults.counter import Counter
from tests.faults.device import AT_ONCE, Device, Identity
from tests.faults.ledger import Entry, Ledger, Message, entry_of
from tests.servers.service import Installation

PATROL = 1.0  # seconds
CONNECTED = 400.0  # seconds until the whole crowd must be there
WINDOW = 8  # messages a device sends without an answer
ANSWERED = 60.0  # seconds until everything attempted must have an answer, once nothing is broken any more
DELIVERED = 40.0  # seconds until every reader must have everything: numbers are compared every 20 s at the latest
WORDS = "您好请问社保卡补办需要带什么材料在哪里办理工作日几点开门谢谢"


@dataclass(frozen=True)
class Crowd:
    """How many, and how fast. `rate` is messages per second of each speaker, `at_most` how many he says in all.

    `longest` is the length of the longest message, `over_http` the citizen's share of messages by the other door.
    `pause` is the longest a device waits before it tries to connect again; the protocol page allows 30 seconds.
    """

    talks: int = 4
    people: int = 2
    devices: int = 1
    speakers: int = 2
    rate: float = 6.0
    at_most: int = 100_000
    longest: int = 120
    over_http: float = 0.08
    pause: float = 4.0


@dataclass(frozen=True)
class Person:
    user: int
    session: str


@dataclass(frozen=True)
class Talk:
    """A consultation of its first person; `id` is what HTTP calls it."""

    id: int
    stream: int
    people: list[Person]


class Load:
    """A crowd connected to an installation. Usable only on a running event loop."""

    def __init__(self, installation: Installation, talks: list[Talk], crowd: Crowd, seed: str) -> None:
        self.crowd = crowd
        self.talks = talks
        self.seed = seed
        self.ledger = Ledger()
        self.complaints: list[str] = []
        self.ports = [server.port for server in installation.servers]
        self.devices: list[Device] = []
        self.speakers: list[tuple[Talk, Device]] = []
        self.begun: set[asyncio.Task[None]] = set()
        self.talking: list[asyncio.Task[None]] = []
        self.counters: dict[int, Counter] = {}
        self.doorway = asyncio.Semaphore(AT_ONCE)
        for place, talk in enumerate(talks):
            self.gather(place, talk)

    @property
    def all_complaints(self) -> list[str]:
        return self.complaints + [complaint for device in self.devices for complaint in device.complaints]

    def random(self, name: object) -> Random:
        """The same choices for the same seed, whoever else chooses meanwhile."""
        return Random(f"{self.seed}/{name}")

    def gather(self, talk_place: int, talk: Talk) -> None:
        """Give everybody devices, named talk.person.device by their places: the same names in every run."""
        for place, person in enumerate(talk.people):
            for number in range(self.crowd.devices):
                name = f"{talk_place}.{place}.{number}"
                who = Identity(person.user, person.session, [talk.stream])
                device = Device(name, who, self.ports, self.ledger, self.random(name))
                device.longest_pause, device.doorway = self.crowd.pause, self.doorway
                self.devices.append(device)
                if number == 0 and place < self.crowd.speakers:
                    self.speakers.append((talk, device))

    # while it runs

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Every device is switched on and caught up; switched off after the block."""
        watch = asyncio.get_running_loop().create_task(self.patrol())
        try:
            for device in self.devices:
                device.switch_on()
            assert await self.everybody(CONNECTED), "not everybody could connect"
            yield
        finally:
            watch.cancel()
            await self.be_quiet()
            await self.give_up()
            await asyncio.gather(*(device.switch_off() for device in self.devices))
            await asyncio.gather(*(counter.close() for counter in self.counters.values()))
            await asyncio.gather(watch, return_exceptions=True)

    def talk_on(self) -> None:
        """Begin to speak."""
        loop = asyncio.get_running_loop()
        for talk, device in self.speakers:
            self.talking.append(loop.create_task(self.chat(talk, device)))

    async def be_quiet(self) -> None:
        """Attempt nothing new."""
        for task in self.talking:
            task.cancel()
        for outcome in await asyncio.gather(*self.talking, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        self.talking.clear()

    async def give_up(self) -> None:
        """Wait for no answer any more."""
        for task in self.begun:
            task.cancel()
        await asyncio.gather(*self.begun, return_exceptions=True)

    async def chat(self, talk: Talk, device: Device) -> None:
        random = self.random(f"{device.name}/says")
        may_post = self.crowd.over_http > 0 and device.who.user == talk.people[0].user
        for number in range(self.crowd.at_most):
            await asyncio.sleep(random.expovariate(self.crowd.rate))
            message = self.message(talk, device, number, random)
            if may_post and random.random() < self.crowd.over_http:
                self.begin(self.counter(talk).say(self.ledger, talk.id, message, self.complaints))
            else:
                await self.until(lambda: len(device.outbox) < WINDOW, None)
                await asyncio.shield(self.begin(device.say(message)))

    def counter(self, talk: Talk) -> Counter:
        """The HTTP door of a talk's citizen."""
        if talk.id not in self.counters:
            random = self.random(f"{self.talks.index(talk)} by HTTP")
            self.counters[talk.id] = Counter(talk.people[0].session, self.ports, random)
        return self.counters[talk.id]

    def message(self, talk: Talk, device: Device, number: int, random: Random) -> Message:
        body = f"{number} " + "".join(random.choices(WORDS, k=random.randrange(self.crowd.longest)))
        return Message(talk.stream, device.who.user, f"{number:06d}-{device.name}", body)

    def begin(self, saying: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Say something to its end, though the one who says it may be told to be quiet."""
        task = asyncio.get_running_loop().create_task(saying)
        self.begun.add(task)
        task.add_done_callback(self.begun.discard)
        return task

    async def patrol(self) -> None:
        while True:
            await asyncio.sleep(PATROL)
            for device in self.devices:
                await device.patrol()

    @staticmethod
    async def until(reached: Callable[[], bool], seconds: float | None) -> bool:
        """Wait for something; False when it did not come in time."""
        end = monotonic() + seconds if seconds is not None else None
        while not reached():
            if end is not None and monotonic() > end:
                return False
            await asyncio.sleep(0.02)
        return True

    async def everybody(self, seconds: float) -> bool:
        """Wait until every device is caught up; False when that takes longer."""
        return await self.until(lambda: all(device.caught_up.is_set() for device in self.devices), seconds)

    async def said(self, count: int) -> None:
        """Return when so many messages more have been acknowledged."""
        goal = len(self.ledger.acks) + count
        assert await self.until(lambda: len(self.ledger.acks) >= goal, ANSWERED), "nobody gets an answer any more"

    # at the end

    async def settle(self) -> None:
        """Nothing new; an answer to everything; what is stored; and everybody caught up with it."""
        await self.be_quiet()
        answered = await self.until(lambda: not self.begun and not any(d.outbox for d in self.devices), ANSWERED)
        if not answered:
            self.complaints.append(f"{len(self.ledger.unanswered())} messages had no answer after {ANSWERED:.0f} s")
        await self.read_back()
        newest = {entry.stream: entry.seq for entry in self.ledger.stored}
        await self.until(lambda: all(has(device, newest) for device in self.devices), DELIVERED)

    async def read_back(self) -> None:
        """What a client sees who has never been here."""
        self.ledger.stored.clear()
        for talk in self.talks:
            who = Identity(talk.people[0].user, talk.people[0].session, [])
            async with fresh(who, self.ports) as socket:
                self.ledger.read_back([entry async for entry in whole(socket, talk.stream)])


def has(device: Device, newest: dict[int, int]) -> bool:
    return all(device.cursors[stream] >= newest.get(stream, 0) for stream in device.who.streams)


@asynccontextmanager
async def fresh(who: Identity, ports: list[int]) -> AsyncIterator[ClientConnection]:
    """A connection that has said hello without cursors, outside every ledger."""
    device = Device("reader-back", who, ports, Ledger(), Random(0))
    socket = await device.dial()
    async with socket:
        await socket.send('{"t":"hello"}')
        yield socket


async def whole(socket: ClientConnection, stream: int) -> AsyncIterator[Entry]:
    """All entries of a stream, page by page."""
    after: int | None = 0
    while after is not None:
        await socket.send(
            msgspec.json.encode({"t": "fetch", "stream": stream, "after": after, "limit": 200}), text=True
        )
        frame: dict[str, Any] = {"t": ""}
        while frame["t"] != "entries" or frame["stream"] != stream:
            async with asyncio.timeout(10):
                frame = msgspec.json.decode(await socket.recv())
            assert frame["t"] != "err", frame
        for item in frame["items"]:
            yield entry_of(item)
        after = frame["next"] if frame["more"] else None
