"""What a proxy and an operator see of a large installation when what it rests on is lost, changed, or careless."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.gateway.live import dialled
from tests.operations.reading import figure, get, log_lines, ready, samples
from tests.operations.talker import Talker
from tests.servers.postgresql import PostgreSQL
from tests.servers.service import Installation, Server
from tests.servers.service import installation as running_installation
from tests.servers.valkey import Valkey
from tests.servers.visitor import Visitor

PATIENCE = 20.0  # seconds
pytestmark = pytest.mark.timeout(150)


@pytest.fixture(scope="module")
def watched(new_large: Path, postgresql_server: PostgreSQL, valkey_server: Valkey) -> Iterator[Installation]:
    """One process on a database of its own."""
    name = f"watched_{uuid4().hex[:12]}"
    url = postgresql_server.create(name, like="new_large")
    try:
        with running_installation(like=new_large, database_url=url, valkey_url=valkey_server.url) as made:
            yield made
    finally:
        postgresql_server.drop(name)


@pytest.fixture
def server(watched: Installation) -> Server:
    return watched.servers[0]


def becomes(server: Server, wanted: Callable[[int, dict[str, Any]], bool]) -> dict[str, Any]:
    """What /readyz says once it is as wanted."""
    until = monotonic() + PATIENCE
    while not wanted(*(found := ready(server))):
        assert monotonic() < until, found
        sleep(0.1)
    return found[1]


def execute(watched: Installation, statement: str) -> None:
    with psycopg.connect(watched.database_url, autocommit=True) as database:
        database.execute(statement)


def test_ready_with_everything_there(server: Server) -> None:
    told = becomes(server, lambda status, told: told["valkey"] is True)
    assert [name for name, so in told.items() if so] == ["ready", "database", "durable", "migrated", "valkey"]


def test_valkey_is_told_and_not_required(server: Server, valkey_server: Valkey) -> None:
    valkey_server.kill()
    told = becomes(server, lambda status, told: told["valkey"] is False)
    assert told["ready"] is True
    valkey_server.start()
    becomes(server, lambda status, told: told["valkey"] is True)


def test_a_dump_taken_while_people_talk_holds_everything_acknowledged_before(
    watched: Installation, server: Server, postgresql_server: PostgreSQL, tmp_path: Path
) -> None:
    file, name = tmp_path / "zwt.dump", f"restored_{uuid4().hex[:12]}"
    with Talker(server) as talker:
        before = list(talker.acknowledged)
        run(postgresql_server.bin / "pg_dump", "--format=custom", f"--file={file}", watched.database_url)
        during = len(talker.acknowledged) - len(before)
    assert before
    assert during
    url = postgresql_server.create(name)
    try:
        run(postgresql_server.bin / "pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url}", str(file))
        assert "编号连续" in Installation(watched.data, database_url=url).command("verify")
        with psycopg.connect(url) as database:
            keys = database.execute("SELECT key FROM journal_entry WHERE stream_id = %s", [talker.stream]).fetchall()
        assert set(before) <= {key for (key,) in keys}
    finally:
        postgresql_server.drop(name)


def run(*words: str | Path) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_tables_older_than_the_code_are_not_ready_and_newer_ones_are(watched: Installation, server: Server) -> None:
    execute(watched, "INSERT INTO django_migrations (app, name, applied) VALUES ('consult', '9999_later', now())")
    execute(watched, "UPDATE django_migrations SET name = '0000' WHERE app = 'cases'")
    told = becomes(server, lambda status, told: status == 503)
    assert (told["database"], told["migrated"]) == (True, False)
    execute(watched, "UPDATE django_migrations SET name = '0001_initial' WHERE app = 'cases'")
    becomes(server, lambda status, told: status == 200)


def test_a_database_that_may_forget_is_not_ready(watched: Installation, server: Server) -> None:
    name = watched.database_url.rpartition("/")[2]
    execute(watched, f"ALTER DATABASE {name} SET synchronous_commit = off")
    assert becomes(server, lambda status, told: status == 503)["durable"] is False
    execute(watched, f"ALTER DATABASE {name} RESET synchronous_commit")
    becomes(server, lambda status, told: status == 200)


def test_a_lost_database_is_told_everywhere_with_a_name_to_quote(
    watched: Installation, server: Server, postgresql_server: PostgreSQL
) -> None:
    visitor = Visitor(server)
    token = (watched.data / "metrics.token").read_text()
    words = "私密canary四四五"
    with dialled(server.port, visitor.session) as device:
        welcome = device.hello()[0]
        postgresql_server.drop(watched.database_url.rpartition("/")[2])
        assert becomes(server, lambda status, told: status == 503)["database"] is False
        assert get(server, "/healthz").status_code == 200
        assert device.say(visitor.stream, "k1", words)["code"] == "unavailable"
        device.send(t="fetch", stream=visitor.stream)
        assert device.want("err")["code"] == "unavailable"
        refused = get(server, "/api/me", Cookie=f"session={visitor.session}")
        found = samples(server, token)
    assert refused.status_code in (500, 503)
    assert (figure(found, "database_up"), figure(found, "ready")) == (0, 0)
    assert figure(found, "batches_failed_total") == 1
    assert not any(one.name == "zhengwutong_desks" for one in found)
    lines = log_lines(server)
    assert any(line.get("session") == welcome["session"] for line in lines)
    assert any(line.get("request") == refused.headers["X-Request-ID"] for line in lines), refused.text
    assert not any(secret in server.log for secret in (words, visitor.session, token))
