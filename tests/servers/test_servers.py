"""The servers the other tests stand on are real ones."""

from __future__ import annotations

import psycopg
import redis

from tests.servers.axe import serious_findings
from tests.servers.chromium import Windows
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.valkey import Valkey


def test_a_postgresql_keeps_what_was_committed_across_a_crash() -> None:
    with postgresql(durable=True) as server:
        with psycopg.connect(server.url("postgres")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 41 AS number")
        server.kill()
        server.start()
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (41,)


def test_databases_of_one_server_are_separate(postgresql_server: PostgreSQL) -> None:
    first, second = (postgresql_server.create(name) for name in ("first", "second"))
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE here (id int)")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('here')").fetchone() == (None,)
    for name in ("first", "second"):
        postgresql_server.drop(name)


def test_a_valkey_vanishes_and_comes_back_empty(valkey_server: Valkey) -> None:
    client = redis.Redis.from_url(valkey_server.url)
    client.set("key", "value")
    valkey_server.kill()
    valkey_server.start()
    assert client.get("key") is None
    client.close()


def test_windows_of_two_people_share_nothing(windows: Windows) -> None:
    citizen, officer = windows.open(), windows.open_phone()
    citizen.set_content("<p lang=zh>您好</p>")
    assert citizen.locator("p").inner_text() == "您好"
    assert officer.evaluate("screen.width") == 390
    assert citizen.context is not officer.context


def test_axe_names_a_picture_without_words(windows: Windows) -> None:
    page = windows.open()
    page.set_content('<html lang="zh"><title>页</title><main><h1>标题</h1><img src="data:,"></main></html>')
    assert [line.split(":")[0] for line in serious_findings(page)] == ["image-alt"]
