"""An installation on ground that can give way: its database is on a disk of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.site import DATABASE, Site
from tests.servers.disk import Disk, disk
from tests.servers.postgresql import postgresql
from tests.servers.service import Installation, installation
from tests.servers.valkey import valkey

CHECKOUT = str(Path(__file__).resolve().parents[2])
MEGABYTES = {"small": 96, "large": 288}
# The log is kept short, so that it is recycled, and full, within one run.
SHORT_LOG = {"max_wal_size": "96MB", "min_wal_size": "32MB"}
CARELESS: dict[str, dict[str, Any]] = {
    "small": {"DJANGO_SETTINGS_MODULE": "tests.faults.careless", "PYTHONPATH": CHECKOUT},
    "large": {"ZHENGWUTONG_TEST_DATABASE": "1"},
}


@dataclass(frozen=True)
class OnDisk(Site):
    """The database is on a disk of its own: the data folder when small, PostgreSQL's when large."""

    disk: Disk | None = None


@contextmanager
def on_disk(size: str) -> Iterator[OnDisk]:
    """An installation whose database is on a disk of its own."""
    with placed_on_disk(size, SHORT_LOG) as site:
        yield site


@contextmanager
def careless_on_disk(size: str) -> Iterator[OnDisk]:
    """The same with a database that confirms before it has flushed, which the service would refuse to start on:
    SQLite with synchronous=NORMAL, PostgreSQL with synchronous_commit=off."""
    with placed_on_disk(size, SHORT_LOG | {"synchronous_commit": "off"}, **CARELESS[size]) as site:
        yield site


@contextmanager
def placed_on_disk(size: str, lines: dict[str, str], **settings: Any) -> Iterator[OnDisk]:
    with ExitStack() as stack:
        own = stack.enter_context(disk(MEGABYTES[size]))
        if size == "small":
            small = Installation(own.folder / "data", **settings)
            small.command("migrate")
            stack.callback(small.kill)
            small.start()
            yield OnDisk(small, disk=own)
            return
        database = stack.enter_context(postgresql(durable=True, data=own.folder / "data", **lines))
        bell = stack.enter_context(valkey())
        made = installation(database_url=database.create(DATABASE), valkey_url=bell.url, processes=2, **settings)
        yield OnDisk(stack.enter_context(made), database, bell, own)
