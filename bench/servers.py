"""PostgreSQL and Valkey for the large installation, on the serving core, as durable as in an office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench import machine
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.valkey import Valkey, valkey


class Servers:
    """Both, running."""

    def __init__(self, database: PostgreSQL, bell: Valkey) -> None:
        self.postgresql = database
        self.valkey = bell
        machine.pin(database.process.pid)
        machine.pin(bell.process.pid)

    def parts(self) -> dict[str, list[int]]:
        """Their processes now: PostgreSQL has one for each connection."""
        return {
            "postgresql": machine.family(self.postgresql.process.pid),
            "valkey": machine.family(self.valkey.process.pid),
        }

    def checkpoint(self) -> None:
        """What was written so far is nobody's burden in the next measurement."""
        with psycopg.connect(self.postgresql.url("postgres"), autocommit=True) as connection:
            connection.execute("CHECKPOINT")


@contextmanager
def servers() -> Iterator[Servers]:
    with postgresql(durable=True) as database, valkey() as bell:
        yield Servers(database, bell)
