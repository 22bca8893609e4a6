"""What breaks the rules ends, or is answered, on the connection it came on: an innocent one beside it is served.

The cases are in `malice` (frames) and below (upgrade requests).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, islice

import pytest

from tests.gateway.live import Device, Person, Service, talk
from tests.gateway.malice import BROKEN_OFF, CASES, CUTS, Case
from tests.gateway.upgrades import UPGRADES, Upgrade
from tests.gateway.wire import CLOSE, PING, PONG, TEXT, Wire, framed

pytestmark = pytest.mark.one_database
MARK = b"is that all?"
keys = count(1)


class Bystander:
    """Somebody innocent in the middle of a conversation on the same process."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.sit_down()

    def sit_down(self) -> None:
        person = Person()
        self.stream = talk(person)
        self.device: Device = self.service.device(person)

    def is_served(self) -> None:
        answer = self.device.say(self.stream, f"k{next(keys)}", "还在")
        if answer.get("code") == "too_fast":  # the cases are faster than one person may be: another takes the place
            self.device.close()
            self.sit_down()
            answer = self.device.say(self.stream, f"k{next(keys)}", "还在")
        assert answer["t"] == "ack"


@pytest.fixture(scope="module")
def bystander(service: Service) -> Bystander:
    return Bystander(service)


@pytest.fixture(autouse=True)
def innocent(bystander: Bystander, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Each case ends with the bystander being served, and nothing thrown in the server."""
    yield
    bystander.is_served()
    thrown = [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]
    assert not thrown, [record.getMessage() for record in thrown]


def connected(service: Service, *, said: bool = True) -> Wire:
    wire = Wire(service, Person().session)
    assert wire.status == 101
    if said:
        wire.frame(TEXT, b'{"t":"hello"}')
        while json.loads(wire.read()[1])["t"] != "caught_up":
            pass
    else:
        wire.frame(TEXT, b'{"t":"ping"}')  # answered when the session is known
        assert json.loads(wire.read()[1])["t"] == "pong"
    return wire


def word(opcode: int, payload: bytes) -> str:
    if opcode == CLOSE:
        return f"close {int.from_bytes(payload[:2], 'big')}" if payload else "close"
    if opcode == PONG:
        return f"pong {payload.decode()}"
    frame = json.loads(payload)
    return f"err {frame['code']}" if frame["t"] == "err" else str(frame["t"])


def answers(wire: Wire, expected: int) -> tuple[str, ...]:
    """What is said: as many words as expected, and whatever more comes before the answer to MARK or the end."""
    heard = words(wire, upto=f"pong {MARK.decode()}")
    first = list(islice(heard, expected))
    say(wire, framed(PING, MARK))
    return (*first, *heard)[:-1]


def words(wire: Wire, *, upto: str) -> Iterator[str]:
    """What is said, in words, up to this or up to the end; the last word is `upto` or `end`."""
    said = ""
    try:
        while said != upto:
            opcode, payload = wire.read()
            said = word(opcode, payload)
            if opcode == CLOSE:
                say(wire, framed(CLOSE, payload))
            yield said
    except ConnectionError:
        if not said.startswith("close"):
            yield "gone"
        yield "end"


def say(wire: Wire, data: bytes) -> None:
    """Send to somebody who may have hung up."""
    with suppress(ConnectionError):
        wire.send(data)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_should_not_be_sent_is_answered_or_ends_its_own_connection(service: Service, case: Case) -> None:
    wire = connected(service, said=case.said)
    wire.send(case.sent)
    assert answers(wire, len(case.answer)) == case.answer


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("reset", [False, True], ids=["hung up", "reset"])
def test_who_hangs_up_in_the_middle_of_a_frame_is_gone_and_nothing_else(
    service: Service, cut: int, reset: bool
) -> None:
    wire = connected(service)
    wire.send(BROKEN_OFF[:cut])
    before = len(service.gateway.sessions)
    wire.close(reset=reset)
    while len(service.gateway.sessions) >= before:
        pass


@pytest.mark.parametrize("request_", UPGRADES, ids=[one.name for one in UPGRADES])
def test_an_upgrade_is_done_by_the_rules_or_refused(service: Service, request_: Upgrade) -> None:
    wire = Wire(service, head=request_.head(service, Person().session))
    assert came_of(wire) == request_.answer


def came_of(wire: Wire) -> str:
    """`served`, `close CODE`, `http STATUS`, or `gone`."""
    if wire.status != 101:
        return f"http {wire.status}" if wire.status else "gone"
    assert b"sec-websocket-extensions" not in wire.response.lower()
    assert b"sec-websocket-protocol" not in wire.response.lower()
    say(wire, framed(TEXT, b'{"t":"hello"}'))
    *_, before, last = words(wire, upto="caught_up")
    return "served" if last == "caught_up" else before
