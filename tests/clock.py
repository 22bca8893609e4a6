"""A clock that stands still, for rooms whose doors read it."""

from __future__ import annotations

import pytest

from zhengwutong.kernel import clock


@pytest.fixture(autouse=True)
def the_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test takes, for the doors it is one moment: no window of a limit ends within it.

    What time does is asked for by name (`later`).
    """
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
