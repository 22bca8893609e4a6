"""Each attack is stopped by a limit of docs/limits.md, and an innocent user notices nothing (the fixture `innocent`).

ZHENGWUTONG_SIEGE=long makes them ten times as large.
"""

from __future__ import annotations

import asyncio
import select
import socket
import time
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.gateway.live import dialled
from tests.gateway.wire import PING, REQUEST, framed
from tests.people.browser import AUTH, PASSWORD
from tests.servers.service import Installation
from tests.siege.attackers import PATIENCE, Line, line, lines, many, request, statuses

pytestmark = pytest.mark.timeout(180)
UPGRADE = [name.encode() + b": " + value for name, value in REQUEST.items()]
ATTACKER, ANOTHER, NEIGHBOUR = "127.0.0.2", "127.0.0.3", "127.0.0.4"


@pytest.fixture
def port(town: Installation) -> int:
    return town.servers[0].port


# Slowly


def test_heads_sent_byte_by_byte_are_cut_off(port: int) -> None:
    async def attack() -> list[bytes]:
        head = request("/api/me", b"GET", b"X-Slow: " + b"x" * 10_000)
        opened = [one async for one in lines(port, ATTACKER, min(many(150), 190))]
        await asyncio.gather(*(one.dribble(head, 0.25) for one in opened))
        return await ends(opened)

    assert {tuple(statuses(said)) for said in asyncio.run(attack())} <= {(408,), ()}


async def ends(opened: list[Line]) -> list[bytes]:
    return await asyncio.gather(*(one.end() for one in opened))


def test_who_connects_and_says_nothing_is_let_go(port: int) -> None:
    async def attack() -> list[bytes]:
        return await ends([one async for one in lines(port, ATTACKER, min(many(150), 190))])

    assert all(statuses(said) in ([408], []) for said in asyncio.run(attack()))


def test_who_had_an_answer_and_stays_silent_is_let_go(port: int) -> None:
    async def attack() -> list[bytes]:
        opened = [one async for one in lines(port, ATTACKER, min(many(50), 190))]
        await asyncio.gather(*(one.say(request("/healthz")) for one in opened))
        return await ends(opened)

    assert {tuple(statuses(said)) for said in asyncio.run(attack())} == {(200,)}


def test_who_had_an_answer_and_goes_on_without_a_request_is_cut_off(port: int) -> None:
    """Empty lines before a request are skipped by the parser; each is a sign of life, and none is a request."""

    async def attack() -> list[bytes]:
        opened = [one async for one in lines(port, ATTACKER, min(many(50), 190))]
        await asyncio.gather(*(one.say(request("/healthz")) for one in opened))
        assert {await one.status() for one in opened} == {200}
        await asyncio.gather(*(one.dribble(b"\r\n" * 1000, 0.25) for one in opened))
        return await ends(opened)

    assert {tuple(statuses(said)) for said in asyncio.run(attack())} <= {(408,), ()}


def test_bodies_sent_byte_by_byte_hold_no_thread_and_are_cut_off(port: int) -> None:
    async def attack() -> list[bytes]:
        whole = request("/api/people/anonymous", b"POST", b"Content-Type: application/json", body=b"{" + b" " * 5000)
        head, _, body = whole.partition(b"\r\n\r\n")
        opened = [one async for one in lines(port, ATTACKER, min(many(60), 190))]
        await asyncio.gather(*(one.say(head + b"\r\n\r\n") for one in opened))
        await asyncio.gather(*(one.dribble(body, 0.25) for one in opened))
        return await ends(opened)

    assert {tuple(statuses(said)) for said in asyncio.run(attack())} <= {(408,), ()}


def test_who_does_not_read_his_answers_is_cut_off(port: int) -> None:
    """Without reading, as one sees it: the operating system tells of the end, not a read."""

    async def attack() -> list[socket.socket]:
        opened = [await line(port, ATTACKER, receive=4096) for _ in range(min(many(20), 190))]
        wanted = request("/static/app/manifest.json") * 16
        made = []
        for one in opened:
            one.writer.transport.pause_reading()  # type: ignore[attr-defined]
            await one.say(wanted)
            made.append(one.writer.get_extra_info("socket").dup())
        return made

    for unread in asyncio.run(attack()):
        with unread:
            watch = select.poll()
            watch.register(unread, select.POLLERR | select.POLLHUP)
            assert watch.poll(PATIENCE * 1000), "somebody who reads nothing was never cut off"


# Much


def test_an_address_has_so_many_connections_and_no_more(port: int) -> None:
    async def attack() -> tuple[list[int], int]:
        opened = [one async for one in lines(port, ATTACKER, 220)]
        await asyncio.gather(*(one.say(request("/healthz")) for one in opened))
        answers = [await one.status() for one in opened]
        neighbour = await line(port, NEIGHBOUR)
        await neighbour.say(request("/healthz"))
        answer = await neighbour.status()
        for one in [*opened, neighbour]:
            one.close()
        return answers, answer

    answers, neighbour = asyncio.run(attack())
    assert answers.count(0) == 20
    assert answers.count(200) == 200
    assert neighbour == 200


def test_requests_without_a_pause_wait_for_themselves(port: int, people: list[dict[str, Any]]) -> None:
    cookie = b"Cookie: session=" + people[1]["sessions"][0].encode()

    async def hammer(until: float) -> list[int]:
        answers = []
        one = await line(port, ATTACKER)
        while time.monotonic() < until:
            await one.say(request("/api/me", b"GET", cookie))
            answers.append(await one.status())
            if answers[-1] != 200:
                one.close()
                one = await line(port, ATTACKER)
        one.close()
        return answers

    async def attack() -> list[list[int]]:
        until = time.monotonic() + many(2)
        return await asyncio.gather(*(hammer(until) for _ in range(150)))

    answers = {answer for some in asyncio.run(attack()) for answer in some}
    assert 200 in answers
    assert answers <= {200, 429}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (request("/api/people/anonymous", b"POST", b"Content-Length: 100000000"), 413),
        (request("/api/people/anonymous", b"POST", b"Transfer-Encoding: chunked") + b"10000\r\n" * 1, 408),
        (request("/", b"GET", b"X-Large: " + b"x" * 100_000), 431),
        (request("/", b"GET", *(b"X-%d: 1" % number for number in range(1000))), 431),
        (request("/?" + "x" * 100_000), 431),
        (b"\r\n" * 1000, 408),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
    ids=["announced body", "unfinished chunk", "large header", "many headers", "long address", "line ends", "TLS"],
)
def test_what_is_too_large_or_no_request_is_answered_by_its_status(port: int, said: bytes, answer: int) -> None:
    async def attack() -> bytes:
        one = await line(port, ATTACKER)
        await one.say(said)
        return await one.end()

    assert statuses(asyncio.run(attack())) in ([answer], [])


def test_a_body_in_chunks_has_the_same_limit(port: int) -> None:
    async def attack() -> bytes:
        one = await line(port, ATTACKER)
        await one.say(request("/api/people/anonymous", b"POST", b"Transfer-Encoding: chunked"))
        for _ in range(20):
            await one.say(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        return await one.end()

    assert statuses(asyncio.run(attack())) in ([413], [])


# At the doors


class Caller:
    """A browser at an address of its own, with the token; each has cookies of its own."""

    def __init__(self, town: Installation, address: str) -> None:
        where = httpx.HTTPTransport(local_address=address)
        self.client = httpx.Client(base_url=town.url, transport=where, timeout=PATIENCE)
        self.client.get("/api/me")

    def post(self, path: str, *, forwarded: str = "", **body: str) -> httpx.Response:
        headers = {"X-CSRFToken": self.client.cookies["csrf"]} | ({"X-Forwarded-For": forwarded} if forwarded else {})
        return self.client.post(path, json=body, headers=headers)

    def forget(self) -> None:
        """Become somebody who was never signed in."""
        with suppress(KeyError):
            self.client.cookies.delete("session")


def test_who_guesses_passwords_is_refused_and_the_owner_gets_in_from_elsewhere(town: Installation) -> None:
    owner = Caller(town, NEIGHBOUR)
    assert owner.post(f"{AUTH}/signup", username="owner.1", password=PASSWORD).status_code == 200
    guesser = Caller(town, "127.0.0.11")
    answers = [guesser.post(f"{AUTH}/login", username="owner.1", password=f"guess-{number}") for number in range(7)]
    assert [answer.json()["errors"][0]["code"] for answer in answers[5:]] == ["too_many_login_attempts"] * 2
    assert Caller(town, NEIGHBOUR).post(f"{AUTH}/login", username="owner.1", password=PASSWORD).status_code == 200
    at_the_same_address = Caller(town, "127.0.0.11")
    assert at_the_same_address.post(f"{AUTH}/signup", username="owner.2", password=PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("address", "path", "most", "seconds"),
    [
        ("127.0.0.12", f"{AUTH}/login", 120, 300),
        ("127.0.0.13", f"{AUTH}/signup", 60, 600),
        ("127.0.0.14", "/api/people/anonymous", 60, 600),
    ],
    ids=["sign-in", "registration", "device accounts"],
)
def test_a_door_is_opened_so_often_per_address_whatever_it_says_of_itself(
    town: Installation, address: str, path: str, most: int, seconds: int
) -> None:
    """The windows are fixed, so that at the turn of one twice as many may pass."""
    began = time.time() // seconds
    caller = Caller(town, address)
    answers = []
    while len(answers) <= most * (1 if time.time() // seconds == began else 2):
        answers.append(caller.post(path, forwarded=f"198.51.100.{len(answers)}"))
        caller.forget()
    assert 429 not in {answer.status_code for answer in answers[:60]}
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= seconds
    assert Caller(town, NEIGHBOUR).post(path).status_code != 429


def test_a_school_is_not_locked_out_by_one_of_its_pupils(town: Installation) -> None:
    school = "127.0.0.15"
    teacher = Caller(town, school)
    assert teacher.post(f"{AUTH}/signup", username="teacher.1", password=PASSWORD).status_code == 200
    teacher.forget()
    pupil = Caller(town, school)
    answers = [pupil.post(f"{AUTH}/login", username="nobody", password="guess").status_code for _ in range(241)]
    assert answers[-1] == 429
    assert teacher.post(f"{AUTH}/login", username="teacher.1", password=PASSWORD).status_code == 200


def test_behind_a_proxy_of_ours_everybody_is_counted_for_himself(town: Installation) -> None:
    proxy = "127.0.0.1"
    one, other = Caller(town, proxy), Caller(town, proxy)
    for _ in range(61):
        one.post(f"{AUTH}/signup", forwarded="6.6.6.6, 203.0.113.66")
    assert other.post(f"{AUTH}/signup", forwarded="203.0.113.66, 203.0.113.67").status_code == 400


# On the socket


def test_an_address_has_so_many_sockets_and_no_more(port: int, people: list[dict[str, Any]]) -> None:
    sessions = people[1]["sessions"]
    with ExitStack() as stack:
        devices = [
            stack.enter_context(dialled(port, sessions[number % 2], source_address=(ANOTHER, 0)))
            for number in range(33)
        ]
        assert [device.closed()[0] for device in devices[30:]] == [4429] * 3
        for device in devices[:30]:
            device.hello()


def test_frames_without_a_pause_are_refused_and_then_the_socket_is_closed(
    port: int, people: list[dict[str, Any]]
) -> None:
    with dialled(port, people[1]["sessions"][0], source_address=(ATTACKER, 0)) as device:
        device.hello()
        with suppress(ConnectionClosed):
            for _ in range(5000):
                device.send(t="ping")
        code, frames = device.closed()
    refused = [frame for frame in frames if frame["t"] == "err"]
    assert {frame["code"] for frame in refused} == {"too_fast"}
    assert (code, frames[-1]["t"]) == (4429, "bye")


def test_pings_nobody_reads_the_answers_of_end_the_socket(port: int, people: list[dict[str, Any]]) -> None:
    async def attack() -> bytes:
        one = await line(port, ATTACKER, receive=4096)
        cookie = b"Cookie: session=" + people[1]["sessions"][0].encode()
        origin = f"Origin: http://127.0.0.1:{port}".encode()
        host = f"Host: 127.0.0.1:{port}".encode()
        await one.say(request("/ws", b"GET", *UPGRADE, cookie, origin).replace(b"Host: 127.0.0.1", host))
        one.writer.transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(30):
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await one.say(framed(PING, b"x" * 125) * 500)
        one.writer.transport.resume_reading()  # type: ignore[attr-defined]
        return await one.end()

    said = asyncio.run(attack())
    assert said.startswith(b"HTTP/1.1 101")
    assert said.count(b"x" * 125) < 5000
