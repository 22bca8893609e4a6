"""What has to be looked after again and again while a process serves, each in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections, connection

from zhengwutong.kernel import clock

log = logging.getLogger("zhengwutong.rounds")


class Rounds(threading.Thread):
    """Calls `look(now)` at once and then with pauses of `every` seconds. A round that fails is logged, no more."""

    def __init__(self, name: str, look: Callable[[datetime], object], *, every: float) -> None:
        super().__init__(name=name, daemon=True)
        self.look = look
        self.every = every
        self.over = threading.Event()

    def stop(self) -> None:
        """Finish the round under way and end."""
        self.over.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.once(clock.now())
                self.over.wait(self.every)
        finally:
            connection.close()

    def once(self, now: datetime) -> None:
        close_old_connections()
        try:
            self.look(now)
        except Exception:
            log.exception("a round of %s failed", self.name)
