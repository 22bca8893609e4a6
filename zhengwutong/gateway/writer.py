"""Messages are written in batches: whatever arrived while the last one was written and spread makes the next one.

    take ──► waiting ──(nothing is being written)──► batch ──► thread: store ──commit──► done: push, acknowledge,
                                                       └─► `passage`, where the database allows ──►┘  next batch

Nothing is pushed or acknowledged before its commit. Whoever waits longer than PATIENCE is told `unavailable`; should
the commit still come, the message is pushed and acknowledged after all, and sending it again changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from zhengwutong.gateway.frames import Ack, Entry, Seen, Send, encode
from zhengwutong.gateway.passage import Passage
from zhengwutong.journal import bell, observers
from zhengwutong.journal.batch import Batch, Mark, OpenShelf, Shelf, Wanted, store
from zhengwutong.journal.entries import EntryView, Stored
from zhengwutong.journal.shelves import shelf
from zhengwutong.kernel.clock import millis, now
from zhengwutong.kernel.errors import Unavailable

if TYPE_CHECKING:
    from zhengwutong.gateway.hub import Hub
    from zhengwutong.gateway.session import Session

log = logging.getLogger("zhengwutong.writer")
PATIENCE = 4.0  # seconds
SILENCE = 5.0  # seconds after which a database is given up that did not answer at all
MOST_WAITING = 20_000
LARGEST_BATCH = 2000
HASTY = 64  # messages that are written while the last ones are still being spread; fewer cost nearly as much, and wait
TOLD_AT_ONCE = 100  # entries in one message to the other processes: less than a megabyte whatever they hold


class Writer:
    """Takes messages and read marks on the event loop, stores them in its thread."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.loop = asyncio.get_running_loop()
        self.waiting: list[Wanted] = []
        self.since = 0.0  # when the oldest of the waiting came
        self.arrived = 0.0  # when the oldest of those being written came
        self.marks: dict[Mark, int] = {}
        self.moving: dict[tuple[int, int], Session] = {}
        self.writing: list[Wanted] | None = None
        self.marking: dict[Mark, int] = {}  # with them
        self.started = 0.0
        self.told = False  # those in the batch being written have been told that it takes too long
        self.shelf: Shelf | None = None  # whoever has the batch has the shelf: the thread, or the passage
        self.at_hand: OpenShelf | None = None  # the same one, where it can be written to from the loop
        self.passage = Passage(self.loop, self.done, self.carefully)
        self.queue: queue.SimpleQueue[tuple[list[Wanted], dict[Mark, int], bool] | None] = queue.SimpleQueue()
        self.idle = asyncio.Event()
        self.idle.set()
        self.thread = threading.Thread(target=self.run, name="writer", daemon=True)
        self.thread.start()

    def take(self, session: Session, frame: Send) -> bool:
        """Have the message stored and acknowledged; False when too many are waiting already."""
        waiting = self.waiting
        if not waiting:
            self.begin_soon()
        elif len(waiting) >= MOST_WAITING:
            return False
        waiting.append(Wanted(frame.stream, session.user, frame.key, frame.kind, frame.body, None, session))
        return True

    def mark(self, session: Session, frame: Seen) -> None:
        """Have the user's read mark raised; marks of one user in one stream become one."""
        place = frame.stream, session.user
        if not self.marks and not self.waiting:
            self.begin_soon()
        self.marks[place] = max(frame.seq, self.marks.get(place, 0))
        self.moving[place] = session

    def begin_soon(self) -> None:
        """Begin when everything that has arrived by now has been read from its connection."""
        self.since = monotonic()
        if self.writing is None:
            self.loop.call_soon(self.begin)

    def begin(self) -> None:
        if self.writing is not None:
            return
        if not (self.waiting or self.marks):
            self.idle.set()
            return
        self.writing, self.waiting = self.waiting[:LARGEST_BATCH], self.waiting[LARGEST_BATCH:]
        self.marking, self.marks = self.marks, {}
        self.arrived, self.started = self.since, monotonic()
        self.since = self.started
        self.told = False
        self.idle.clear()
        at_hand = self.at_hand
        if at_hand is None or not self.passage.begin(at_hand, self.writing, self.marking, at=millis(now())):
            self.hand_over(careful=False)

    def carefully(self) -> None:
        """The batch did not get through on the loop."""
        self.hand_over(careful=True)

    def hand_over(self, *, careful: bool) -> None:
        """The batch is the thread's, and so is the shelf."""
        assert self.writing is not None
        self.passage.leave()
        self.queue.put((self.writing, self.marking, careful))

    # In the thread

    def run(self) -> None:
        while (work := self.queue.get()) is not None:
            wanted, marks, careful = work
            outcome: Batch | Exception
            try:
                outcome = store(self.made(), wanted, marks, at=millis(now()), careful=careful)
            except Exception as error:
                outcome = error
            self.loop.call_soon_threadsafe(self.done, outcome)
        if self.shelf is not None:
            self.shelf.close()

    def made(self) -> Shelf:
        if self.shelf is None:
            self.shelf = shelf()
            self.at_hand = self.shelf if isinstance(self.shelf, OpenShelf) else None
        return self.shelf

    # Back on the loop

    def done(self, outcome: Batch | Exception) -> None:
        assert self.writing is not None
        wanted, told, self.writing = self.writing, self.told, None
        began, arrived = self.started, self.arrived
        if len(self.waiting) >= HASTY:
            self.begin()  # the disk works while the last batch is spread
        else:
            self.loop.call_soon(self.begin)  # when that is done, and what has arrived by then is read
        if isinstance(outcome, Exception):
            log.error("nothing could be stored", exc_info=outcome)
            self.hub.figures.failed += 1
            if not told:
                self.refuse(wanted)
            return
        stored_at = monotonic()
        self.spread(wanted, outcome)
        self.count(len(wanted), stored_at - began, monotonic() - arrived)
        for stream, party, seq, user in outcome.marks:
            self.hub.seen(stream, party, seq, self.moving.pop((stream, user), None))
            bell.send(bell.Marked(stream, party, seq, user), here=False)
        self.moving = {place: session for place, session in self.moving.items() if place in self.marks}

    def spread(self, wanted: list[Wanted], outcome: Batch) -> None:
        """Push what is stored, acknowledge it, ring the bell of the other processes, tell the observers."""
        hub, ledgers = self.hub, outcome.ledgers
        others, said = bell.others(), list[tuple[int, int, int, msgspec.Raw]]()
        repeated = refused = 0
        observed: dict[str, list[EntryView]] = {}
        for one, result in zip(wanted, outcome.outcomes, strict=True):
            session: Session = one.origin
            if isinstance(result, Stored):
                stream, seq, at = one.stream, result.seq, result.at
                if not result.repeated:
                    ledger = ledgers[stream]
                    entry = Entry(stream, seq, one.author, one.kind, one.body, at, one.key, one.data)
                    data = hub.deliver(entry, ledger.audience, session)
                    if others:
                        said.append((stream, seq, ledger.audience, msgspec.Raw(data or encode(entry))))
                    if observers.observed(ledger.kind):
                        observed.setdefault(ledger.kind, []).append(entry)
                else:
                    repeated += 1
                    hub.rang([(stream, seq)])  # stored by a commit whose answer was lost, perhaps
                session.push(encode(Ack(one.key, stream, seq, at)))
            else:
                refused += 1
                session.refuse(result, one)
        hub.figures.repeated += repeated
        hub.figures.stored += len(wanted) - repeated - refused
        for start in range(0, len(said), TOLD_AT_ONCE):
            bell.send(bell.Said(said[start : start + TOLD_AT_ONCE]), here=False)
        if observed:
            observers.tell(observed)

    def count(self, size: int, store_seconds: float, ack_seconds: float) -> None:
        figures = self.hub.figures
        figures.store_seconds.add(store_seconds)
        if size:
            figures.batches.add(size)
            figures.ack_seconds.add(ack_seconds, size)

    def refuse(self, wanted: list[Wanted]) -> None:
        for one in wanted:
            one.origin.refuse(Unavailable(), one)

    def look_at_clock(self, moment: float) -> None:
        """Tell those who have waited too long; whoever was not yet being written will not be."""
        if self.writing is None or moment - self.started < PATIENCE:
            return
        if moment - self.started >= SILENCE:
            self.passage.give_up()
        if not self.told:
            self.told = True
            self.refuse(self.writing)
        if self.waiting and moment - self.since >= PATIENCE:
            waiting, self.waiting = self.waiting, []
            self.refuse(waiting)

    async def close(self) -> None:
        """Write what has been taken, then end the thread."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.idle.wait()
        except TimeoutError:
            log.error("the writer did not finish in time")
        self.passage.leave()
        self.queue.put(None)
        await self.loop.run_in_executor(None, self.thread.join, PATIENCE)
