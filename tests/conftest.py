"""What every test may ask for: servers, installations of both sizes, windows.

Servers start when first asked for and are shared by the tests of one worker; an installation is shared by the tests of
one file, so that every file begins with an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from tests.access import canaries, recorder
from tests.browser.world import require_client, running_town
from tests.environment import made_once
from tests.servers.chromium import Windows, chromium
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.service import Installation
from tests.servers.service import installation as running_installation
from tests.servers.valkey import Valkey, valkey

NEW_LARGE = "new_large"

# How long a machine takes to draw examples, with others working beside it, says nothing about what is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def nobody_hears_what_is_not_his() -> Iterator[None]:
    """A private text that reached somebody it is not for, the log among them, fails the test in which it did."""
    recorder.listen()
    yield
    leaks = canaries.caught()
    assert not leaks, "\n".join(f"{leak.what} reached {leak.who} by {leak.where}" for leak in leaks)


@pytest.fixture(scope="module")
def laid_out(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a fixture of a file puts into the in-process database after this one is there for each test of the file,
    which takes back only what it did itself; all of it is gone after the file. For files without threads of their own.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL shared by the tests of this worker, durable as a real one."""
    with postgresql(durable=True) as server:
        yield server


@pytest.fixture(scope="module")
def valkey_server() -> Iterator[Valkey]:
    """A Valkey for the tests of one file."""
    with valkey() as server:
        yield server


@pytest.fixture(scope="session")
def new_small() -> Path:
    """The data folder of a small installation just migrated."""
    return made_once("new-small", lambda folder: Installation(folder).command("migrate"))


@pytest.fixture(scope="session")
def new_town() -> Path:
    """The data folder of a town in which the service has run once and nobody has come yet."""
    require_client()
    return made_once("new-town", run_once)


def run_once(folder: Path) -> None:
    with running_town(folder, "--no-demo-officers"):
        pass


@pytest.fixture(scope="session")
def new_large(postgresql_server: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a large installation just migrated; its database is NEW_LARGE."""
    folder = tmp_path_factory.mktemp("new-large")
    Installation(folder, database_url=postgresql_server.create(NEW_LARGE)).command("migrate")
    return folder


@pytest.fixture(scope="module")
def small(new_small: Path) -> Iterator[Installation]:
    """A serving installation on SQLite, one process, empty but for what migrations seed."""
    with running_installation(like=new_small) as made:
        yield made


@pytest.fixture(scope="module")
def large(new_large: Path, postgresql_server: PostgreSQL, valkey_server: Valkey) -> Iterator[Installation]:
    """A serving installation on PostgreSQL and Valkey with two processes, empty but for what migrations seed."""
    name = f"zhengwutong_{uuid4().hex[:12]}"
    url = postgresql_server.create(name, like=NEW_LARGE)
    where = {"database_url": url, "valkey_url": valkey_server.url}
    try:
        with running_installation(like=new_large, processes=2, **where) as made:
            yield made
    finally:
        postgresql_server.drop(name)


@pytest.fixture(scope="module", params=["small", "large"])
def installation(request: pytest.FixtureRequest) -> Installation:
    """Each test once on either size."""
    made: Installation = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of one file. Such a file must not hold async tests: Playwright runs its own loop."""
    with chromium() as running:
        yield running


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    """Windows for any number of people; the test fails when a page threw an error or complained in its console."""
    opened = Windows(browser, told=recorder.window)
    try:
        yield opened
    finally:
        opened.close()
    assert not opened.complaints, "\n".join(opened.complaints)
