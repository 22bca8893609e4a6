"""The tests of a file share a service and its database: each makes its own people and streams, nothing is undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from tests.gateway.live import Service, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "shared_database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture
def _django_db_helper(shared_database: None) -> None:
    """In place of the plugin's, which would undo each test behind the service's back."""


@pytest.fixture(scope="module")
def shared_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of one file, empty again afterwards."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def service(shared_database: None) -> Iterator[Service]:
    """A service in the test's process."""
    with running() as made:
        yield made
