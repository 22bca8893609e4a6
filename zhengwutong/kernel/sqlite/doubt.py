"""After an I/O error nothing more is written behind what may not be there.

When the disk refuses a write, Linux takes the page for clean, and ext4 goes on counting a block that was to become part
of the file as empty, even when the same place is written again and flushed without complaint: after a power cut there
are zeros, and every transaction behind them in the log is lost. So the log is not continued: what is in it is brought
into the main file and the log is cut to nothing, which gives its next blocks a new beginning.
"""

from __future__ import annotations

import logging
import sqlite3

log = logging.getLogger("zhengwutong.database")
KIND = 0xFF  # of an extended error code


class Doubt:
    """Whether the log of this process's database can be trusted. Used by whoever holds the turnstile."""

    def __init__(self) -> None:
        self.there = False

    def noticed(self, error: BaseException) -> None:
        """A commit or a statement failed: there is doubt if it was for the disk."""
        cause = error if isinstance(error, sqlite3.Error) else error.__cause__
        code = getattr(cause, "sqlite_errorcode", 0)
        if isinstance(cause, sqlite3.Error) and code & KIND == sqlite3.SQLITE_IOERR:
            log.error("the disk failed the database: %s", getattr(cause, "sqlite_errorname", code))
            self.there = True

    def settle(self, database: sqlite3.Connection) -> None:
        """Before the next transaction: begin a new log if there is doubt. Raises when that cannot be done now."""
        if not self.there:
            return
        (busy, *_) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("database is locked: the log cannot be begun anew while it is read")
        log.error("the database's log was begun anew")
        self.there = False


doubt = Doubt()
