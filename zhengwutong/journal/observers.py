"""Subjects that want to know what was said in their streams, after it is stored and outside everybody's way.

Observers run in a thread of their own, once per entry as a rule and never more: when the process ends first, entries
go unobserved. A subject keeps the number it has taken into account and catches up by comparing it with the stream's.

    tell ──► waiting ──(rest)──► all that gathered, to each observer at once ──► rest nine times what that cost ──► …

So observers take a tenth of a core at most, however much is said; with little to do they are told within a moment.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from time import monotonic, sleep, thread_time

from django.db import close_old_connections, connection

from zhengwutong.journal.entries import EntryView

log = logging.getLogger("zhengwutong.observers")
GATHER = 0.2  # seconds, at least
LONGEST_REST = 1.0  # seconds
REST = 9  # times the processor time of the last telling
IDLE = 1.0  # seconds after which the connection is given back
Observer = Callable[[list[EntryView]], None]
Stored = Mapping[str, list[EntryView]]  # entries by the kind of their stream

_observers: defaultdict[str, list[Observer]] = defaultdict(list)
_waiting: deque[Stored] = deque()
_something = threading.Event()  # somebody is waiting to be told
_starting = threading.Lock()
_thread: threading.Thread | None = None


def observe(kind: str, call: Observer) -> None:
    """Have `call` told of the new entries of all streams of a kind, in the order in which they were stored."""
    _observers[kind].append(call)


def forget(kind: str) -> None:
    """Tell nobody of streams of this kind any more."""
    _observers.pop(kind, None)


def observed(kind: str) -> bool:
    """Whether anybody observes streams of this kind."""
    return kind in _observers


def tell(stored: Stored) -> None:
    """Pass on entries that have been committed. Returns at once."""
    if any(kind in _observers for kind in stored):
        start()
        _waiting.append(stored)
        if not _something.is_set():  # setting it wakes the thread, which wants the interpreter then
            _something.set()


def waiting() -> int:
    """How many tellings are still to be passed on."""
    return len(_waiting)


def start() -> None:
    global _thread
    with _starting:
        if _thread is None:
            _thread = threading.Thread(target=tell_all, name="observers", daemon=True)
            _thread.start()


def tell_all() -> None:
    rested = 0.0  # when the next telling may begin
    while True:
        if not _something.wait(IDLE):
            connection.close()
            _something.wait()
        sleep(max(rested - monotonic(), GATHER))  # under load, observers ask the database once for many entries
        _something.clear()
        began = thread_time()
        tell_now(_waiting.popleft() for _ in range(len(_waiting)))
        rested = monotonic() + min(REST * (thread_time() - began), LONGEST_REST)


def tell_now(stored: Iterable[Stored]) -> None:
    """Call the observers of each kind with its entries; one that fails is logged and disturbs no other."""
    of_kind: defaultdict[str, list[EntryView]] = defaultdict(list)
    for part in stored:
        for kind, entries in part.items():
            of_kind[kind] += entries
    for kind, entries in of_kind.items():
        for call in list(_observers.get(kind, ())):
            close_old_connections()
            try:
                call(entries)
            except Exception:
                log.exception("observer of %s failed", kind)
