"""The line between processes: who hears whom, and what is told when it breaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import redis

from tests.servers.certificate import certificate, secured
from tests.servers.relay import relay
from tests.servers.valkey import Valkey, valkey
from zhengwutong.journal.valkey import Line

AGAIN = b"look everywhere"
PATIENCE = 10.0
SECRET = "between us"


class Listener:
    """A process that listens: its line, and what it was told."""

    def __init__(self, url: str, secret: str = SECRET) -> None:
        self.told: asyncio.Queue[bytes] = asyncio.Queue()
        self.line = Line(url, secret, AGAIN)
        self.line.subscribe(self.told.put_nowait)

    async def next(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self.told.get()

    async def next_but_again(self) -> bytes:
        while (told := await self.next()) == AGAIN:
            pass
        return told

    async def started(self) -> None:
        """Told that it may have missed whatever was before."""
        assert await self.next() == AGAIN
        assert self.line.up


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    with valkey() as started:
        yield started


@contextmanager
def password(server: Valkey, secret: str) -> Iterator[str]:
    """Whoever wants to speak to Valkey needs it meanwhile; the address with it."""
    with redis.Redis.from_url(server.url) as client:
        client.config_set("requirepass", secret)
        try:
            yield server.url.replace("//", f"//:{quote(secret, safe='')}@")
        finally:
            client.auth(secret)
            client.config_set("requirepass", "")


def test_each_hears_the_others_and_not_itself(server: Valkey) -> None:
    async def talk() -> None:
        one, other = Listener(server.url), Listener(server.url)
        await one.started()
        await other.started()
        one.line.publish(b"1")
        assert await other.next_but_again() == b"1"
        other.line.publish(b"2")
        assert await one.next_but_again() == b"2"
        one.line.close()
        other.line.close()

    asyncio.run(talk())


def test_who_does_not_listen_is_heard(server: Valkey) -> None:
    async def talk() -> None:
        listener = Listener(server.url)
        await listener.started()
        speaker = Line(server.url, SECRET, AGAIN)
        await asyncio.to_thread(speaker.publish, b"from a command")
        assert await listener.next_but_again() == b"from a command"
        stranger = Line(server.url, "another secret", AGAIN)
        stranger.publish(b"believe me")
        speaker.publish(b"from the same")
        assert await listener.next_but_again() == b"from the same"
        for line in (listener.line, speaker, stranger):
            line.close()

    asyncio.run(talk())


def test_a_word_from_another_thread_is_passed_on(server: Valkey) -> None:
    async def talk() -> None:
        one, other = Listener(server.url), Listener(server.url)
        await one.started()
        await other.started()
        await asyncio.to_thread(one.line.publish, b"from a thread")
        assert await other.next_but_again() == b"from a thread"
        one.line.close()
        other.line.close()

    asyncio.run(talk())


def test_a_valkey_with_a_password(server: Valkey, caplog: pytest.LogCaptureFixture) -> None:
    async def talk(url: str) -> None:
        listener, shut_out = Listener(url), Listener(server.url)
        await listener.started()
        with caplog.at_level(logging.WARNING):
            await asyncio.sleep(1)
        assert not shut_out.line.up
        assert shut_out.told.empty()
        assert "Valkey refuses" in caplog.text
        listener.line.close()
        shut_out.line.close()

    with password(server, "p@ss/wörd") as url:
        asyncio.run(talk(url))


def test_a_valkey_of_this_machine_alone(server: Valkey) -> None:
    async def talk() -> None:
        one, other = Listener(server.local), Listener(server.url)
        await one.started()
        await other.started()
        one.line.publish(b"through a file")
        assert await other.next_but_again() == b"through a file"
        one.line.close()
        other.line.close()

    asyncio.run(talk())


def test_a_valkey_behind_tls_is_spoken_to_if_its_certificate_is_trusted(
    server: Valkey, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(url: str, trusted: Path) -> None:
        trusting, wary = Listener(f"{url}?ssl_ca_certs={trusted}"), Listener(url)
        await trusting.started()
        speaker = Line(f"{url}?ssl_ca_certs={trusted}", SECRET, AGAIN)
        await asyncio.to_thread(speaker.publish, b"sealed twice")
        assert await trusting.next_but_again() == b"sealed twice"
        assert not wary.line.up
        assert wary.told.empty()
        assert "SSLCertVerificationError" in caplog.text
        for line in (trusting.line, wary.line, speaker):
            line.close()

    shown = certificate(tmp_path)
    with relay(server.port, secured(shown)) as wire:
        asyncio.run(talk(f"rediss://127.0.0.1:{wire.port}/0", shown))


def test_when_valkey_has_gone_and_come_back_everybody_looks_again(server: Valkey) -> None:
    async def talk() -> None:
        listener = Listener(server.url)
        await listener.started()
        server.kill()
        assert await listener.next() == AGAIN
        assert not listener.line.up
        listener.line.publish(b"to nobody")
        assert listener.line.dropped == 1
        await asyncio.to_thread(server.start)
        await listener.started()
        listener.line.close()

    asyncio.run(talk())


def test_a_valkey_that_says_nothing_more_is_given_up(server: Valkey) -> None:
    async def talk() -> None:
        with relay(server.port) as wire:
            listener = Listener(f"redis://127.0.0.1:{wire.port}/0")
            await listener.started()
            wire.silence()
            assert await listener.next() == AGAIN
            assert not listener.line.up
            wire.mend()
            await listener.started()
            listener.line.close()

    asyncio.run(talk())
