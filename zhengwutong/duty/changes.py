"""Who wants to know that somebody may have come on duty or gone off it.

    changes.observe(consult.assign)        # once, when the service is put together

Observers are called after the commit with the ids of the desks concerned. They may be called for nothing and must not
rely on being called: office time begins without anybody doing anything, so each has a sweeper of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from zhengwutong.duty.models import Shift
from zhengwutong.kernel import clock
from zhengwutong.kernel.transaction import after_commit

log = logging.getLogger("zhengwutong.duty")
Observer = Callable[[frozenset[int]], object]
observers: list[Observer] = []


def observe(call: Observer) -> None:
    """Tell this call from now on; registering it twice is registering it once."""
    if call not in observers:
        observers.append(call)


def leave(call: Observer) -> None:
    """The inverse of `observe`."""
    if call in observers:
        observers.remove(call)


def announce(desk_ids: Collection[int]) -> None:
    """Tell the observers once the surrounding transaction is durable; at once when there is none."""
    desks = frozenset(desk_ids)
    if desks:
        after_commit(lambda: tell(desks))


def people_moved(user_ids: Iterable[int], *, now: datetime | None = None) -> None:
    """People have connected or gone: tell of the desks where they owe duty now. Presence calls this."""
    moment = now or clock.now()
    owed = Shift.objects.filter(user__in=list(user_ids), start__lte=moment, end__gt=moment)
    announce(set(owed.values_list("desk", flat=True)))


def tell(desks: frozenset[int]) -> None:
    """One observer that fails keeps nobody else from being told."""
    for call in list(observers):
        try:
            call(desks)
        except Exception:
            log.exception("an observer of duty failed")
