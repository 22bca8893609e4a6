"""A PostgreSQL that says nothing is not waited for; one that takes its time is, by whoever asked for that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.servers.postgresql import PostgreSQL
from tests.servers.process import LOCAL
from tests.servers.relay import Relay, relay
from zhengwutong.kernel.postgresql.base import absence, take_time
from zhengwutong.settings import database

pytestmark = pytest.mark.django_db


@pytest.fixture
def wire(postgresql_server: PostgreSQL) -> Iterator[Relay]:
    with relay(postgresql_server.port) as made:
        yield made
    absence.until = 0.0


@pytest.fixture
def connection(wire: Relay, postgresql_server: PostgreSQL) -> Iterator[BaseDatabaseWrapper]:
    """The service's own connection, as its settings describe it, with half a second's patience."""
    described = database(postgresql_server.url("postgres").replace(str(postgresql_server.port), str(wire.port)))
    described["HOST"] = LOCAL
    described["OPTIONS"]["patience"] = 0.5
    made = ConnectionHandler({"default": described})["default"]
    assert ask(made, "SELECT 1") == 1
    yield made
    made.close()


def ask(connection: BaseDatabaseWrapper, statement: str) -> object:
    """What one request asks of the database."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_an_answer_that_does_not_come_is_refused_and_the_next_request_has_a_new_connection(
    connection: BaseDatabaseWrapper,
) -> None:
    with pytest.raises(OperationalError, match="did not answer in time"):
        ask(connection, "SELECT pg_sleep(2)")
    assert ask(connection, "SELECT 2") == 2


def test_while_it_is_silent_only_the_first_waits(wire: Relay, connection: BaseDatabaseWrapper) -> None:
    wire.silence()
    for _ in range(2):
        with pytest.raises(OperationalError, match="did not answer a moment ago"):
            ask(connection, "SELECT 1")
    wire.mend()
    absence.until = 0.0  # the moment has passed
    assert ask(connection, "SELECT 1") == 1


def test_who_may_take_time_has_it(connection: BaseDatabaseWrapper) -> None:
    take_time(connection)
    assert ask(connection, "SELECT count(pg_sleep(1))") == 1
