from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.gateway.live import Person, Service, running


@pytest.fixture
def service(transactional_db: None) -> Iterator[Service]:
    """A service on an empty database."""
    with running() as made:
        yield made


@pytest.fixture
def person(transactional_db: None) -> Callable[[], Person]:
    """Makes people."""
    return Person
