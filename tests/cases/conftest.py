"""Every test of this room begins with nothing counted by the test before, and is one moment for the doors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from tests.clock import the_clock_stands_still

__all__ = ["the_clock_stands_still"]


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    caches["default"].clear()
    yield
    caches["default"].clear()
