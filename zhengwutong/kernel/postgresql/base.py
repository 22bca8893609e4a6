"""Django's PostgreSQL, for whose answer nobody waits for ever.

The server itself ends a statement that takes too long. A server that is halted, or whose disk or network has swallowed
the question, ends nothing: then the wait is ended here, and the connection with it. What was asked may still be done.

    ask ──► answered
     └─► silence for `patience` seconds ──► the connection is closed ──► next use: a new one
                                   none to be had either ──► for a moment nobody asks: refused at once
"""

from __future__ import annotations

from time import monotonic
from typing import Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql import base
from psycopg import IsolationLevel
from psycopg.abc import RV, PQGen
from psycopg.errors import ConnectionTimeout

GLIMPSE = 0.1  # seconds between two looks whether there is an answer
GLANCE = 1.5  # seconds a server that is there may take to say so
AWAY = 2.0  # seconds in which nobody asks anew for a server that was not there


class Silent(psycopg.OperationalError):
    """The server left something unanswered for too long; the connection is closed."""


class Connection(psycopg.Connection[Any]):
    """psycopg's, on which every wait ends with `Silent` after `patience` seconds without a sign; None: never."""

    patience: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = GLIMPSE, timeout: float | None = None) -> RV:
        if self.patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(heeding(gen, round(self.patience / GLIMPSE)), GLIMPSE, timeout)
        except Silent:
            self.close()
            raise


def heeding(gen: PQGen[RV], most: int) -> PQGen[RV]:
    """The same exchange with the server, given up when it was looked at so often in vain.

    Looks are counted, not seconds: a process that was itself suspended has not been waiting.
    """
    in_vain = 0
    try:
        state = next(gen)
        while True:
            ready = yield state
            in_vain = 0 if ready else in_vain + 1
            if in_vain >= most:
                raise Silent("PostgreSQL did not answer in time")
            state = gen.send(ready)
    except StopIteration as end:
        answer: RV = end.value
        return answer


class Absence:
    """Until when this process takes PostgreSQL to be away, by the monotonic clock."""

    until = 0.0

    def noticed(self) -> None:
        self.until = monotonic() + AWAY

    def __bool__(self) -> bool:
        return monotonic() < self.until


absence = Absence()


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection of one thread. OPTIONS hold `patience`, seconds for an answer, besides what libpq knows."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        patience = conn_params.pop("patience")
        self.isolation_level = IsolationLevel.READ_COMMITTED
        if absence:
            raise psycopg.OperationalError("PostgreSQL did not answer a moment ago")
        began = monotonic()
        try:
            made = Connection.connect(**conn_params)
        except ConnectionTimeout:
            # A name may stand for several addresses; what takes longer is a process that was suspended itself.
            if monotonic() - began < 3 * conn_params["connect_timeout"]:
                absence.noticed()
            raise
        made.patience = patience
        return made

    def is_usable(self) -> bool:
        """Whether a connection that has been idle still leads to a server that answers."""
        made: Connection | None = self.connection
        if made is None or absence:
            return False
        patience, made.patience = made.patience, GLANCE
        try:
            made.execute("SELECT 1")
        except Silent:
            absence.noticed()
            return False
        except psycopg.Error:
            return False
        made.patience = patience
        return True


def take_time(connection: BaseDatabaseWrapper) -> None:
    """Let statements of this connection take as long as they need: an index is built, everything is counted.

    For commands, not for requests. SQLite needs no telling.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        connection.connection.patience = None
