"""Every test of this room begins with an empty installation and nothing kept from the test before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from zhengwutong.duty import board, changes, load


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    caches["default"].clear()
    board.Kept.board = board.Kept.told = None
    provider, observers = load.Source.call, list(changes.observers)
    yield
    load.provide(provider)
    changes.observers[:] = observers
    board.Kept.board = board.Kept.told = None
    caches["default"].clear()
