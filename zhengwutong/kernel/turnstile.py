"""A fair lock: whoever came first goes first, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Turnstile:
    """Lets one thread through at a time, in the order of arrival. The thread inside may enter again."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.queue: deque[tuple[threading.Lock, int]] = deque()
        self.owner: int | None = None
        self.depth = 0

    def acquire(self, timeout: float = -1) -> bool:
        """Enter; False when `timeout` seconds (negative: for ever) were not enough."""
        me = threading.get_ident()
        with self.guard:
            if self.owner in (None, me) and (self.owner == me or not self.queue):
                self.owner, self.depth = me, self.depth + 1
                return True
            ticket = threading.Lock()
            ticket.acquire()
            place = ticket, me
            self.queue.append(place)
        return ticket.acquire(timeout=timeout) or self.give_up(place)

    def give_up(self, place: tuple[threading.Lock, int]) -> bool:
        """Leave the queue; True when one's turn came in this very moment."""
        with self.guard:
            if place not in self.queue:
                return True
            self.queue.remove(place)
            return False

    def release(self) -> None:
        """Leave; the next in the queue is inside at once."""
        with self.guard:
            self.depth -= 1
            if self.depth:
                return
            if self.queue:
                ticket, self.owner = self.queue.popleft()
                self.depth = 1
                ticket.release()
            else:
                self.owner = None

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
