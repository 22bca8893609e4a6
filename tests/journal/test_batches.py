"""What a batch says of its streams stays true for whoever delivers it, whatever is written meanwhile."""

from __future__ import annotations

import select
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from zhengwutong.journal import actions, queries
from zhengwutong.journal.actions import Seat
from zhengwutong.journal.batch import Batch, Mark, OpenShelf, Wanted, landed, send, store
from zhengwutong.journal.entries import Stored
from zhengwutong.journal.postgres import PostgreSQLShelf
from zhengwutong.journal.shelves import shelf

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CITIZEN, OFFICER = 11, 12
pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(act: Callable[[], object]) -> None:
    """Another thread acts by another connection, as another process would."""

    def acting() -> None:
        act()
        connection.close()

    thread = threading.Thread(target=acting)
    thread.start()
    thread.join()


class Desk:
    """A talk of two people, and the shelf of a process that has already stored a message in it.

    `sending`: the usual batch is sent and waited for, as it is from the event loop, which only PostgreSQL allows.
    """

    def __init__(self, *, sending: bool) -> None:
        self.sending = sending
        self.stream = actions.open_stream("talk", [Seat(CITIZEN), Seat(OFFICER)], now=NOW).pk
        self.shelf = shelf()
        assert self.say("first") == 1

    def say(self, *keys: str, author: int = CITIZEN, marks: Mapping[Mark, int] | None = None) -> object:
        """Store messages in one batch; what became of the last: its number, or the code it was refused with."""
        self.batch = self.store([Wanted(self.stream, author, key, "text", key) for key in keys], marks)
        return [one.seq if isinstance(one, Stored) else one.code for one in self.batch.outcomes][-1]

    def store(self, wanted: list[Wanted], marks: Mapping[Mark, int] | None = None) -> Batch:
        sent = (
            send(self.shelf, wanted, marks or {}, at=1) if isinstance(self.shelf, OpenShelf) and self.sending else None
        )
        if sent is None:
            return store(self.shelf, wanted, marks or {}, at=1)
        plan, line = sent
        arrived = False
        while not arrived:
            select.select([line.socket], [line.socket] if line.unsent() else [], [])
            arrived = line.arrived()
        try:
            batch = landed(self.shelf, plan)
        except psycopg.Error:
            self.shelf.abandon()
            raise
        return batch or store(self.shelf, wanted, marks or {}, at=1, careful=True)

    def spoil(self) -> None:
        """A pooler gives PostgreSQL's connection to somebody else in between; SQLite's has a transaction left open."""
        if isinstance(self.shelf, PostgreSQLShelf):
            self.shelf.open().connection.execute("DEALLOCATE ALL")
        else:
            connection.connection.execute("BEGIN")

    def entries(self) -> list[str]:
        return [entry.body for entry in queries.read(CITIZEN, self.stream).entries]


@pytest.fixture(params=["stored", "sent"] if POSTGRESQL else ["stored"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    made = Desk(sending=request.param == "sent")
    yield made
    made.shelf.close()


def test_a_batch_is_delivered_by_what_was_known_when_it_was_stored(desk: Desk) -> None:
    stored = desk.batch
    other = actions.open_stream("talk", [Seat(CITIZEN)], now=NOW).pk
    elsewhere(lambda: actions.say(CITIZEN, other, key="other door", body="二", now=NOW))
    desk.store([Wanted(other, CITIZEN, "b", "text", "一")])
    assert stored.ledgers[desk.stream].kind == "talk"


def test_numbers_follow_on_what_another_process_wrote_meanwhile(desk: Desk) -> None:
    elsewhere(lambda: actions.say(OFFICER, desk.stream, key="other door", body="theirs", now=NOW))
    assert desk.say("second", "third", "second") == 3
    assert [outcome.seq for outcome in desk.batch.outcomes] == [3, 4, 3]  # type: ignore[union-attr]
    assert desk.entries() == ["first", "theirs", "second", "third"]


def test_who_lost_the_right_meanwhile_is_refused_and_who_got_it_is_not(desk: Desk) -> None:
    elsewhere(lambda: actions.allow_writing(desk.stream, CITIZEN, False))
    assert desk.say("second") == "not_allowed"
    elsewhere(lambda: actions.allow_writing(desk.stream, CITIZEN, True))
    assert desk.say("second") == 2
    elsewhere(lambda: actions.leave(desk.stream, OFFICER))
    assert desk.say("third", author=OFFICER) == "not_allowed"
    elsewhere(lambda: actions.join(desk.stream, Seat(99), now=NOW))
    assert desk.say("third", author=99) == 3


def test_a_stream_closed_meanwhile_takes_nothing_but_still_knows_its_keys(desk: Desk) -> None:
    elsewhere(lambda: actions.close(desk.stream))
    assert desk.say("second") == "closed"
    assert desk.say("first") == 1
    assert desk.entries() == ["first"]


def test_what_is_stored_already_spoils_nothing_it_came_with(desk: Desk) -> None:
    elsewhere(lambda: actions.say(CITIZEN, desk.stream, key="third", body="third", now=NOW))
    assert desk.say("second", "first", "third") == 2
    assert desk.entries() == ["first", "third", "second"]


def test_a_mark_reaches_what_another_process_wrote_and_no_further(desk: Desk) -> None:
    elsewhere(lambda: actions.say(CITIZEN, desk.stream, key="other door", body="theirs", now=NOW))
    desk.say("third", marks={(desk.stream, OFFICER): 99})
    assert desk.batch.marks == [(desk.stream, OFFICER, 3, OFFICER)]
    elsewhere(lambda: actions.join(desk.stream, Seat(99), now=NOW))
    desk.store([], {(desk.stream, 99): 2, (desk.stream, 404): 2})
    assert queries.read_marks([desk.stream])[desk.stream] == {CITIZEN: 0, OFFICER: 3, 99: 2}


def test_after_an_error_nothing_is_taken_for_granted_of_the_connection(desk: Desk) -> None:
    desk.spoil()
    with pytest.raises((psycopg.errors.InvalidSqlStatementName, sqlite3.OperationalError)):
        desk.say("second")
    assert desk.say("second") == 2


def test_text_comes_back_as_it_was_said(desk: Desk) -> None:
    odd = ['"', "\\", '\\"', "{a,b}", "NULL", "", "ü 您好 🙂", "'; --", "\n\t"]
    wanted = [Wanted(desk.stream, CITIZEN, f"odd {place}", "text", body) for place, body in enumerate(odd)]
    desk.store(wanted)
    assert desk.entries()[1:] == odd


def test_a_batch_larger_than_the_network_takes_at_once_is_sent_piece_by_piece(desk: Desk) -> None:
    long = "字" * 4000
    wanted = [Wanted(desk.stream, CITIZEN, f"long {number}", "text", long) for number in range(1500)]
    assert [one.seq for one in desk.store(wanted).outcomes] == list(range(2, 1502))  # type: ignore[union-attr]
    assert [entry.body for entry in queries.read(CITIZEN, desk.stream, limit=1).entries] == [long]
