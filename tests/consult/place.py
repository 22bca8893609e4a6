"""A department at work: its desk, its officers on duty, and the wheel of time in the tests' hands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.consult.window import Window
from tests.duty.world import PROCESS, citizen, come_in, department, keep_hours, officer, roster
from zhengwutong.consult import sweeper
from zhengwutong.journal.queries import page
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office, User
from zhengwutong.presence.actions import beat, disconnected

__all__ = ["citizen", "come_in", "department", "keep_hours", "officer", "roster"]


def on_duty(username: str, *desks: Office) -> Window:
    """An officer of these desks, rostered, connected and online; his window."""
    person = officer(username, *desks)
    for desk in desks:
        roster(person, desk, hours=8)
    come_in(person)
    return Window(person)


def visitor(username: str) -> Window:
    return Window(citizen(username))


def later(seconds: float, *, present: bool = True) -> None:
    """The sweeper at a later moment; `present`: whoever is connected still is."""
    now = clock.now() + timedelta(seconds=seconds)
    if present:
        beat(PROCESS, {}, now)
    sweeper.sweep(now)


def loses_connection(person: User | None) -> None:
    assert person is not None
    disconnected([person.pk], PROCESS, clock.now())


def notices(person: User | None) -> list[dict[str, Any]]:
    """What somebody has been told in his own notices."""
    assert person is not None
    assert person.notices_id is not None
    return [entry.data or {} for entry in page(person.notices_id, 0, 2**60).entries]


def told(person: User | None) -> list[str]:
    """The kinds of one's notices."""
    return [str(notice.get("kind", "rated")) for notice in notices(person)]


def served(citizen_window: Window, officer_window: Window, desk: Office) -> int:
    """A conversation already accepted; its id."""
    talk = citizen_window.ask(desk)
    officer_window.accept(talk["id"])
    return int(talk["id"])
