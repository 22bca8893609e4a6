"""A line to the other processes: publish and subscribe on one Valkey channel, over one connection, on the event loop.

Nobody waits for Valkey: what it cannot take is dropped, and the listeners are told to look everywhere again once the
line is back. What is published is sealed with the installation's secret: who can write to Valkey cannot put words into
anybody's mouth, and what comes with another seal is taken for lost.

Who listens says so every second, with an empty word. As long as Valkey has nobody else to hand his words to, a process
need not speak at all; and a Valkey that leaves three such words without an answer has gone.

    subscribed ──► here! ──one heard it: oneself──► alone ──another's here, or the line breaks──► again! ──► not alone

hiredis speaks the protocol. redis-py, which is there for processes that listen to nobody, such as commands, would need
a thread each for speaking and hearing, and half a millisecond for each word; this needs a twentieth of that.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import threading
from collections.abc import Callable
from hashlib import blake2b, sha256
from hmac import compare_digest
from typing import Any

import hiredis
import redis
from redis.connection import parse_url

log = logging.getLogger("zhengwutong.bell")
CHANNEL = "zhengwutong:bell"
UNSENT = 8 * 2**20  # bytes kept for a Valkey that does not read
PATIENCE = 2.0  # seconds for connecting
PAUSE = 1.0  # seconds between attempts, and between two words that say: here
SILENT = 3  # such words without an answer
NAME, SEAL = 8, 16  # bytes in front of what is said: who says it, and the seal
HERE = b""


class Line:
    """`publish` hands out to all other processes, `subscribe` hears them. `up` is true while subscribed.

    `again` is what is said to whoever may have missed something.
    """

    def __init__(self, url: str, secret: str, again: bytes) -> None:
        self.url = url
        self.again = again
        self.key = sha256(f"bell {secret}".encode()).digest()
        self.me = os.urandom(NAME)
        self.up = False
        self.alone = False  # nobody else is subscribed, as far as Valkey knows
        self.dropped = 0
        self.loop: asyncio.AbstractEventLoop | None = None
        self.thread = 0
        self.standing: asyncio.Task[None] | None = None
        self.wire: Wire | None = None
        self.speaker: redis.Redis | None = None
        self.heard: Callable[[bytes], None]

    def publish(self, data: bytes) -> None:
        """Send to all other processes, or drop it. Returns at once where somebody listens, and soon elsewhere."""
        loop = self.loop
        if loop is None:
            self.speak(data)
        elif threading.get_ident() == self.thread:
            self.say(data)
        else:
            try:
                loop.call_soon_threadsafe(self.say, data)
            except RuntimeError:  # the loop has ended
                self.dropped += 1

    def subscribe(self, heard: Callable[[bytes], None]) -> None:
        """Call `heard` with what others publish, and with `again` whenever something may have been missed.

        On the running event loop, which the line belongs to from now on.
        """
        self.heard = heard
        self.loop, self.thread = asyncio.get_running_loop(), threading.get_ident()
        self.standing = self.loop.create_task(self.stand(), name="bell")

    def close(self) -> None:
        """Say no more. On the loop, if there is one."""
        if self.standing is not None:
            self.standing.cancel()
        if self.speaker is not None:
            self.speaker.close()

    def seal(self, data: bytes) -> bytes:
        return blake2b(data, digest_size=SEAL, key=self.key).digest()

    def sealed(self, data: bytes) -> bytes:
        return self.me + self.seal(data) + data

    def speak(self, data: bytes) -> None:
        """Publish from a process in which nobody listens."""
        if self.speaker is None:
            self.speaker = redis.Redis.from_url(
                self.url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry_on_timeout=False
            )
        try:
            self.speaker.publish(CHANNEL, self.sealed(data))
        except redis.RedisError as error:
            self.dropped += 1
            log.warning("Valkey does not take messages: %s", type(error).__name__)

    # On the loop

    def say(self, data: bytes) -> None:
        if self.wire is None or not self.wire.publish(self.sealed(data)):
            self.dropped += 1

    async def stand(self) -> None:
        """Have the line stand, for ever."""
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    self.wire = await wired(self.url, self)
                await self.wire.lost
                log.warning("the line to Valkey is broken")
            except (OSError, TimeoutError, ValueError) as error:  # the last: of an address that is none
                log.warning("Valkey does not answer: %s", type(error).__name__)
            finally:
                self.broken()
            await asyncio.sleep(PAUSE)

    def broken(self) -> None:
        if self.wire is not None:
            self.wire.end()
            self.wire = None
        if self.up:
            self.up = self.alone = False
            self.heard(self.again)

    def subscribed(self) -> None:
        self.up = True
        self.say(HERE)
        self.heard(self.again)

    def published(self, listening: int) -> None:
        """So many heard the last word."""
        if self.up and listening == 1:
            self.alone = True
        else:
            self.in_company()

    def in_company(self) -> None:
        """Somebody else may be listening; what was not said meanwhile he has missed."""
        if self.alone:
            self.alone = False
            self.say(self.again)

    def hear(self, message: bytes) -> None:
        if message[:NAME] == self.me:
            return
        seal, data = message[NAME : NAME + SEAL], message[NAME + SEAL :]
        if not compare_digest(seal, self.seal(data)):
            log.error("somebody else speaks on the bell's channel, or with another secret")
        elif data == HERE:
            self.in_company()
        else:
            self.heard(data)


class Wire(asyncio.Protocol):
    """One connection to Valkey, in its third protocol: answers and what others publish come over the same one."""

    transport: asyncio.Transport

    def __init__(self, line: Line, greeting: tuple[str, ...]) -> None:
        self.line = line
        self.greeting = greeting
        self.reader = hiredis.Reader()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.unanswered = 0
        self.beating: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(packed(*self.greeting) + packed("SUBSCRIBE", CHANNEL))
        self.beat()

    def beat(self) -> None:
        """Still here; and there?"""
        if self.unanswered >= SILENT:
            self.transport.abort()
            return
        self.unanswered += 1
        if self.line.up:
            self.line.say(HERE)
        self.beating = asyncio.get_running_loop().call_later(PAUSE, self.beat)

    def publish(self, message: bytes) -> bool:
        """Send it, unless too much is waiting already."""
        if self.transport.is_closing() or self.transport.get_write_buffer_size() > UNSENT:
            return False
        self.transport.write(packed("PUBLISH", CHANNEL, message))
        return True

    def data_received(self, data: bytes) -> None:
        self.unanswered = 0
        self.reader.feed(data)
        try:
            while not self.transport.is_closing() and (told := self.reader.gets()) is not False:
                self.told(told)
        except hiredis.ProtocolError as error:
            self.give_up(error)

    def told(self, told: Any) -> None:
        if isinstance(told, int):
            self.line.published(told)
        elif isinstance(told, list) and told[0] == b"message":
            self.line.hear(told[2])
        elif isinstance(told, list) and told[0] == b"subscribe":
            self.line.subscribed()
        elif isinstance(told, hiredis.ReplyError):
            self.give_up(told)

    def give_up(self, error: Exception) -> None:
        log.warning("Valkey refuses: %s", error)
        self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.end()

    def end(self) -> None:
        if self.beating is not None:
            self.beating.cancel()
        self.transport.abort()
        if not self.lost.done():
            self.lost.set_result(None)


def packed(*words: str | bytes) -> bytes:
    """A command as Valkey reads it."""
    command: bytes = hiredis.pack_command(words)  # type: ignore[arg-type]  # any number of words, not one
    return command


async def wired(url: str, line: Line) -> Wire:
    """A connection to the Valkey at this address (redis://, rediss://, unix://, as redis-py reads it)."""
    loop, options = asyncio.get_running_loop(), parse_url(url)  # type: ignore[no-untyped-call]
    greeting: tuple[str, ...] = ("HELLO", "3")
    if options.get("password"):
        greeting += ("AUTH", options.get("username") or "default", options["password"])
    if "path" in options:
        _, wire = await loop.create_unix_connection(lambda: Wire(line, greeting), options["path"])
    else:
        secure = ssl.create_default_context(cafile=options.get("ssl_ca_certs")) if url.startswith("rediss") else None
        where = options.get("host", "localhost"), options.get("port", 6379)
        _, wire = await loop.create_connection(lambda: Wire(line, greeting), *where, ssl=secure)
    return wire
