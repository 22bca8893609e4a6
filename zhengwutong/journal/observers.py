"""Subjects that want to know what was said in their streams, after it is stored and outside everybody's way.

Observers run in a thread of their own, once per entry as a rule and never more: when the process ends first, entries
go unobserved. A subject keeps the number it has taken into account and catches up by comparing it with the stream's.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from time import monotonic

from django.db import close_old_connections, connection

from zhengwutong.journal.entries import EntryView

log = logging.getLogger("zhengwutong.observers")
GATHER = 0.03  # seconds
IDLE = 1.0  # seconds after which the connection is given back
Observer = Callable[[list[EntryView]], None]

_observers: defaultdict[str, list[Observer]] = defaultdict(list)
_waiting: queue.SimpleQueue[list[tuple[str, EntryView]]] = queue.SimpleQueue()
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


def tell(stored: Sequence[tuple[str, EntryView]]) -> None:
    """Pass on entries, each with its stream's kind, that have been committed. Returns at once."""
    wanted = [pair for pair in stored if pair[0] in _observers]
    if wanted:
        start()
        _waiting.put(wanted)


def start() -> None:
    global _thread
    with _starting:
        if _thread is None:
            _thread = threading.Thread(target=tell_all, name="observers", daemon=True)
            _thread.start()


def tell_all() -> None:
    while True:
        try:
            stored = _waiting.get(timeout=IDLE)
        except queue.Empty:
            connection.close()
            stored = _waiting.get()
        tell_now(stored + gathered(GATHER))


def gathered(seconds: float) -> list[tuple[str, EntryView]]:
    """What comes in within so many seconds: under load, observers ask the database once for many entries."""
    more: list[tuple[str, EntryView]] = []
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        try:
            more += _waiting.get(timeout=left)
        except queue.Empty:
            break
    return more


def tell_now(stored: list[tuple[str, EntryView]]) -> None:
    """Call the observers of each kind with its entries; one that fails is logged and disturbs no other."""
    of_kind: defaultdict[str, list[EntryView]] = defaultdict(list)
    for kind, entry in stored:
        of_kind[kind].append(entry)
    for kind, entries in of_kind.items():
        for call in list(_observers.get(kind, ())):
            close_old_connections()
            try:
                call(entries)
            except Exception:
                log.exception("observer of %s failed", kind)
