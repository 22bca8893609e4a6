"""Every test of this room begins with an empty installation and nothing kept from the test before; one moment lasts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from tests.clock import the_clock_stands_still
from zhengwutong.duty import board, load

__all__ = ["the_clock_stands_still"]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    for alias in ("default", "process"):
        caches[alias].clear()
    board.Kept.board = board.Kept.told = None
    provider = load.Source.call
    yield
    load.provide(provider)
    board.Kept.board = board.Kept.told = None
