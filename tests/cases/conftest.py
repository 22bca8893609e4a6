"""Every test of this room begins with nothing counted by the test before, and is one moment for the doors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from zhengwutong.kernel import clock


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture(autouse=True)
def the_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits count in windows: no test begins in one and ends in the next."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
