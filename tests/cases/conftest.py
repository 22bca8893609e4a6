"""Every test of this room begins with nothing counted by the test before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    caches["default"].clear()
    yield
    caches["default"].clear()
