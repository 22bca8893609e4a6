"""The room of the socket: one service for a file, whose database is shared (see `tests/gateway/conftest.py`)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import caches

from tests.access.live.places import Places
from tests.access.town import Town
from tests.gateway.conftest import _django_db_helper, pytest_collection_modifyitems, shared_database
from tests.gateway.live import Service, running

__all__ = ["_django_db_helper", "pytest_collection_modifyitems", "shared_database"]


@pytest.fixture(scope="module")
def service(shared_database: None) -> Iterator[Service]:
    """A service in the test's process in which nobody is too fast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(settings.LIVE_LIMITS, "user_burst", 100_000)
        with running() as made:
            yield made


@pytest.fixture(scope="module")
def town(service: Service) -> Iterator[Town]:
    caches["default"].clear()
    yield Town()
    caches["default"].clear()


@pytest.fixture(scope="module")
def places(service: Service) -> Places:
    return Places(service)
