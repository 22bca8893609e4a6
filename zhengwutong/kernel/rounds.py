"""What has to be looked after again and again while a process serves, each in a thread of its own.

A round acts because time has passed, so it is left out while this process's wall clock is not to be trusted: when it
does not agree with the installation's (`common_clock`), and for SETTLE seconds after it has jumped, until everybody's
presence has been written anew by the new time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, time

from django.db import close_old_connections, connection

from zhengwutong.kernel import clock, common_clock

log = logging.getLogger("zhengwutong.rounds")
JUMP = common_clock.TOLERANCE.total_seconds()
SETTLE = 20.0  # seconds; a beat of presence comes every fifteen


@dataclass(slots=True)
class Past:
    """How one kind of round has gone since the process began. `last_good`: seconds since 1970, 0 before the first."""

    last_good: float = 0.0
    took: float = 0.0
    failures: int = 0


class LeftOut(Exception):
    """The round did not take place: neither good nor failed."""


past: dict[str, Past] = {}


@contextmanager
def noted(name: str) -> Iterator[None]:
    """One round: with a database connection that works; its failure is logged and counted, no more."""
    mine = past.setdefault(name, Past())
    began = monotonic()
    close_old_connections()
    try:
        yield
    except LeftOut:
        pass
    except Exception:
        mine.failures += 1
        log.exception("a round of %s failed", name)
    else:
        mine.last_good, mine.took = time(), monotonic() - began


class Rounds(threading.Thread):
    """Calls `look(now)` at once and then with pauses of `every` seconds. A round that fails is logged, no more."""

    def __init__(self, name: str, look: Callable[[datetime], object], *, every: float) -> None:
        super().__init__(name=name, daemon=True)
        self.look = look
        self.every = every
        self.over = threading.Event()
        self.ahead: float | None = None  # of the monotonic clock, seconds
        self.settled_at = 0.0

    def stop(self) -> None:
        """Finish the round under way and end."""
        self.over.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        try:
            while not self.over.is_set():
                looked = self.once(clock.now())
                self.over.wait(self.every if looked else min(self.every, SETTLE))
        finally:
            connection.close()

    def once(self, now: datetime) -> bool:
        """One round; False when it was left out."""
        trusted = True
        with noted(self.name):
            trusted = self.trusts(now)
            if not trusted:
                raise LeftOut
            self.look(now)
        return trusted

    def trusts(self, now: datetime) -> bool:
        """Whether the wall clock has run evenly of late and tells the installation's time."""
        moment = monotonic()
        before, self.ahead = self.ahead, now.timestamp() - moment
        if before is not None and abs(self.ahead - before) > JUMP:
            log.error("the clock has jumped by %.0f s: %s waits", self.ahead - before, self.name)
            self.settled_at = moment + SETTLE
        if moment < self.settled_at:
            return False
        if not common_clock.agrees_with(now):
            log.error("the clock of this machine is not the database's: %s waits", self.name)
            return False
        return True
