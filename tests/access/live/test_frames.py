"""Every frame of a client against every relation to a stream, and every frame of the service against who gets it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access import doors
from tests.access.live.places import Places, answers, kind
from tests.access.tables import frames
from tests.gateway.live import Device
from zhengwutong.journal import actions, bell
from zhengwutong.kernel.clock import now

SENT: dict[str, dict[str, Any]] = {
    "hello": {"cursors": {}},
    "send": {"key": "k", "body": "您好"},
    "seen": {"seq": 4},
    "fetch": {"after": 0},
    "ping": {},
}


def test_every_frame_of_a_client_is_decided() -> None:
    assert set(frames.TABLE) == doors.frames("from_client")
    for tag, cells in frames.TABLE.items():
        assert set(cells) == set(frames.RELATIONS), tag


def test_every_frame_of_the_service_is_decided() -> None:
    assert frames.ANSWERS | set(frames.PUSHES) == doors.frames("from_server")


# `send` comes last: it adds to the stream.
@pytest.mark.parametrize("tag", sorted(frames.TABLE, key=lambda tag: tag == "send"))
def test_who_may(places: Places, tag: str) -> None:
    wrong = {}
    for relation, decided in frames.TABLE[tag].items():
        found = said(places, tag, relation)
        if found != decided:
            wrong[relation] = found, decided
    assert wrong == {}


def said(places: Places, tag: str, relation: str) -> frames.Told:
    """What was answered, and what the witness heard meanwhile."""
    decided = frames.TABLE[tag][relation]
    stream = places.stream_of(relation)
    frame = {"t": tag, **SENT.get(tag, {})}
    if tag == "hello":
        frame["cursors"] = {stream: 0}
    elif tag != "ping":
        frame["stream"] = stream
    if tag == "send":
        frame["key"] = f"by-{relation}"
    with places.device(relation) as device:
        answered = answers(device, frame, waits=bool(decided.answer))
    found = [one for one in answered if kind(one) not in ("welcome", "caught_up", "seen", "typing", "entry")]
    if decided.answer == "entries" and kind(found[0]) == "entries":
        assert [one["seq"] for one in found[0]["items"]] == frames.SERVED.get(relation, frames.SERVED["writer"])
    return frames.Told("+".join(map(kind, found)), heard_by(places.witness, decided))


def heard_by(witness: Device, decided: frames.Told) -> str:
    """What the stream's follower was pushed; whatever was due to him was written before his question is answered."""
    due = [witness.next()] if decided.heard else []
    witness.send(t="ping")
    return "+".join(kind(one) for one in [*due, *witness.upto("pong")[:-1]])


WATCHING = ("writer", "reader", "by_group", "left", "late", "stranger", "device", "silent", "leaving")


def test_who_is_pushed(places: Places) -> None:
    """Everything that can happen to a stream happens; each kind reaches its followers and nobody else."""
    people = {name: places.service.connect(places.people[name].session) for name in WATCHING}
    for name, device in people.items():
        if name != "silent":
            device.hello()
    everything_happens(places, people)
    followers = {"writer", "reader", "late", "leaving"}
    heard = {name: kinds(device, ends=name in followers) for name, device in people.items()}
    for tag, decided in frames.PUSHES.items():
        assert {name for name, tags in heard.items() if tag in tags} - {"leaving"} == decided - {"leaving"}, tag
    assert "left" in heard["leaving"]
    assert "last" not in heard["leaving"]


def everything_happens(places: Places, people: dict[str, Device]) -> None:
    witness, stream = places.witness, places.stream
    actions.append(stream, author=None, kind="note", body="发生", now=now())
    witness.send(t="seen", stream=stream, seq=5)
    witness.send(t="typing", stream=stream)
    bell.hint(stream, {"kind": "place"})
    actions.allow_writing(stream, places.people["reader"].id, True)
    actions.leave(stream, places.people["leaving"].id)
    witness.say(stream, "the-last", "完")


def kinds(device: Device, *, ends: bool) -> set[str]:
    """The kinds of frames pushed up to the last entry; who gets no entry answers for himself that nothing came."""
    found: set[str] = set()
    if not ends:
        return {kind(one) for one in answers(device, {"t": "ping"}, waits=False)} - {"pong", "not_allowed"}
    while True:
        frame = device.next()
        if frame["t"] == "left" or frame.get("key") == "the-last":
            return found | {frame["t"]}
        found.add(frame["t"])
