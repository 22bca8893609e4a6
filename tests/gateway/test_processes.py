"""Two processes on one PostgreSQL and one Valkey, any of which may die."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from time import monotonic
from typing import Any

import psycopg
import pytest
import redis

from tests.gateway.live import Device, dialled
from tests.gateway.stage import do
from tests.servers.postgresql import PostgreSQL
from tests.servers.service import Installation
from tests.servers.valkey import Valkey

PROMISED = 5.0  # seconds in which a message arrives without the bell, or is refused without the database


class Pair:
    """A citizen on the first process and an officer on the second, in one talk."""

    def __init__(self, installation: Installation, stack: ExitStack) -> None:
        made = do(installation, "pair")
        self.installation = installation
        self.stack = stack
        self.stream: int = made["stream"]
        self.sessions: list[str] = made["sessions"]
        self.users: list[int] = made["users"]
        self.asking, self.answering = self.device(0, server=0), self.device(1, server=1)

    def device(self, person: int, *, server: int, **hello: Any) -> Device:
        port = self.installation.servers[server].port
        device = self.stack.enter_context(dialled(port, self.sessions[person]))
        device.arrive(**hello)
        return device

    def stored(self) -> list[list[Any]]:
        rows: list[list[Any]] = do(self.installation, "stored", self.stream)
        return rows


@pytest.fixture
def pair(large: Installation) -> Iterator[Pair]:
    with ExitStack() as stack:
        yield Pair(large, stack)


def test_a_message_crosses_from_one_process_to_the_other(pair: Pair) -> None:
    pair.asking.say(pair.stream, "k1", "您好")
    assert pair.answering.next()["body"] == "您好"
    pair.answering.say(pair.stream, "k1", "请讲")
    assert pair.asking.next()["body"] == "请讲"
    pair.asking.send(t="typing", stream=pair.stream)
    assert pair.answering.next() == {"t": "typing", "stream": pair.stream, "user": pair.users[0]}
    pair.answering.send(t="seen", stream=pair.stream, seq=2)
    assert pair.asking.next()["seq"] == 2


def test_both_processes_number_without_gaps_and_each_reader_sees_all(pair: Pair) -> None:
    for number in range(25):
        for place, device in enumerate((pair.asking, pair.answering)):
            device.send(t="send", stream=pair.stream, key=f"{place}-{number}", body="说")
    for device in (pair.asking, pair.answering):
        seen: set[int] = set()
        while len(seen) < 50:
            frame = device.next()
            seen |= {frame["seq"]} if frame["t"] in ("ack", "entry") else set()
        assert seen == set(range(1, 51))
    assert [row[0] for row in pair.stored()] == list(range(1, 51))


def test_what_postgresql_had_no_room_for_is_refused_and_stored_when_there_is_room(pair: Pair) -> None:
    pair.asking.say(pair.stream, "k1", "之前")
    with no_room(pair.installation):
        for key in ("k2", "k3"):
            assert pair.asking.say(pair.stream, key, "存得下吗")["code"] == "unavailable"
    for key, seq in (("k2", 2), ("k3", 3)):
        assert pair.asking.say(pair.stream, key, "存得下吗")["seq"] == seq
    assert [row[0] for row in pair.stored()] == [1, 2, 3]


@contextmanager
def no_room(installation: Installation) -> Iterator[None]:
    """PostgreSQL says of each entry that the disk is full."""
    with psycopg.connect(installation.env["DATABASE_URL"], autocommit=True) as database:
        database.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$"
        )
        database.execute("CREATE TRIGGER no_room BEFORE INSERT ON journal_entry EXECUTE FUNCTION no_room()")
        try:
            yield
        finally:
            database.execute("DROP FUNCTION no_room CASCADE")


def test_what_another_process_appends_and_revokes_is_heard(pair: Pair) -> None:
    do(pair.installation, "append", pair.stream, "来自另一个进程")
    assert pair.asking.want("entry")["body"] == pair.answering.want("entry")["body"] == "来自另一个进程"
    do(pair.installation, "revoke", pair.sessions[1])
    assert pair.answering.closed()[0] == 4401


def test_a_process_on_its_own_tells_nobody_and_one_that_comes_at_once(pair: Pair, valkey_server: Valkey) -> None:
    other = pair.installation.servers[1]
    other.term()
    keys = (f"k{number}" for number in count())
    with redis.Redis.from_url(valkey_server.url) as valkey:

        def told(messages: int) -> int:
            """How often Valkey was asked to pass something on while so many messages were stored."""
            valkey.config_resetstat()
            for _ in range(messages):
                assert pair.asking.say(pair.stream, next(keys), "只有我在")["t"] == "ack"
            calls: dict[str, dict[str, int]] = valkey.info("commandstats")  # type: ignore[assignment]
            return calls.get("cmdstat_publish", {"calls": 0})["calls"]

        began = monotonic()
        while told(5) > 2:
            assert monotonic() - began < PROMISED
        assert told(20) < 5
        other.start()
        answering = pair.device(1, server=1)
        pair.asking.say(pair.stream, "again", "您来了")
        began = monotonic()
        while answering.want("entry")["key"] != "again":
            pass
        assert monotonic() - began < PROMISED
        assert told(20) >= 5


def test_without_valkey_messages_still_cross_in_time(pair: Pair, valkey_server: Valkey) -> None:
    valkey_server.kill()
    try:
        for number in range(3):
            began = monotonic()
            pair.asking.say(pair.stream, f"k{number}", "还在吗")
            assert pair.answering.want("entry")["seq"] == number + 1
            assert monotonic() - began < PROMISED
        do(pair.installation, "revoke", pair.sessions[1])
        assert pair.answering.closed()[0] == 4401
    finally:
        valkey_server.start()
    assert [row[0] for row in pair.stored()] == [1, 2, 3]


def test_without_the_database_there_is_a_refusal_and_then_a_recovery(pair: Pair, postgresql_server: PostgreSQL) -> None:
    assert pair.asking.say(pair.stream, "k0", "之前")["seq"] == 1
    postgresql_server.stop()
    try:
        began = monotonic()
        refused = pair.asking.say(pair.stream, "k1", "存得下吗")
        assert (refused["code"], refused["key"]) == ("unavailable", "k1")
        assert monotonic() - began < PROMISED
        pair.asking.send(t="fetch", stream=pair.stream)
        assert pair.asking.want("err")["code"] == "unavailable"
    finally:
        postgresql_server.start()
    answer = pair.asking.say(pair.stream, "k1", "存得下吗")
    while answer["t"] == "err":
        answer = pair.asking.say(pair.stream, "k1", "存得下吗")
    assert answer["seq"] == 2
    while (entry := pair.answering.want("entry"))["seq"] < 2:
        pass
    assert entry["body"] == "存得下吗"


def test_a_killed_process_forgets_nothing_it_acknowledged(pair: Pair) -> None:
    acknowledged = set()
    for number in range(50):
        pair.asking.send(t="send", stream=pair.stream, key=f"k{number}", body=str(number))
    for _ in range(20):
        acknowledged.add(pair.asking.want("ack")["key"])
    pair.installation.servers[0].kill()
    _, frames = pair.asking.closed()
    acknowledged |= {frame["key"] for frame in frames if frame["t"] == "ack"}
    again = pair.device(0, server=1)
    for number in range(50):
        again.send(t="send", stream=pair.stream, key=f"k{number}", body=str(number))
    assert sorted(again.want("ack")["seq"] for _ in range(50)) == list(range(1, 51))
    rows = pair.stored()
    assert [row[3] for row in rows] == [str(number) for number in range(50)]
    assert acknowledged <= {row[2] for row in rows}
    pair.installation.servers[0].start()
