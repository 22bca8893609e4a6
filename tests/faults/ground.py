"""Installations on ground that can give way: a disk of their own, a broken machine, wires that can be cut."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.site import DATABASE, Site
from tests.servers.disk import Disk, disk
from tests.servers.machine import Machine
from tests.servers.postgresql import postgresql
from tests.servers.relay import Relay, relay
from tests.servers.service import Installation, Server, installation
from tests.servers.valkey import valkey

MEGABYTES = {"small": 96, "large": 288}
# The log is kept short, so that it is begun anew, recycled and full within one run.
SHORT_LOG = {"max_wal_size": "96MB", "min_wal_size": "32MB"}


@dataclass(frozen=True)
class OnDisk(Site):
    """The database is on a disk of its own: the data folder when small, PostgreSQL's when large."""

    disk: Disk | None = None


@dataclass(frozen=True)
class OnMachines(Site):
    """Under each process lies a machine that can be broken; small, it knows what a power cut would leave."""

    machines: tuple[Machine, ...] = ()


@dataclass(frozen=True)
class Wired(Site):
    """Each process reaches PostgreSQL and Valkey by wires of its own."""

    to_postgresql: tuple[Relay, ...] = ()
    to_valkey: tuple[Relay, ...] = ()


@contextmanager
def served(made: Installation) -> Iterator[Installation]:
    """Migrated and serving; killed after the block."""
    made.command("migrate")
    try:
        made.start()
        yield made
    finally:
        made.kill()


@contextmanager
def on_disk(size: str) -> Iterator[OnDisk]:
    """An installation whose database is on a disk of its own."""
    with ExitStack() as stack:
        own = stack.enter_context(disk(MEGABYTES[size]))
        if size == "small":
            yield OnDisk(stack.enter_context(served(Installation(own.folder / "data"))), disk=own)
            return
        database = stack.enter_context(postgresql(durable=True, data=own.folder / "data", **SHORT_LOG))
        bell = stack.enter_context(valkey())
        made = installation(database_url=database.create(DATABASE), valkey_url=bell.url, processes=2)
        yield OnDisk(stack.enter_context(made), database, bell, own)


@contextmanager
def on_machines(size: str) -> Iterator[OnMachines]:
    """An installation of which every process runs on a machine that can be broken."""
    with ExitStack() as stack:
        if size == "small":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhengwutong-machine-")))
            made = Installation(folder / "data")
            made.command("migrate")
            machine = Machine(folder, made.servers[0].process, data=made.data)
            stack.callback(made.kill)
            made.start()
            yield OnMachines(made, machines=(machine,))
            return
        database, bell = stack.enter_context(postgresql(durable=True)), stack.enter_context(valkey())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhengwutong-machine-")))
        made = Installation(folder / "data", database_url=database.create(DATABASE), valkey_url=bell.url, processes=2)
        machines = tuple(Machine(room(folder, server), server.process) for server in made.servers)
        yield OnMachines(stack.enter_context(served(made)), database, bell, machines)


def room(folder: Path, server: Server) -> Path:
    made = folder / str(server.port)
    made.mkdir()
    return made


@contextmanager
def wired(size: str) -> Iterator[Wired]:
    """A large installation of which every process has wires of its own."""
    assert size == "large"
    with ExitStack() as stack:
        database, bell = stack.enter_context(postgresql(durable=True)), stack.enter_context(valkey())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhengwutong-wired-")))
        url = database.create(DATABASE)
        made = Installation(folder / "data", database_url=url, valkey_url=bell.url, processes=2)
        to_database = [stack.enter_context(relay(database.port)) for _ in made.servers]
        to_bell = [stack.enter_context(relay(bell.port)) for _ in made.servers]
        for server, first, second in zip(made.servers, to_database, to_bell, strict=True):
            server.process.env = {
                **made.env,
                "DATABASE_URL": url.replace(f":{database.port}/", f":{first.port}/"),
                "VALKEY_URL": bell.url.replace(f":{bell.port}/", f":{second.port}/"),
            }
        yield Wired(stack.enter_context(served(made)), database, bell, tuple(to_database), tuple(to_bell))
