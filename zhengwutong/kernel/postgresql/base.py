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
from django.db.backends.postgresql import base
from psycopg import IsolationLevel
from psycopg.abc import RV, PQGen
from psycopg.errors import ConnectionTimeout
from psycopg.pq import TransactionStatus

GLANCE = 1.5  # seconds a server that is there may take to say so
AWAY = 2.0  # seconds in which nobody asks anew for a server that was not there


class Silent(psycopg.OperationalError):
    """The server left something unanswered for too long; the connection is closed."""


class Connection(psycopg.Connection[Any]):
    """psycopg's, on which every wait ends after `patience` seconds with `Silent`; None: never."""

    patience: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise  # it was answered, if only with an error, or lost
            self.close()
            raise Silent("PostgreSQL did not answer in time") from error


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
        try:
            made = Connection.connect(**conn_params)
        except ConnectionTimeout:
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
