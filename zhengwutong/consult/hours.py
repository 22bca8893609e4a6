"""When a desk opens next, and until when a question left outside its hours is to be answered."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from zhengwutong.duty.queries import DeskNow
from zhengwutong.kernel.clock import local
from zhengwutong.workdays.calendar import ONE_DAY


class Promise(NamedTuple):
    """`opens_at`: when somebody is there next. `due_at`: the end of office hours of that day."""

    opens_at: datetime | None
    due_at: datetime | None


def promise(desk: DeskNow, *, now: datetime) -> Promise:
    """For a question left while the desk is closed: the day it opens next, answered before it closes."""
    opens = desk.calendar.next_opening(now)
    return Promise(opens, opens and end_of_hours(desk, opens))


def next_day(desk: DeskNow, *, now: datetime) -> Promise:
    """For a message left during hours by somebody who cannot wait: due by the end of the next working day."""
    tomorrow = local(now).replace(hour=0, minute=0, second=0, microsecond=0) + ONE_DAY
    opens = desk.calendar.next_opening(tomorrow)
    return Promise(None, opens and end_of_hours(desk, opens))


def end_of_hours(desk: DeskNow, at: datetime) -> datetime:
    """The end of the last stretch in which the desk is open on the day of `at`."""
    return desk.calendar.intervals(local(at).date())[-1][1]
