"""The usual batch goes to PostgreSQL and comes back on the event loop: no thread has to win the interpreter for it.

    begin ──► sent, while the last batch is being spread ──► readable: has all of it arrived? ──► done, or otherwise

Only what is usual: streams that are known, nothing to refuse. Everything else, and whatever failed and is worth another
attempt, is for the writer's thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from zhengwutong.journal.batch import Batch, Line, Mark, OpenShelf, Plan, Wanted, landed, send


class Passage:
    """One batch at a time. `done` gets what became of it; `otherwise` is called when it must be stored carefully."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        done: Callable[[Batch | Exception], None],
        otherwise: Callable[[], None],
    ) -> None:
        self.loop = loop
        self.done = done
        self.otherwise = otherwise
        self.sent: tuple[OpenShelf, Plan, Line] | None = None
        self.socket = -1  # watched from one batch to the next: to begin and to end that costs as much as a message

    def begin(self, shelf: OpenShelf, wanted: list[Wanted], marks: Mapping[Mark, int], *, at: int) -> bool:
        """Send the batch; False when it is none for here: nothing was stored then."""
        try:
            sent = send(shelf, wanted, marks, at=at)
            if sent is None:
                return False
            plan, line = sent
            more = line.unsent()
        except Exception:  # the connection is gone
            self.abandon(shelf)
            return False
        self.sent = shelf, plan, line
        if self.socket != line.socket:
            self.leave()
            self.socket = line.socket
            self.loop.add_reader(self.socket, self.readable)
        if more:
            self.loop.add_writer(self.socket, self.writable)
        return True

    def writable(self) -> None:
        try:
            if self.sent is None or not self.sent[2].unsent():
                self.loop.remove_writer(self.socket)
        except Exception:
            self.lost()

    def readable(self) -> None:
        if self.sent is None:  # nobody asked: it is being ended, which the next batch will find out
            self.leave()
            return
        shelf, plan, line = self.sent
        try:
            if not line.arrived():
                # Watched anew: of a socket with an error uvloop tells once and never again, and what came first may
                # have been PostgreSQL's last words.
                self.loop.remove_reader(self.socket)
                self.loop.add_reader(self.socket, self.readable)
                return
        except Exception:
            self.lost()
            return
        self.sent = None
        try:
            batch = landed(shelf, plan)
        except Exception as error:
            self.abandon(shelf)
            if not shelf.worth_another(error):
                self.done(error)
                return
            batch = None
        if batch is None:
            self.otherwise()
        else:
            self.done(batch)

    def give_up(self) -> None:
        """Nothing comes back: what was sent is tried again on another connection, whatever became of it here."""
        if self.sent is not None:
            self.lost()

    def lost(self) -> None:
        """The connection has gone, nobody knows whether before or after the commit."""
        assert self.sent is not None
        shelf, self.sent = self.sent[0], None
        self.abandon(shelf)
        self.otherwise()

    def abandon(self, shelf: OpenShelf) -> None:
        """Watch no connection that is about to be closed."""
        self.leave()
        shelf.abandon()

    def leave(self) -> None:
        """Watch the connection no longer: from here on it is the thread's again."""
        if self.socket >= 0:
            self.loop.remove_reader(self.socket)
            self.loop.remove_writer(self.socket)
            self.socket = -1
