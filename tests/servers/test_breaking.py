"""What breaks things in the fault experiments breaks them as it says."""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.servers.disk import CannotMount, disk, mounted, require_mount
from tests.servers.machine import Machine
from tests.servers.postgresql import PostgreSQL
from tests.servers.process import LOCAL, Process, accepts
from tests.servers.relay import relay
from tests.servers.valkey import Valkey
from zhengwutong.players.ports import free_port

# Stores each line it is sent and answers with its clock, or with what went wrong.
CLERK = """
import socket, sqlite3, sys, time
shelf = sqlite3.connect(sys.argv[1], isolation_level=None)
shelf.execute("PRAGMA synchronous=FULL")
listening = socket.create_server(("127.0.0.1", int(sys.argv[2])))
while True:
    lines = listening.accept()[0].makefile("rw")
    for line in lines:
        try:
            shelf.execute("INSERT INTO kept VALUES (?)", (line.strip(),))
            print(time.time(), file=lines, flush=True)
        except sqlite3.Error as error:
            print(error, file=lines, flush=True)
"""


class Clerk:
    """A process which keeps lines in an SQLite database, on a machine that can be broken."""

    def __init__(self, folder: Path) -> None:
        self.data = data = folder / "data"
        data.mkdir()
        with sqlite3.connect(data / "kept.sqlite3") as shelf:
            shelf.execute("PRAGMA journal_mode=WAL")
            shelf.execute("CREATE TABLE kept (line TEXT)")
        shelf.close()
        port = free_port()
        self.process = Process(
            [sys.executable, "-c", CLERK, data / "kept.sqlite3", str(port)],
            log=folder / "log",
            ready=lambda: accepts(port),
            env=dict(os.environ),
        )
        self.machine = Machine(folder, self.process, data=data)
        self.process.start()
        self.lines = socket.create_connection((LOCAL, port)).makefile("rw")

    def keep(self, line: str) -> str:
        print(line, file=self.lines, flush=True)
        return self.lines.readline().strip()

    def left_by_power_cut(self) -> list[str]:
        self.process.kill()
        self.machine.cut_power()
        shelf = sqlite3.connect(self.data / "kept.sqlite3")
        lines = [line for (line,) in shelf.execute("SELECT line FROM kept")]
        shelf.close()
        return lines


@pytest.fixture
def clerk(tmp_path: Path) -> Iterator[Clerk]:
    made = Clerk(tmp_path)
    yield made
    made.lines.close()
    made.process.kill()


def test_a_power_cut_leaves_what_was_flushed(clerk: Clerk) -> None:
    assert float(clerk.keep("kept"))
    clerk.machine.lie()
    assert float(clerk.keep("lost"))
    assert clerk.left_by_power_cut() == ["kept"]


def test_a_flush_fails_when_its_turn_comes(clerk: Clerk) -> None:
    assert float(clerk.keep("a"))
    clerk.machine.fail_flush(1)
    assert clerk.keep("b") == "disk I/O error"
    assert float(clerk.keep("c"))
    assert clerk.machine.failed == 1
    assert clerk.left_by_power_cut() == ["a", "c"]


def test_a_disk_is_full_until_it_is_not(clerk: Clerk) -> None:
    clerk.machine.fill_disk()
    assert clerk.keep("a") == "database or disk is full"
    clerk.machine.empty_disk()
    assert float(clerk.keep("b"))


def test_a_clock_is_wrong_for_one_process(clerk: Clerk) -> None:
    clerk.machine.shift_clock(7200)
    assert float(clerk.keep("a")) == pytest.approx(time.time() + 7200, abs=60)
    clerk.machine.shift_clock(-86400)
    assert float(clerk.keep("a")) == pytest.approx(time.time() - 86400, abs=60)


def mountable() -> bool:
    try:
        require_mount()
    except CannotMount:
        return False
    return True


@pytest.mark.skipif(not mountable(), reason="no image can be mounted here: make faults will fail, and say so")
def test_a_disk_without_power_has_what_was_flushed(tmp_path: Path) -> None:
    with disk(32) as one:
        file = os.open(one.folder / "file", os.O_CREAT | os.O_RDWR)
        os.write(file, b"flushed")
        os.fsync(file)
        os.pwrite(file, b"written", 0)
        one.cut(tmp_path / "image", seed=1)
        one.fail_writes(1)
        with pytest.raises(OSError, match="Input/output"):
            os.fdatasync(file)
        os.fdatasync(file)  # the kernel takes the page for clean now
        assert (os.pread(file, 7, 0), one.failed()) == (b"written", 1)
        one.cut(tmp_path / "image-after-error", seed=1)
        one.lie()
        os.pwrite(file, b"claimed", 0)
        os.fdatasync(file)
        one.cut(tmp_path / "image-after-lie", seed=1)
        os.close(file)
        for name in ("image", "image-after-error", "image-after-lie"):
            with mounted(tmp_path / name) as folder:
                assert (folder / "file").read_bytes() == b"flushed"


@pytest.mark.skipif(not mountable(), reason="no image can be mounted here")
def test_a_disk_halts_in_the_middle_and_goes_on(tmp_path: Path) -> None:
    with disk(32) as one, (one.folder / "file").open("wb") as file:
        file.write(bytes(400_000))
        file.flush()
        flushing = threading.Thread(target=os.fsync, args=[file.fileno()])
        flushing.start()
        assert one.freeze(20)
        assert one.cut(tmp_path / "image", seed=1) > 0
        assert flushing.is_alive()
        one.thaw()
        flushing.join(10)
        assert not flushing.is_alive()


def test_a_wire_is_slow_silent_cut_and_mended(valkey_server: Valkey) -> None:
    def client(patience: float) -> redis.Redis:
        return redis.Redis(host=LOCAL, port=wire.port, socket_timeout=patience, retry=Retry(NoBackoff(), 0))

    with relay(valkey_server.port) as wire, client(10) as patient, client(0.5) as impatient:
        assert patient.ping()
        wire.silence()
        with pytest.raises(redis.TimeoutError):
            impatient.ping()
        wire.mend()
        wire.delay(0.1)
        began = time.monotonic()
        assert patient.ping()
        assert time.monotonic() - began >= 0.2
        wire.cut()
        with pytest.raises(redis.ConnectionError):
            patient.ping()
        wire.mend()
        assert patient.ping()


def test_an_answer_to_a_commit_is_lost_and_the_commit_is_not(postgresql_server: PostgreSQL) -> None:
    url = postgresql_server.create("half_heard")
    with relay(postgresql_server.port) as wire:
        through = url.replace(str(postgresql_server.port), str(wire.port))
        with psycopg.connect(through, application_name="writer") as connection:
            connection.execute("CREATE TABLE kept (line TEXT)")
            connection.commit()
            wire.swallow_commits(1, whose="writer")
            connection.execute("INSERT INTO kept VALUES ('a')")
            with pytest.raises(psycopg.OperationalError):
                connection.commit()
        with psycopg.connect(through, autocommit=True) as connection:
            wire.swallow_answers(1, to="b-line")
            assert connection.execute("SELECT line FROM kept").fetchall() == [("a",)]
            with pytest.raises(psycopg.OperationalError):
                connection.execute("INSERT INTO kept VALUES (%s)", ["b-line"])
        with psycopg.connect(through) as connection:
            assert connection.execute("SELECT line FROM kept").fetchall() == [("a",), ("b-line",)]
    postgresql_server.drop("half_heard")
