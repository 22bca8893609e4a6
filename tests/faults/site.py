"""An installation with the servers it stands on, so that an experiment can do something to each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.service import Installation, installation
from tests.servers.valkey import Valkey, valkey

DATABASE = "faults"


@dataclass(frozen=True)
class Site:
    """Small: SQLite and one process. Large: PostgreSQL, Valkey and two processes."""

    installation: Installation
    postgresql: PostgreSQL | None = None
    valkey: Valkey | None = None


@contextmanager
def site(size: str) -> Iterator[Site]:
    """A new installation, durable as a real one; gone after the block."""
    with ExitStack() as stack:
        if size == "small":
            yield Site(stack.enter_context(installation()))
            return
        database, bell = stack.enter_context(postgresql(durable=True)), stack.enter_context(valkey())
        url = database.create(DATABASE)
        made = stack.enter_context(installation(database_url=url, valkey_url=bell.url, processes=2))
        yield Site(made, database, bell)
