"""Connections of those who mean harm: raw, from addresses of their own, hundreds at a time."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

LONG = os.environ.get("ZHENGWUTONG_SIEGE") == "long"
PATIENCE = 25  # seconds before a test gives up on the server


def many(few: int) -> int:
    """How many of something: in a long siege ten times as many."""
    return few * 10 if LONG else few


class Line:
    """One TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, data: bytes) -> None:
        """Send; whoever was cut off meanwhile has nobody to send to."""
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    async def dribble(self, data: Iterable[int], every: float) -> None:
        """Send byte after byte, until the server has had enough."""
        for byte in data:
            if self.reader.at_eof() or self.writer.is_closing():
                return
            await self.say(bytes([byte]))
            await asyncio.sleep(every)

    async def end(self) -> bytes:
        """Everything the server still says until it hangs up."""
        said = b""
        with suppress(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                while data := await self.reader.read(65536):
                    said += data
        return said

    async def status(self) -> int:
        """The status of the next answer, which is read to its end; 0 when there is none."""
        try:
            async with asyncio.timeout(PATIENCE):
                head = await self.reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", head)
                await self.reader.readexactly(int(length[1]) if length else 0)
        except (ConnectionError, asyncio.IncompleteReadError):
            return 0
        return int(head.split(b" ")[1])

    def close(self) -> None:
        self.writer.close()


async def line(port: int, address: str, *, receive: int = 0) -> Line:
    """A connection from this address; `receive` bytes is all it is ready to take unread."""
    made = socket.socket()
    made.setblocking(False)
    if receive:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    made.bind((address, 0))
    await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=made, limit=2**17)
    return Line(reader, writer)


async def lines(port: int, address: str, number: int) -> AsyncIterator[Line]:
    for _ in range(number):
        yield await line(port, address)


def request(path: str, method: bytes = b"GET", *headers: bytes, body: bytes = b"") -> bytes:
    """A request as it goes over the line."""
    more = [b"Content-Length: %d" % len(body)] if body else []
    head = [method + b" " + path.encode() + b" HTTP/1.1", b"Host: 127.0.0.1", *headers, *more]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def statuses(said: bytes) -> list[int]:
    """The status of each answer in what the server said."""
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3})", said)]
