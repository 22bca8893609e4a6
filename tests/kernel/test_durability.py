"""A database that may forget is refused, in sentences."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from tests.servers.postgresql import PostgreSQL, postgresql
from zhengwutong.kernel import durability

ASK = "import django; django.setup(); from zhengwutong.kernel import durability; durability.require()"


def asked(url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What an installation on this database says before it starts."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "zhengwutong.settings", "DATABASE_URL": url} | environment
    return subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def careless() -> Iterator[PostgreSQL]:
    """A PostgreSQL without fsync."""
    with postgresql() as server:
        yield server


@pytest.mark.django_db
def test_the_settings_as_shipped_are_durable() -> None:
    if connection.vendor == "sqlite":
        assert durability.flaws() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("careless", ["synchronous=NORMAL", "synchronous=OFF"])
def test_an_sqlite_that_does_not_wait_for_the_disk_is_refused(careless: str) -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {careless}")
        with pytest.raises(durability.NotDurable) as refused:
            durability.require()
        cursor.execute("PRAGMA synchronous=FULL")
    assert "synchronous" in refused.value.text
    assert "断电" in refused.value.text


def test_a_postgresql_without_fsync_is_refused_unless_it_is_to_be_thrown_away(careless: PostgreSQL) -> None:
    url = careless.url("postgres")
    refused = asked(url)
    assert refused.returncode
    assert "fsync" in refused.stderr
    assert "full_page_writes" in refused.stderr
    assert asked(url, ZHENGWUTONG_TEST_DATABASE="1").returncode == 0


def test_a_postgresql_that_commits_before_writing_is_refused(postgresql_server: PostgreSQL) -> None:
    url = postgresql_server.create("careless_commits")
    assert asked(url).returncode == 0
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("ALTER DATABASE careless_commits SET synchronous_commit = off")
    refused = asked(url)
    assert refused.returncode
    assert "synchronous_commit" in refused.stderr
