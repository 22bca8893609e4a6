"""Django's SQLite, whose writers in this process wait for one another at the turnstile.

Libraries write without `write()`: sessions, sign-in, lists of sessions. Left to SQLite they would wait by sleeping
ever longer, and under load lose to whoever comes later until their five seconds are over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from zhengwutong.kernel.sqlite.doubt import doubt
from zhengwutong.kernel.transaction import turnstile

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
PATIENCE = 4.0  # seconds


def enter() -> None:
    if not turnstile.acquire(PATIENCE):
        raise OperationalError("database is locked: the writers of this process were not done in time")


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection of one thread. Holds the turnstile from BEGIN to COMMIT, and for a statement that writes alone.

    After `PATIENCE` in line it refuses as SQLite itself would: "database is locked".
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inside = False
        self.execute_wrappers.append(self.in_line)

    def in_line(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.inside or not sql.lstrip()[:7].upper().startswith(WRITES):
            return execute(sql, params, many, context)
        enter()
        try:
            with self.wrap_database_errors:
                doubt.settle(self.connection)
            return execute(sql, params, many, context)
        except Exception as error:
            doubt.noticed(error)
            raise
        finally:
            turnstile.release()

    def _start_transaction_under_autocommit(self) -> None:
        enter()
        try:
            with self.wrap_database_errors:
                doubt.settle(self.connection)
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            turnstile.release()
            raise
        self.inside = True

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        except Exception as error:
            doubt.noticed(error)
            raise  # what fails is rolled back next, which leaves the line
        self.leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self.leave()

    def leave(self) -> None:
        if self.inside:
            self.inside = False
            turnstile.release()
