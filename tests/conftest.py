"""What every test may ask for: servers, installations of both sizes, windows.

Servers start when first asked for and are shared by the tests of one worker; an installation is shared by the tests of
one file, so that every file begins with an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from tests.servers.chromium import Windows, chromium
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.service import Installation
from tests.servers.service import installation as running_installation
from tests.servers.valkey import Valkey, valkey


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


@pytest.fixture(scope="module")
def small() -> Iterator[Installation]:
    """A serving installation on SQLite, one process, empty but for what migrations seed."""
    with running_installation() as made:
        yield made


@pytest.fixture(scope="module")
def large(postgresql_server: PostgreSQL, valkey_server: Valkey) -> Iterator[Installation]:
    """A serving installation on PostgreSQL and Valkey with two processes, empty but for what migrations seed."""
    name = f"zhengwutong_{uuid4().hex[:12]}"
    url = postgresql_server.create(name)
    try:
        with running_installation(database_url=url, valkey_url=valkey_server.url, processes=2) as made:
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
    opened = Windows(browser)
    try:
        yield opened
    finally:
        opened.close()
    assert not opened.complaints, "\n".join(opened.complaints)
