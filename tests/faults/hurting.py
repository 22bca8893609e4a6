"""Ways to hurt an installation that is up, for the time of a block: wires under it, machines under it, hogs beside it.

Processes are restarted to come onto wires or machines, and once more to leave them, while the crowd goes on.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg

from tests.faults.experiment import Run
from tests.servers.machine import Machine
from tests.servers.postgresql import PostgreSQL
from tests.servers.process import Process
from tests.servers.relay import Relay, relay
from tests.servers.service import Server
from tests.servers.valkey import Valkey


@dataclass(frozen=True)
class Wires:
    """Each process reaches PostgreSQL and Valkey by wires of its own."""

    database: tuple[Relay, ...]
    bell: tuple[Relay, ...]


@asynccontextmanager
async def on_wires(run: Run) -> AsyncIterator[Wires]:
    """Put wires under every process of a large installation."""
    database, bell = run.site.postgresql, run.site.valkey
    assert database is not None
    assert bell is not None
    with ExitStack() as stack:
        wires = Wires(
            *(tuple(stack.enter_context(relay(port)) for _ in run.servers) for port in (database.port, bell.port))
        )
        before = [server.process.env for server in run.servers]
        try:
            for server, first, second in zip(run.servers, wires.database, wires.bell, strict=True):
                env = dict(server.process.env or {})
                env["DATABASE_URL"] = env["DATABASE_URL"].replace(f":{database.port}/", f":{first.port}/")
                env["VALKEY_URL"] = env["VALKEY_URL"].replace(f":{bell.port}/", f":{second.port}/")
                server.process.env = env
            await restarted(run)
            await spread(run)
            yield wires
        finally:
            for server, own in zip(run.servers, before, strict=True):
                server.process.env = own
            await restarted(run)


async def restarted(run: Run) -> None:
    await asyncio.gather(*(run.kill_and_start(server) for server in run.servers))


async def spread(run: Run) -> None:
    """Have people on every process again: all fled to the one that was last to be restarted."""
    ports = len(run.load.ports)
    if ports == 1:
        return
    for place, device in enumerate(run.load.devices):
        device.place = place % ports - 1  # it moves on by one
        device.hang_up()
    await asyncio.sleep(0)
    await run.load.until(lambda: all(device.caught_up.is_set() for device in run.load.devices), 30)


async def crashed(run: Run, server: PostgreSQL | Valkey, *, times: int, away: float) -> None:
    """Crash a server in mid-load so many times, each time away for at most so many seconds; afterwards talk goes on."""
    for _ in range(times):
        await run.load.said(run.random.randrange(20, 60))
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(run.random.uniform(away / 2, away))
        await asyncio.to_thread(server.start)
    await run.load.said(20)


@asynccontextmanager
async def on_machine(run: Run, server: Server, *, data: Path | None = None) -> AsyncIterator[Machine]:
    """Put a machine that can be broken under one process; with `data` it knows what a power cut would leave."""
    process, before = server.process, server.process.env
    await asyncio.to_thread(server.kill)
    with room() as folder:
        machine = Machine(folder, process, data=data)
        try:
            await asyncio.to_thread(server.start)
            await spread(run)
            yield machine
        finally:
            process.env = before
            await run.kill_and_start(server)


@contextmanager
def machine_under(process: Process, stop: Callable[[], Any], start: Callable[[], Any]) -> Any:
    """The same for another server, given how it is stopped and started."""
    before = process.env
    with room() as folder:
        stop()
        machine = Machine(folder, process)
        try:
            start()
            yield machine
        finally:
            process.env = before
            stop()
            start()


@contextmanager
def room() -> Any:
    """A folder that programs of other users can reach."""
    with tempfile.TemporaryDirectory(prefix="zhengwutong-machine-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def database_of(run: Run) -> str:
    """The name of the installation's database in its PostgreSQL."""
    return run.site.installation.database_url.rpartition("/")[2]


class Hogs:
    """Others who take every connection of a PostgreSQL, and those of the service as well."""

    def __init__(self, run: Run) -> None:
        assert run.site.postgresql is not None
        self.server = run.site.postgresql
        self.database = database_of(run)
        self.taken: list[psycopg.Connection[Any]] = []

    def take_all(self, seconds: float) -> None:
        """Take what is free and break what the service holds, again and again for so long."""
        end = monotonic() + seconds
        killer = psycopg.connect(self.server.url("postgres"), autocommit=True)
        try:
            while monotonic() < end:
                killer.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.database]
                )
                self.take_what_is_free()
        finally:
            killer.close()

    def take_what_is_free(self) -> None:
        with suppress(psycopg.OperationalError):
            while True:
                self.taken.append(psycopg.connect(self.server.url("postgres"), connect_timeout=5))

    def go(self) -> None:
        for connection in self.taken:
            connection.close()
