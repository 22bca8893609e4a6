"""Canaries: texts that exist once, planted where something is private, and missed nowhere else.

    word = plant("退休金", owner, serving)      # may reach these people; `staff=True`: and whoever works here
    share(word, colleague)                      # from here on him too

Whatever is said to anybody is held against them by `heard`, which `recorder` calls at the doors the tests use. A text
that reached somebody it is not for is a leak, and the test in which it happened fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple, Protocol


class Person(Protocol):
    """Somebody with an account: whoever hears, or may hear."""

    pk: int
    username: str
    role: str

    @property
    def is_citizen(self) -> bool: ...


MARK = re.compile(rb"zq[0-9]{4,}zq")
NUMBER = re.compile(rb"1399[0-9]{7}")  # telephone numbers of canaries; nobody else's begin like this
serial = count(1)


class Planted(NamedTuple):
    """What it is, for the report; whom it may reach; whether it may reach whoever works here."""

    what: str
    people: set[int]
    staff: bool


class Leak(NamedTuple):
    what: str
    who: str
    where: str


planted: dict[bytes, Planted] = {}
exact: dict[bytes, Planted] = {}
leaks: list[Leak] = []


def plant(what: str, *people: Person | None, staff: bool = False) -> str:
    """A new text with `what` in it; it may reach these people only."""
    mark = f"zq{next(serial):04d}zq"
    planted[mark.encode()] = entry(what, people, staff)
    return f"{mark}{what}"


def plant_phone(*people: Person | None) -> str:
    """A new telephone number."""
    number = f"1399{next(serial):07d}"
    planted[number.encode()] = entry("telephone number", people, False)
    return f"+86{number}"


def plant_exact(text: str, what: str, *people: Person | None) -> str:
    """A text that is made elsewhere, such as a session's key."""
    exact[text.encode()] = entry(what, people, False)
    return text


def share(text: str, *people: Person | None) -> None:
    """Let a planted text reach these people too."""
    for mark in MARK.findall(text.encode()):
        planted[mark].people.update(one.pk for one in people if one is not None)


@contextmanager
def revealed(person: Person | None, texts: Collection[str]) -> Iterator[None]:
    """Within the block these texts may reach this person."""
    marks = [mark for text in texts for mark, _ in found(text.encode())]
    new = [mark for mark in marks if person is not None and person.pk not in planted[mark].people]
    for mark in new:
        planted[mark].people.add(person.pk)  # type: ignore[union-attr]
    try:
        yield
    finally:
        for mark in new:
            planted[mark].people.discard(person.pk)  # type: ignore[union-attr]


def entry(what: str, people: tuple[Person | None, ...], staff: bool) -> Planted:
    return Planted(what, {one.pk for one in people if one is not None}, staff)


def heard(who: Callable[[], Person | None], where: str, what: bytes) -> None:
    """Somebody received these bytes; `who` is asked only when there is a canary among them (None: a visitor, a log)."""
    for mark, one in found(what):
        person = who()
        if person is None or not (person.pk in one.people or (one.staff and not person.is_citizen)):
            name = "a visitor or a log" if person is None else f"{person.username} ({person.role})"
            leaks.append(Leak(f"{one.what} {mark.decode()}", name, where))


def found(what: bytes) -> list[tuple[bytes, Planted]]:
    """The canaries in these bytes."""
    marks = {*MARK.findall(what), *NUMBER.findall(what)}
    known = [(mark, planted[mark]) for mark in marks if mark in planted]
    return known + [(text, one) for text, one in exact.items() if text in what]


def caught() -> list[Leak]:
    """The leaks since the last time."""
    since, leaks[:] = list(dict.fromkeys(leaks)), []
    return since
