"""A refusal tells nothing: what is not yours and what is not there are answered alike, by the same work.

Work is compared by the statements sent to the database, which no noise disturbs; time only by the quickest of many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import perf_counter
from typing import NamedTuple

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tests.access.asking import asked
from tests.access.cells import OUTSIDERS, Row
from tests.access.tables import TABLE, operation_of
from tests.access.town import ABSENT, Town
from tests.gateway.live import Person, talk
from zhengwutong.journal import actions, queries
from zhengwutong.kernel.clock import now
from zhengwutong.kernel.errors import NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PARTS = 3
OWN = ("Expires", "X-Request-ID")
PUBLIC = {"desk", "key"}  # which offices there are is no secret: alike in the answer, not in the work
FILLED = re.compile(r"{(\w+)}")


class Refused(NamedTuple):
    """Everything that can be seen of a refusal, and the statements behind it with their values taken out."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    work: tuple[str, ...]


def things(title: str, row: Row) -> set[str]:
    """The names of the things an operation is about."""
    return set(FILLED.findall(operation_of(title) + row.query)) & set(ABSENT)


def questions() -> Iterator[tuple[str, str]]:
    """Every operation about something, with everybody who must not learn whether it is there."""
    for title, row in TABLE.items():
        for relation, decided in row.cells.items():
            if relation in OUTSIDERS and decided is not None and things(title, row):
                yield title, relation


def refusal(town: Town, title: str, relation: str, *, absent: bool) -> Refused:
    with CaptureQueriesContext(connection) as seen:
        answer = asked(town, title, relation, absent=absent)
    return Refused(answer.status_code, headers(answer), answer.content, work(seen, title))


def headers(answer: HttpResponse) -> tuple[tuple[str, str], ...]:
    """All but those that are each answer's own: its moment and its name."""
    return tuple(sorted(header for header in answer.headers.items() if header[0] not in OWN))


def work(seen: CaptureQueriesContext, title: str) -> tuple[str, ...]:
    if things(title, TABLE[title]) <= PUBLIC:
        return ()
    return tuple(re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in seen.captured_queries)


@pytest.mark.parametrize("part", range(PARTS))
def test_not_yours_and_not_there_are_the_same(town: Town, part: int) -> None:
    different = {}
    for title, relation in list(questions())[part::PARTS]:
        foreign, absent = (refusal(town, title, relation, absent=absent) for absent in (False, True))
        if foreign != absent:
            different[title, relation] = [pair for pair in zip(foreign, absent, strict=True) if pair[0] != pair[1]]
    assert different == {}


def test_every_operation_about_something_private_is_asked() -> None:
    asked_about = {title for title, _ in questions()}
    about_something = {title for title, row in TABLE.items() if things(title, row)}
    by_token = {title for title in about_something if "{token}" in title or title == "GET /api/cases/lookup"}
    assert about_something - asked_about == by_token - asked_about


def test_the_same_key_in_a_foreign_talk_tells_nothing(town: Town) -> None:
    owner, stranger = town.windows["owner"], town.windows["stranger"]
    owner.say(town.talk, "您好", key="known")
    answers = [stranger.post(f"/consultations/{talk}/entries", body="您好", key="known") for talk in (town.talk, 2**40)]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


def test_a_refusal_takes_no_longer_for_what_is_there(town: Town) -> None:
    took: dict[bool, float] = {}
    for _ in range(30):
        for absent in (False, True):
            before = perf_counter()
            asked(town, "GET /api/consultations/{talk_id}", "stranger", absent=absent)
            took[absent] = min(took.get(absent, 9.0), perf_counter() - before)
    assert abs(took[True] - took[False]) < 0.5 * max(took.values()) + 0.002


# --- the socket's questions ------------------------------------------------------------------------------------------


def test_a_foreign_stream_costs_what_no_stream_costs(db: None) -> None:
    stranger, other = Person(), Person()
    foreign, closed = talk(other), talk(other)
    actions.append(foreign, author=other.id, kind="text", body="说", key="known", now=now())
    actions.close(closed)
    asks: list[Callable[[int], object]] = [
        lambda stream: queries.read(stranger.id, stream),
        lambda stream: queries.standings(queries.parties_of(stranger.id), {stream}),
        lambda stream: actions.mark_read(stranger.id, stream, 1),
    ]
    for ask in asks:
        assert len({statements(ask, stream) for stream in (foreign, closed, 2**40)}) == 1


def statements(ask: Callable[[int], object], stream: int) -> tuple[str, ...]:
    with CaptureQueriesContext(connection) as seen, suppress(NotFound):
        ask(stream)
    return tuple(re.sub(r"\d+", "?", one["sql"]) for one in seen.captured_queries)
