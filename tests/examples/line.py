"""A line between a client and the service that fails when it hurts most."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.servers.process import LOCAL


class Line:
    """Passes bytes on. `wanted` in what the service says is the last thing a client hears on its connection, once:
    what it says after that reaches the service, whose answer is lost with the connection."""

    def __init__(self, port: int, wanted: str) -> None:
        self.service = port
        self.wanted = wanted.encode()
        self.cuts = 0
        self.url = ""

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, onwards = await asyncio.open_connection(LOCAL, self.service)
        up = asyncio.create_task(self.pass_on(reader, onwards))
        down = asyncio.create_task(self.pass_on(back, writer, failing=True))
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        for task in (up, down):
            task.cancel()
        for one in (writer, onwards):
            one.transport.abort()

    async def pass_on(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, failing: bool = False) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                to.write(data)
                await to.drain()
                if failing and not self.cuts and self.wanted in data:
                    self.cuts += 1
                    await source.read(1)  # the service has answered what the client said meanwhile
                    return


@asynccontextmanager
async def failing_line(port: int, wanted: str) -> AsyncIterator[Line]:
    """A line to the service on this port; `url` is where clients connect."""
    line = Line(port, wanted)
    async with await asyncio.start_server(line.connected, LOCAL) as server:
        line.url = f"http://{LOCAL}:{server.sockets[0].getsockname()[1]}"
        yield line
