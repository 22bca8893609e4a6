"""A wire to another server's port that can be cut, fall silent, be slow, or lose the answer to a COMMIT."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from tests.servers.process import LOCAL

COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"  # PostgreSQL's CommandComplete
WITHIN = (b"Z\x00\x00\x00\x05T", b"Z\x00\x00\x00\x05E")  # the same with a transaction open
READY = b"Z\x00\x00\x00\x05I"  # its ReadyForQuery, no transaction open: what was asked is committed
AT_THE_START = 2048  # bytes in which a client of PostgreSQL says its application's name
PATIENCE = 10  # seconds
Answer = TypeVar("Answer")


class Wire:
    """One connection through the relay: what the client said first, and both ends."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.beginning = b""
        self.marked = False  # the client has said the word whose answer is to be swallowed
        self.held = b""
        self.ends = client, server

    def cut(self) -> None:
        for end in self.ends:
            end.transport.abort()


class Relay:
    """Listens on `port`, with TLS if `secured`, and passes everything on to `target`, until told otherwise."""

    def __init__(self, target: int, secured: ssl.SSLContext | None = None) -> None:
        self.target = target
        self.secured = secured
        self.port = 0
        self.wires: set[Wire] = set()
        self.pumps: set[asyncio.Task[None]] = set()
        self.broken = False
        self.pause = 0.0
        self.to_swallow = self.swallowed = 0
        self.whose = self.word = b""
        self.loop = asyncio.new_event_loop()
        self.passing = asyncio.Event()
        self.thread = threading.Thread(target=self.loop.run_forever, name="relay", daemon=True)

    def start(self) -> None:
        self.thread.start()
        self.tell(self.passing.set)
        listening = asyncio.start_server(self.accepted, LOCAL, 0, ssl=self.secured)
        server = asyncio.run_coroutine_threadsafe(listening, self.loop).result(PATIENCE)
        self.port = server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self.cut()
        asyncio.run_coroutine_threadsafe(self.end_pumps(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()

    async def end_pumps(self) -> None:
        for pump in self.pumps:
            pump.cancel()
        await asyncio.gather(*self.pumps, return_exceptions=True)

    # What the wire does from now on

    def mend(self) -> None:
        """Pass everything on at once; what was held back in silence too."""
        self.broken, self.pause = False, 0.0
        self.tell(self.passing.set)

    def cut(self) -> None:
        """Break every connection, and every new one as soon as it is made."""
        self.broken = True
        self.tell(self.cut_all)

    def silence(self) -> None:
        """Take whatever is said and pass nothing on: a machine gone from the net without a word."""
        self.tell(self.passing.clear)

    def delay(self, seconds: float) -> None:
        """Pass each piece on so much later."""
        self.pause = seconds

    def swallow_commits(self, count: int, *, whose: str = "") -> None:
        """The next `count` times PostgreSQL says it has committed, nobody hears it and the connection is lost.

        Only for clients whose application's name is `whose`, if given.
        """
        self.whose, self.word = whose.encode(), b""
        self.swallowed, self.to_swallow = 0, count

    def swallow_answers(self, count: int, *, to: str, whose: str = "") -> None:
        """The same for statements that commit by themselves: those in which the client says this word."""
        self.whose, self.word = whose.encode(), to.encode()
        self.swallowed, self.to_swallow = 0, count

    # In the thread

    def tell(self, act: Callable[[], Answer]) -> Answer:
        """Have something done by the thread, and wait until it is."""

        async def acting() -> Answer:
            return act()

        return asyncio.run_coroutine_threadsafe(acting(), self.loop).result(PATIENCE)

    def cut_all(self) -> None:
        for wire in list(self.wires):
            wire.cut()

    async def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.pumps.add(task)
        task.add_done_callback(self.pumps.discard)
        try:
            if self.broken:
                return
            there, back = await asyncio.open_connection(LOCAL, self.target)
            wire = Wire(writer, back)
            self.wires.add(wire)
            try:
                await self.both_ways(wire, reader, there)
            finally:
                self.wires.discard(wire)
                wire.cut()
        except OSError:
            return
        finally:
            writer.transport.abort()

    async def both_ways(self, wire: Wire, reader: asyncio.StreamReader, there: asyncio.StreamReader) -> None:
        client, server = wire.ends
        ways = [asyncio.create_task(self.up(wire, reader, server)), asyncio.create_task(self.down(wire, there, client))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def up(self, wire: Wire, reader: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if len(wire.beginning) < AT_THE_START:
                wire.beginning += data
            await self.late()
            if self.word and self.word in data and self.whose in wire.beginning:
                wire.marked = True
            server.write(data)
            await server.drain()

    async def down(self, wire: Wire, there: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        tail = b""
        while data := await there.read(65536):
            await self.late()
            if self.swallowed < self.to_swallow and self.whose in wire.beginning:
                if wire.marked:
                    wire.held += data
                if READY in wire.held or (not self.word and COMMITTED in tail + data):
                    self.swallowed += 1
                    return
                if wire.marked and not any(words in wire.held for words in WITHIN):
                    continue
                if wire.marked:  # part of a transaction: this answer commits nothing
                    data, wire.marked = wire.held, False
                wire.held = b""
            tail = data[-len(COMMITTED) + 1 :]
            client.write(data)
            await client.drain()

    async def late(self) -> None:
        if self.pause:
            await asyncio.sleep(self.pause)
        await self.passing.wait()


@contextlib.contextmanager
def relay(target: int, secured: ssl.SSLContext | None = None) -> Iterator[Relay]:
    """A relay to a port of this machine, gone with its connections at the end of the block."""
    made = Relay(target, secured)
    made.start()
    try:
        yield made
    finally:
        made.stop()
