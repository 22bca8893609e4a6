"""The public board: every desk with its state, people waiting, expected wait and next opening.

One answer serves everybody for a second. `tell_changes` compares the board with what was told last and puts the rows
that differ on the bell (topic "duty"), whatever made them differ: a declaration, a connection, a queue, or the clock.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from zhengwutong.duty import facts
from zhengwutong.duty.facts import State
from zhengwutong.duty.load import Load, workload
from zhengwutong.duty.models import Declared
from zhengwutong.duty.queries import DeskNow, desks_now
from zhengwutong.duty.words import opens_english, opens_text
from zhengwutong.journal import bell
from zhengwutong.kernel.clock import local
from zhengwutong.people.models import Office
from zhengwutong.workdays.calendar import Calendar

KEPT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One desk as a citizen sees it. `on_post` counts officers on duty who are not away by hand.

    `eta_minutes` is the wait of somebody who asks now, null when nobody takes people; `opens_at` is null while open.
    `demo`: the desk is being played by demonstration officers.
    """

    key: str
    name: str
    short_name: str
    english: str
    english_short: str
    tile: str
    state: State
    on_post: int
    waiting: int
    eta_minutes: int | None
    opens_at: datetime | None
    opens_text: str | None
    opens_english: str | None
    hours_today: list[list[str]]
    phone: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Board:
    """`office_time`: at least one desk is within its hours. `stats` as the workload's provider says."""

    now: datetime
    office_time: bool
    items: tuple[Row, ...]
    stats: dict[str, float | None]


class Kept:
    """The board of the last second, and what was told last, of this process."""

    lock = threading.Lock()
    board: Board | None = None
    told: dict[str, Row] | None = None


def board(now: datetime) -> Board:
    """The board at `now`, or one at most a second old."""
    with Kept.lock:
        kept = Kept.board
        if kept is None or abs(now - kept.now) >= KEPT:
            kept = Kept.board = drawn(now)
        return kept


def forget() -> None:
    """Something changed: the next to ask gets a new board."""
    Kept.board = None


def tell_changes(now: datetime) -> list[Row]:
    """Put every row that differs from the last telling on the bell; the first telling after the start tells nothing."""
    fresh = drawn(now)
    with Kept.lock:
        before, Kept.told, Kept.board = Kept.told, {row.key: row for row in fresh.items}, fresh
    changed = [row for row in fresh.items if before is not None and before.get(row.key) != row]
    for row in changed:
        bell.topic("duty", plain(row))
    return changed


def drawn(now: datetime) -> Board:
    """The board from the facts, in a constant number of queries."""
    desks = list(Office.objects.filter(active=True, has_desk=True))
    there = desks_now([desk.pk for desk in desks], now)
    work = workload(now)
    items = tuple(row(desk, there[desk.pk], work.desks.get(desk.pk, Load()), now) for desk in desks)
    return Board(now, any(one.state != State.OFF_DUTY for one in items), items, dict(work.stats))


def row(desk: Office, there: DeskNow, load: Load, now: datetime) -> Row:
    """One desk's row."""
    opens = None if there.office_time else there.calendar.next_opening(now)
    officers = [one.facts(load.active.get(one.user_id, 0)) for one in there.officers]
    return Row(
        key=desk.key,
        name=desk.name,
        short_name=desk.short_name,
        english=desk.english,
        english_short=desk.english_short,
        tile=desk.tile,
        state=facts.state(officers, office_time=there.office_time, now=now),
        on_post=sum(one.declared != Declared.AWAY for one in there.officers),
        waiting=load.waiting,
        eta_minutes=expected_wait(there, load),
        opens_at=opens,
        opens_text=opens_text(opens, now) if opens else None,
        opens_english=opens_english(opens, now) if opens else None,
        hours_today=hours_today(there.calendar, now),
        phone=desk.phone,
        demo=any(one.demo for one in there.officers),
    )


def expected_wait(there: DeskNow, load: Load) -> int | None:
    """Minutes until somebody who asks now is served; None when nobody takes people."""
    serving = [one for one in there.officers if one.takes_offers]
    free = sum(max(0, one.capacity - load.active.get(one.user_id, 0)) for one in serving)
    seats = sum(one.capacity for one in serving)
    return facts.eta_minutes(load.waiting + 1, free_seats=free, seats=seats, average_seconds=load.average_seconds)


def hours_today(calendar: Calendar, now: datetime) -> list[list[str]]:
    """Today's hours as the office writes them: [["08:30", "12:00"], ["14:00", "17:30"]]; a day ends at 24:00."""
    return [
        [f"{local(start):%H:%M}", f"{local(end):%H:%M}".replace("00:00", "24:00")]
        for start, end in calendar.intervals(local(now).date())
    ]


def plain(row: Row) -> dict[str, Any]:
    """A row as it goes over the wire, the same by socket and by HTTP."""
    return {**asdict(row), "opens_at": row.opens_at and local(row.opens_at).isoformat(timespec="seconds")}
