"""Changing the roster of a window without touching what lies outside it. Pure: planned duty in, planned duty out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from zhengwutong.duty.stretches import Stretch


class Planned(NamedTuple):
    """Somebody's duty at a desk."""

    user: int
    start: datetime
    end: datetime
    note: str = ""

    def within(self, window: Stretch) -> Planned | None:
        """The part inside the window."""
        start, end = max(self.start, window.start), min(self.end, window.end)
        return self._replace(start=start, end=end) if start < end else None


def replaced(before: Iterable[Planned], wanted: Iterable[Planned], window: Stretch) -> set[Planned]:
    """The roster after what lies in `window` is replaced by `wanted`, cut to the window.

    Duty that reaches beyond the window keeps the part outside; where it goes on inside under the same note it stays one
    duty. Saving an unchanged roster therefore changes nothing.
    """
    after: set[Planned] = set()
    heads: dict[tuple[int, str], datetime] = {}
    tails: dict[tuple[int, str], datetime] = {}
    for duty in before:
        if duty.within(window) is None:
            after.add(duty)
            continue
        if duty.start < window.start:
            heads[duty.user, duty.note] = duty.start
        if duty.end > window.end:
            tails[duty.user, duty.note] = duty.end
    for duty in wanted:
        inside = duty.within(window)
        if inside is None:
            continue
        who = duty.user, duty.note
        start = heads.pop(who, inside.start) if duty.start < window.start else inside.start
        end = tails.pop(who, inside.end) if duty.end > window.end else inside.end
        after.add(Planned(duty.user, start, end, duty.note))
    after |= {Planned(user, start, window.start, note) for (user, note), start in heads.items()}
    return after | {Planned(user, window.end, end, note) for (user, note), end in tails.items()}
