"""One installation under siege, with limits a test can wait for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.stage import do
from tests.servers.service import Installation
from tests.servers.service import installation as running
from tests.siege.innocent import Innocent

SETTINGS = {
    "ZHENGWUTONG_NO_LIMIT": "",
    "ZHENGWUTONG_HEAD_SECONDS": "2",
    "ZHENGWUTONG_BODY_SECONDS": "2",
    "ZHENGWUTONG_UNREAD_SECONDS": "2",
    "ZHENGWUTONG_IDLE_SECONDS": "2",
    "ZHENGWUTONG_ADDRESS_CONNECTIONS": "200",
    "ZHENGWUTONG_ADDRESS_SOCKETS": "30",
}


@pytest.fixture(scope="module")
def town(new_small: Path) -> Iterator[Installation]:
    with running(like=new_small, **SETTINGS) as made:
        yield made


@pytest.fixture(scope="module")
def people(town: Installation) -> list[dict[str, Any]]:
    """Pairs of people with sessions and a stream; the first pair is innocent."""
    return [do(town, "pair") for _ in range(2)]


@pytest.fixture(autouse=True)
def innocent(town: Installation, people: list[dict[str, Any]]) -> Iterator[Innocent]:
    """Somebody is there during each siege, and notices nothing of it; nothing is thrown in the server."""
    server = town.servers[0]
    with Innocent(server.port, people[0]["sessions"][0], people[0]["stream"]) as somebody:
        yield somebody
    somebody.noticed_nothing()
    thrown = [line for line in server.log.splitlines() if '"fault"' in line or "Traceback" in line]
    assert not thrown, "\n".join(thrown)
