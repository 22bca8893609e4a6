"""Telling everybody who watches the board what changed, at most twice a second and at least every five seconds.

    teller = Teller()
    teller.start()      # when a serving process is up
    teller.stop()       # when it goes down

Most changes announce themselves (`nudge`); office hours that begin, and officers who have not acted for five minutes,
do not: hence the look every five seconds. A telling that fails is made up for by the next one.
"""

from __future__ import annotations

import threading
from datetime import datetime

from django.db import connection

from zhengwutong.duty import changes
from zhengwutong.duty.board import tell_changes
from zhengwutong.kernel import clock
from zhengwutong.kernel.rounds import noted

LOOK_EVERY = 5.0
AT_MOST_EVERY = 0.5


class Teller(threading.Thread):
    """The one thread of this process that compares the board with what was told last."""

    def __init__(self) -> None:
        super().__init__(name="duty-teller", daemon=True)
        self.due = threading.Event()
        self.over = threading.Event()

    def start(self) -> None:
        """Begin telling; changes of duty nudge it, and so may whoever holds the queue."""
        changes.observe(self.nudge)
        super().start()

    def nudge(self, *_: object) -> None:
        """Something may have changed: look soon."""
        self.due.set()

    def stop(self) -> None:
        """Finish the telling under way and end."""
        changes.leave(self.nudge)
        self.over.set()
        self.due.set()
        self.join()

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.due.clear()
                self.look(clock.now())
                if not self.over.wait(AT_MOST_EVERY):
                    self.due.wait(LOOK_EVERY)
        finally:
            connection.close()

    def look(self, now: datetime) -> None:
        with noted(self.name):
            tell_changes(now)
