"""Every test of this room begins with an empty installation and nothing kept from the test before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from zhengwutong.duty import board, load
from zhengwutong.kernel import clock


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    for alias in ("default", "process"):
        caches[alias].clear()
    board.Kept.board = board.Kept.told = None
    provider = load.Source.call
    yield
    load.provide(provider)
    board.Kept.board = board.Kept.told = None


@pytest.fixture(autouse=True)
def the_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test takes, for the doors it is one moment; what time does is asked for by name (`later`)."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
