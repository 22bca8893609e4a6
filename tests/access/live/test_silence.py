"""A refused frame tells nothing either: a stream of others, an ended one of others, and none are answered alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.live.places import ABSENT, Places, answers
from tests.gateway.live import Person, Service

FRAMES: dict[str, dict[str, Any]] = {
    "send": {"t": "send", "key": "e0", "body": "说"},  # the key of an entry that is there
    "fetch": {"t": "fetch"},
    "fetch after": {"t": "fetch", "after": 4, "limit": 1},
    "fetch before": {"t": "fetch", "before": 2},
    "follow": {"t": "follow"},
    "unfollow": {"t": "unfollow"},
    "seen": {"t": "seen", "seq": 1},
    "typing": {"t": "typing"},
}
SILENT = ("seen", "typing")


@pytest.mark.parametrize("title", [*FRAMES, "hello"])
def test_not_yours_and_not_there_are_the_same(places: Places, service: Service, title: str) -> None:
    device = service.device(Person())
    said = []
    for stream in (places.stream, places.closed, ABSENT):
        frame = {**FRAMES[title], "stream": stream} if title in FRAMES else {"t": "hello", "cursors": {stream: 3}}
        said.append([without(one, stream) for one in answers(device, frame, waits=title not in SILENT)])
    assert said[0] == said[1] == said[2]


def without(frame: dict[str, Any], stream: int) -> dict[str, Any]:
    """The frame without the number of the stream it was asked about, and without what every welcome has of its own."""
    return {name: value for name, value in frame.items() if name not in ("now", "session", "at") and value != stream}
