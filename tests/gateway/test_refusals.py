"""Bad input gets a typed answer and the connection survives, unless the WebSocket protocol itself was broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest

from tests.gateway.live import Device, Person, Service, talk
from tests.gateway.wire import Wire
from zhengwutong.journal.models import Entry

BAD = [
    "",
    "{",
    "null",
    "[]",
    '"hello"',
    "[" * 30_000,
    '{"t":"dance"}',
    '{"stream":1}',
    '{"t":"send","stream":1,"key":"k"}',
    '{"t":"send","stream":"1","key":"k","body":"b"}',
    '{"t":"send","stream":-1,"key":"k","body":"b"}',
    '{"t":"send","stream":1.5,"key":"k","body":"b"}',
    '{"t":"send","stream":9223372036854775808,"key":"k","body":"b"}',
    '{"t":"send","stream":1,"key":"","body":"b"}',
    '{"t":"send","stream":1,"key":"k","body":""}',
    '{"t":"send","stream":1,"key":"k","body":"b","author":7}',
    '{"t":"send","stream":1,"key":"k","body":"b","kind":"assigned"}',
    '{"t":"send","stream":1,"key":"%s","body":"b"}' % ("k" * 65),
    '{"t":"hello","cursors":{"a":1}}',
    '{"t":"hello","cursors":{"1":-1}}',
    '{"t":"fetch","stream":1,"limit":100000}',
    '{"t":"ping","deep":%s}' % ("[" * 30_000),
    '{"t":"send","stream":1,"key":"k","body":"\\ud800"}',
]


@pytest.fixture
def device(service: Service) -> Iterator[Device]:
    device = service.device(Person())
    yield device
    device.close()


def test_what_is_no_frame_is_invalid_and_the_connection_survives(device: Device) -> None:
    for bad in BAD:
        device.raw(bad)
        assert device.next()["code"] == "invalid", bad[:60]
    device.send(t="ping")
    assert device.next()["t"] == "pong"


def test_a_binary_message_is_invalid(device: Device) -> None:
    device.raw(b'{"t":"ping"}')
    assert device.next()["code"] == "invalid"


@pytest.mark.parametrize("body", ["a\0b", "\0"])
def test_a_body_no_database_takes_is_invalid(service: Service, body: str) -> None:
    citizen = Person()
    stream = talk(citizen)
    device = service.device(citizen)
    assert device.say(stream, "k", body)["code"] == "invalid"
    assert device.say(stream, "键", "b")["code"] == "invalid"
    assert device.say(stream, "k", "b")["seq"] == 1


def test_too_long_names_the_message(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    device = service.device(citizen)
    assert device.say(stream, "k1", "长" * 2000)["seq"] == 1
    err = device.say(stream, "k2", "长" * 2001)
    assert (err["code"], err["key"], err["stream"]) == ("too_long", "k2", stream)


def test_too_fast_is_refused_with_the_time_to_wait_and_nothing_is_lost(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    device = service.device(citizen)
    for number in range(100):
        device.send(t="send", stream=stream, key=f"k{number}", body="快")
    answers = [device.next() for _ in range(100)]
    refused = [one for one in answers if one["t"] == "err"]
    assert refused
    assert {one["code"] for one in refused} == {"too_fast"}
    assert all(0 < one["retry_after"] < 60 for one in refused)
    assert Entry.objects.filter(stream=stream).count() == 100 - len(refused)


def test_all_devices_of_a_user_share_his_allowance(service: Service) -> None:
    citizen = Person()
    limits = service.gateway.allowances.limits
    devices = service.device(citizen), service.device(citizen)
    began = monotonic()
    for _ in range(70):
        for device in devices:
            device.send(t="ping")
    answers = [device.next()["t"] for device in devices for _ in range(70)]
    assert answers.count("pong") + answers.count("err") == 140
    assert answers.count("pong") <= limits["user_burst"] + limits["user_frames"] * (monotonic() - began)


def test_a_user_may_open_so_many_sockets(service: Service) -> None:
    citizen = Person()
    limit = service.gateway.allowances.limits["user_sockets"]
    open_ones = [service.connect(citizen.session) for _ in range(limit)]
    for device in open_ones:
        device.send(t="hello")
        device.want("welcome")
    assert service.connect(citizen.session).closed()[0] == 4429


def test_nothing_but_hello_before_hello(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    device = service.connect(citizen.session)
    assert device.say(stream, "k", "您好")["code"] == "not_allowed"
    device.hello()
    assert device.say(stream, "k", "您好")["seq"] == 1


def test_a_page_of_another_origin_is_turned_away(service: Service) -> None:
    citizen = Person()
    for origin in ("https://evil.example", "null", None, service.origin.replace("127.0.0.1", "localhost")):
        code, frames = service.connect(citizen.session, origin=origin).closed()
        assert (code, frames[-1]["t"]) == (4403, "bye"), origin


def test_without_a_session_there_is_nothing(service: Service) -> None:
    for session in ("", "x" * 32, "' OR 1=1 --"):
        assert service.connect(session).closed()[0] == 4401


def test_another_address_is_no_socket(service: Service) -> None:
    wire = Wire(service, path="/elsewhere")
    assert wire.response.startswith(b"HTTP/1.1 404")


# Below the frames


@pytest.fixture
def wire(service: Service) -> Wire:
    return Wire(service, Person().session)


def test_a_ping_of_the_protocol_is_answered(wire: Wire) -> None:
    wire.frame(0x9, b"there?")
    assert wire.read() == (0xA, b"there?")


def test_a_message_in_pieces_is_put_together(wire: Wire) -> None:
    wire.frame(0x1, b'{"t":"hel', fin=False)
    wire.frame(0x9, b"between")
    wire.frame(0x0, b'lo"', fin=False)
    wire.frame(0x0, b"}")
    assert wire.read() == (0xA, b"between")
    assert json.loads(wire.read()[1])["t"] == "welcome"


def test_a_binary_message_in_pieces_is_invalid(wire: Wire) -> None:
    wire.frame(0x2, b'{"t":"hel', fin=False)
    wire.frame(0x0, b'lo"}')
    assert json.loads(wire.read()[1])["code"] == "invalid"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ([(0x3, b"", {})], 1002),  # an opcode nobody knows
        ([(0x0, b"x", {})], 1002),  # the continuation of nothing
        ([(0x1, b"a", {"fin": False}), (0x1, b"b", {})], 1002),  # a message inside another
        ([(0x9, b"x", {"fin": False})], 1002),  # a ping in pieces
        ([(0x9, b"x" * 126, {})], 1002),  # a ping that is too long
        ([(0x1, b"{}", {"masked": False})], 1002),
        ([(0x1, b"{}", {"reserved": 0x40})], 1002),
        ([(0x1, b'{"t":"\xff"}', {})], 1007),
        ([(0x1, b"x" * 70_000, {})], 1009),
        ([(0x1, b"x" * 60_000, {"fin": False}), (0x0, b"x" * 60_000, {})], 1009),
    ],
)
def test_what_breaks_the_protocol_ends_the_connection(wire: Wire, broken: list[Any], code: int) -> None:
    for opcode, payload, options in broken:
        wire.frame(opcode, payload, **options)
    assert wire.close_code() == code


def test_a_close_is_answered_with_the_same_code(wire: Wire) -> None:
    wire.frame(0x8, (1000).to_bytes(2, "big"))
    assert wire.close_code() == 1000


def test_a_request_longer_than_the_first_buffer_is_understood(service: Service) -> None:
    wire = Wire(service, Person().session, headers=[b"X-Padding: " + b"x" * 3000] * 4)
    assert wire.response.startswith(b"HTTP/1.1 101")
    wire.frame(0x1, b'{"t":"hello"}')
    assert json.loads(wire.read()[1])["t"] == "welcome"
