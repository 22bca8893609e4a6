"""A line between client and service that can go dead without either end being told."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self

from tests.faults.connections import End

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Relay:
    """Passes bytes on in both directions until its lines go silent; lines made later are not."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self.lines: set[Line] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Self]:
        server = await asyncio.start_server(self.take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for line in self.lines:
                line.cut()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line((reader, writer), await asyncio.open_connection("127.0.0.1", self.to_port))
        self.lines.add(line)
        await line.carry()

    def go_silent(self) -> set[End]:
        """Every other line takes what the service sends and drops it; the others take nothing any more. Their ends."""
        for line, deaf in zip(self.lines, itertools.cycle((False, True)), strict=False):
            line.silence(deaf=deaf)
        return {(self.to_port, line.service[1].get_extra_info("sockname")[1]) for line in self.lines}


class Line:
    """One connection of a client and the one made for it."""

    def __init__(self, client: Streams, service: Streams) -> None:
        self.client = client
        self.service = service
        self.silent = False

    async def carry(self) -> None:
        await asyncio.gather(
            self.pass_on(self.client[0], self.service[1]), self.pass_on(self.service[0], self.client[1])
        )

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if not self.silent:
                    writer.write(data)
                    await writer.drain()
        if not self.silent:
            self.cut()

    def silence(self, *, deaf: bool) -> None:
        self.silent = True
        if deaf:
            self.service[1].transport.pause_reading()  # type: ignore[attr-defined]  # of the same connection

    def cut(self) -> None:
        for _, writer in (self.client, self.service):
            writer.transport.abort()
