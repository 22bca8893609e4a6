"""One client as docs/protocol.md tells to write one: it resumes by cursor, and sends again until it is answered.

Everything it says and sees goes into the ledger. What a careful client would not expect goes into `complaints`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from tests.faults.ledger import Entry, Ledger, Message, entry_of

UNHEARD = 60.0  # seconds of silence after which the line is given up
PROBE = 25.0  # seconds of silence after which the client asks for a sign of life
UNANSWERED = 20.0  # seconds a message waits for its answer before the line is given up
UPGRADE = 30.0  # seconds for a connection to stand
AT_ONCE = 500  # connections being made at a time, by all devices: more only wait in this process
LONGEST_PAUSE = 30.0
PASSING = ("too_fast", "unavailable")
CUT = 1006  # no close frame came

encode, decode = msgspec.json.encode, msgspec.json.decode


@dataclass(slots=True)
class Waiting:
    """A message without an answer, since when it has been with the service."""

    message: Message
    sent_at: float = 0.0


@dataclass(frozen=True)
class Identity:
    """Who a device belongs to: a user, one of his sessions, and the streams he reads."""

    user: int
    session: str
    streams: Sequence[int]


class Device:
    """One device of somebody, at one of several ports; it moves on to the next when its own is away.

    `endings` counts close codes; `resumed_at` is when it last was caught up; `caught_up` says whether it is.
    """

    def __init__(self, name: str, who: Identity, ports: Sequence[int], ledger: Ledger, random: Random) -> None:
        self.doorway = asyncio.Semaphore(AT_ONCE)
        self.name = name
        self.who = who
        self.ports = ports
        self.longest_pause = LONGEST_PAUSE
        self.ledger = ledger
        self.random = random
        self.cursors = dict.fromkeys(self.who.streams, 0)
        self.outbox: dict[str, Waiting] = {}
        self.complaints: list[str] = []
        self.endings: Counter[int] = Counter()
        self.caught_up = asyncio.Event()
        self.resumed_at = 0.0
        self.heard_at = 0.0
        self.reading = asyncio.Event()
        self.reading.set()
        self.place = self.random.randrange(len(self.ports))
        self.connections = 0
        self.socket: ClientConnection | None = None
        self.greeted = False
        self.line = asyncio.Lock()
        self.fetching: set[int] = set()
        self.keeper: asyncio.Task[None] | None = None
        self.errands: set[asyncio.Task[None]] = set()
        for stream in self.who.streams:
            self.ledger.reads(self.name, stream)

    # staying connected

    def switch_on(self) -> None:
        """Connect, and stay connected until it is switched off."""
        self.keeper = asyncio.get_running_loop().create_task(self.stay(), name=self.name)

    async def switch_off(self) -> None:
        for task in (*self.errands, self.keeper):
            if task is not None:
                task.cancel()
        if self.keeper is not None:
            for outcome in await asyncio.gather(self.keeper, *self.errands, return_exceptions=True):
                if isinstance(outcome, Exception):
                    self.complaints.append(f"{self.name} broke down: {outcome!r}")
        self.keeper = None

    def hang_up(self) -> None:
        """Lose the connection without a goodbye, as a telephone in a tunnel does."""
        if self.socket is not None:
            self.socket.transport.abort()

    async def stay(self) -> None:
        pauses = self.growing_pauses()
        while True:
            before = self.resumed_at
            code = await self.once()
            self.endings[code] += 1
            if self.resumed_at > before:
                pauses = self.growing_pauses()
            self.place = (self.place + 1) % len(self.ports)
            await asyncio.sleep(self.random.uniform(0.5, 3) if code == 1012 else next(pauses))

    def growing_pauses(self) -> Iterator[float]:
        for attempt in itertools.count():
            yield min(self.longest_pause, 0.5 * 2 ** min(attempt, 6)) * self.random.uniform(0.5, 1)

    async def once(self) -> int:
        """One connection from its beginning to its end; its close code, 0 when there was no connection."""
        try:
            async with self.doorway:
                socket = await self.dial()
        except (OSError, InvalidHandshake, TimeoutError, ConnectionClosed):
            return 0
        try:
            await self.converse(socket)
        except ConnectionClosed:
            pass
        finally:
            self.socket, self.greeted = None, False
            self.caught_up.clear()
            self.fetching.clear()
            with contextlib.suppress(OSError):
                socket.transport.abort()
        return socket.close_code or CUT

    async def dial(self) -> ClientConnection:
        port = self.ports[self.place]
        return await connect(
            f"ws://127.0.0.1:{port}/ws",
            origin=Origin(f"http://127.0.0.1:{port}"),
            additional_headers={"Cookie": f"session={self.who.session}"},
            compression=None,
            proxy=None,
            max_size=None,
            open_timeout=UPGRADE,
            ping_interval=None,
            close_timeout=1,
        )

    async def converse(self, socket: ClientConnection) -> None:
        self.connections += 1
        self.heard_at = monotonic()
        self.socket = socket
        await self.greet()
        while True:
            data = await socket.recv(decode=False)
            self.heard_at = monotonic()
            await self.take(decode(data))
            if not self.reading.is_set():
                await self.reading.wait()

    async def greet(self) -> None:
        await self.tell({"t": "hello", "cursors": {str(stream): cursor for stream, cursor in self.cursors.items()}})

    async def tell(self, frame: dict[str, Any]) -> None:
        """Send a frame, or not, when the connection has just ended: the end is noticed where it is read."""
        if self.socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self.socket.send(encode(frame), text=True)

    async def patrol(self) -> None:
        """Notice a line that is dead though nobody said so; to be called every now and then."""
        if self.socket is None or not self.reading.is_set():
            return
        moment = monotonic()
        oldest = min((one.sent_at for one in self.outbox.values() if one.sent_at), default=moment)
        if moment - self.heard_at > UNHEARD or (self.greeted and moment - oldest > UNANSWERED):
            self.hang_up()
        elif moment - self.heard_at > PROBE:
            await self.tell({"t": "ping"})

    # what comes

    async def take(self, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "entry":
                await self.keep([frame], live=True)
            case "ack":
                await self.acknowledged(frame)
            case "entries":
                self.fetching.discard(frame["stream"])
                await self.keep(frame["items"], live=False)
                if frame["more"]:
                    await self.fetch(frame["stream"], frame["next"])
            case "welcome":
                self.greeted = True
                await self.resend()
            case "caught_up":
                self.resumed_at = monotonic()
                self.caught_up.set()
            case "err":
                await self.refused(frame)

    async def keep(self, items: list[dict[str, Any]], *, live: bool) -> None:
        for item in items:
            entry = entry_of(item)
            self.ledger.delivered(self.name, self.connections, entry, live=live)
            await self.advance(entry.stream, entry.seq)

    async def advance(self, stream: int, seq: int) -> None:
        """Apply what follows; read what lies between when there is a gap."""
        cursor = self.cursors.get(stream, seq)
        if seq == cursor + 1:
            self.cursors[stream] = seq
        elif seq > cursor and stream not in self.fetching:
            await self.fetch(stream, cursor)

    async def fetch(self, stream: int, after: int) -> None:
        self.fetching.add(stream)
        await self.tell({"t": "fetch", "stream": stream, "after": after, "limit": 200})

    async def acknowledged(self, frame: dict[str, Any]) -> None:
        stream, key, seq = frame["stream"], frame["key"], frame["seq"]
        self.ledger.acknowledged((stream, self.who.user, key), seq)
        waiting = self.outbox.pop(key, None)
        if waiting is not None:
            mine = Entry(stream, seq, self.who.user, key, waiting.message.body)
            self.ledger.delivered(self.name, self.connections, mine, live=False)
            await self.advance(stream, seq)

    async def refused(self, frame: dict[str, Any]) -> None:
        key, code, pause = frame.get("key"), frame["code"], frame.get("retry_after") or self.random.uniform(0.3, 1)
        if code not in PASSING:
            self.complaints.append(f"{self.name}: {code} {frame.get('text')}")
        if key in self.outbox:
            message = self.outbox[key].message
            if code in PASSING:
                self.ledger.refused_for_now(message.name)
                self.outbox[key].sent_at = 0.0
                self.later(pause, self.send(key))
            else:
                self.ledger.refused_for_good(message.name, code)
                del self.outbox[key]
        elif not self.caught_up.is_set():
            self.later(pause, self.greet())  # hello was not answered
        elif frame.get("stream") in self.fetching:
            self.later(pause, self.fetch(frame["stream"], self.cursors[frame["stream"]]))

    def later(self, pause: float, errand: Any) -> None:
        async def wait() -> None:
            await asyncio.sleep(pause)
            await errand

        task = asyncio.get_running_loop().create_task(wait())
        self.errands.add(task)
        task.add_done_callback(self.errands.discard)
        task.add_done_callback(lambda _: errand.close())

    # what goes

    async def say(self, message: Message) -> None:
        """Send a message until it is answered; returns when it is on its way or kept for the next connection."""
        async with self.line:
            self.ledger.attempted(message, lane=self.name)
            self.outbox[message.key] = Waiting(message)
            await self.send(message.key)

    async def resend(self) -> None:
        """After every reconnect whatever has no answer goes again, in its order."""
        async with self.line:
            for key in list(self.outbox):
                await self.send(key)

    async def send(self, key: str) -> None:
        waiting = self.outbox.get(key)
        if waiting is None or not self.greeted:
            return
        waiting.sent_at = monotonic()
        stream, _, _, body = waiting.message
        await self.tell({"t": "send", "stream": stream, "key": key, "body": body})
