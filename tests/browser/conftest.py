"""A town whose people the tests put at windows. Every file begins with a town in which nothing has happened yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.people import PATIENCE_MS
from tests.browser.world import Town
from tests.servers.service import installation

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder opens windows, and two of them on a busy machine take their time."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="module")
def town(new_town: Path) -> Iterator[Town]:
    """A town served to the tests of one file."""
    with installation(like=new_town) as serving:
        yield Town(serving)
