"""One person with a session and a socket: signs in, sends, receives, loses the connection and resumes.

Everything received is kept as it came (`Inbox`), so that whoever plays can afterwards prove what was delivered.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

PATIENCE = 20.0  # seconds without an answer before a message is sent again under the same key
TRIES = 8


class Refused(Exception):
    """The service said no; `code` is its reason."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        self.status, self.code, self.answer = status, answer.get("code", ""), answer
        super().__init__(f"{status} {self.code}: {answer.get('text', '')}")


@dataclass
class Inbox:
    """What arrived of one stream, in the order of arrival. `cursor` is the highest number held without a gap."""

    cursor: int = 0
    entries: dict[int, dict[str, Any]] = field(default_factory=dict)
    repeated_live: int = 0
    out_of_order: int = 0

    def take(self, entry: dict[str, Any]) -> bool:
        """Keep one entry; False when it was here already or leaves a gap before it."""
        if entry["seq"] <= self.cursor:
            if self.entries.get(entry["seq"], entry)["body"] != entry["body"]:
                self.out_of_order += 1
            return False
        if entry["seq"] > self.cursor + 1:
            return False
        self.cursor = entry["seq"]
        self.entries[entry["seq"]] = entry
        return True


class Person:
    """A user of the service at `url`. Use as `async with Person(url) as person`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.http = httpx.AsyncClient(base_url=self.url, timeout=30, headers={"Origin": self.url}, trust_env=False)
        self.inboxes: dict[int, Inbox] = {}
        self.id = 0
        self.kinds: dict[int, str] = {}
        self.answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.listeners: list[Callable[[dict[str, Any]], None]] = []
        self.socket: ClientConnection | None = None
        self.online = asyncio.Event()
        self.refusals: list[dict[str, Any]] = []
        self.reconnects = 0
        self.keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()
        await self.http.aclose()

    # HTTP

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request, tried again when the network or the service fails; raises Refused for a plain no."""
        for attempt in itertools.count(1):
            try:
                answer = await self.http.request(method, path, json=body, headers=await self.token(method))
            except httpx.TransportError:
                if attempt >= TRIES:
                    raise
            else:
                if answer.status_code not in (429, 502, 503) or attempt >= TRIES:
                    return self.opened(answer)
            await asyncio.sleep(min(5.0, 0.2 * 2**attempt))
        raise AssertionError("unreachable")

    async def token(self, method: str) -> dict[str, str]:
        """The header an unsafe request needs; the cookie comes with the page."""
        if method == "GET":
            return {}
        if not self.csrf():
            await self.http.get("/login")
        return {"X-CSRFToken": self.csrf()}

    def csrf(self) -> str:
        return next((cookie.value or "" for cookie in self.http.cookies.jar if cookie.name.endswith("csrf")), "")

    @staticmethod
    def opened(answer: httpx.Response) -> Any:
        body = answer.json() if "json" in answer.headers.get("content-type", "") else {"text": answer.text[:200]}
        if answer.is_error:
            raise Refused(answer.status_code, body if isinstance(body, dict) else {})
        return body

    async def arrive(self) -> None:
        """Come as somebody without an account."""
        self.id = (await self.call("POST", "/api/people/anonymous"))["user"]["id"]

    async def register(self, username: str, password: str) -> None:
        await self.call("POST", "/_allauth/browser/v1/auth/signup", {"username": username, "password": password})
        self.id = (await self.call("GET", "/api/me"))["user"]["id"]

    async def sign_in(self, username: str, password: str) -> None:
        await self.call("POST", "/_allauth/browser/v1/auth/login", {"username": username, "password": password})
        self.id = (await self.call("GET", "/api/me"))["user"]["id"]

    # the socket

    async def connect(self) -> None:
        """Open the socket and keep it open: after every loss it comes back with its cursors."""
        self.keeper = asyncio.create_task(self.stay_connected())
        async with asyncio.timeout(60):
            await self.online.wait()

    async def disconnect(self) -> None:
        if self.keeper:
            self.keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.keeper
            self.keeper = None

    async def stumble(self) -> None:
        """Lose the connection without a goodbye, as a telephone in a tunnel does."""
        if self.socket:
            self.socket.transport.abort()

    async def stay_connected(self) -> None:
        for pause in itertools.chain((0.2, 0.5, 1.0, 2.0), itertools.repeat(3.0)):
            with contextlib.suppress(OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                async with self.plugged_in() as socket:
                    await self.listen(socket)
            self.online.clear()
            self.reconnects += 1
            await asyncio.sleep(pause)

    @asynccontextmanager
    async def plugged_in(self) -> AsyncIterator[ClientConnection]:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)
        address = self.url.replace("http", "ws", 1) + "/ws"
        async with connect(
            address,
            origin=Origin(self.url),
            additional_headers={"Cookie": cookies},
            max_size=None,
            proxy=None,
        ) as socket:
            self.socket = socket
            await socket.send(json.dumps({"t": "hello", "cursors": self.cursors()}))
            try:
                yield socket
            finally:
                self.socket = None

    def cursors(self) -> dict[str, int]:
        return {str(stream): inbox.cursor for stream, inbox in self.inboxes.items()}

    async def listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            await self.take(socket, frame)
            for listener in self.listeners:
                listener(frame)

    async def take(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "welcome":
                for stream in frame["streams"]:
                    await self.begin(socket, stream)
                self.online.set()
            case "joined":
                await self.begin(socket, frame["stream"])
            case "entry":
                await self.keep(socket, frame["stream"], [frame])
            case "entries":
                await self.keep(socket, frame["stream"], frame["items"], more=frame["more"])
            case "ack" | "err":
                if frame["t"] == "err":
                    self.refusals.append(frame)
                waiting = self.answers.get(frame.get("key") or "")
                if waiting and not waiting.done():
                    waiting.set_result(frame)

    async def begin(self, socket: ClientConnection, stream: dict[str, Any]) -> None:
        self.kinds[stream["id"]] = stream["kind"]
        known = stream["id"] in self.inboxes
        inbox = self.inboxes.setdefault(stream["id"], Inbox())
        if stream["kind"] == "desk" and not known:
            inbox.cursor = stream["last_seq"]  # what the desk's list was is no concern of a newcomer
        elif inbox.cursor < stream["last_seq"]:
            await self.fetch(socket, stream["id"])

    async def fetch(self, socket: ClientConnection, stream: int) -> None:
        after = self.inboxes[stream].cursor
        await socket.send(json.dumps({"t": "fetch", "stream": stream, "after": after, "limit": 200}))

    async def keep(
        self, socket: ClientConnection, stream: int, entries: list[dict[str, Any]], *, more: bool = False
    ) -> None:
        inbox = self.inboxes.setdefault(stream, Inbox())
        for entry in entries:
            inbox.take(entry)
        ahead = bool(entries) and entries[-1]["seq"] > inbox.cursor
        if more or ahead:
            await self.fetch(socket, stream)

    # saying something

    async def say(self, stream: int, body: str, key: str | None = None) -> int:
        """Send until it is acknowledged, always under one key; the entry's number. Raises Refused for a plain no."""
        key = key or secrets.token_hex(8)
        for _ in range(TRIES):
            await self.online.wait()
            waiting = self.answers[key] = asyncio.get_running_loop().create_future()
            with contextlib.suppress(ConnectionClosed, TimeoutError, AttributeError):
                assert self.socket is not None
                await self.socket.send(json.dumps({"t": "send", "stream": stream, "key": key, "body": body}))
                async with asyncio.timeout(PATIENCE):
                    answer = await waiting
                if answer["t"] == "ack":
                    return int(answer["seq"])
                if answer["code"] not in ("too_fast", "unavailable"):
                    raise Refused(0, answer)
                await asyncio.sleep(answer.get("retry_after") or 1)
        raise TimeoutError(f"no acknowledgement after {TRIES} tries")

    async def read(self, stream: int) -> None:
        """Let the others see that everything received was on screen; lost without harm."""
        inbox = self.inboxes.get(stream)
        if self.socket and inbox:
            with contextlib.suppress(ConnectionClosed):
                await self.socket.send(json.dumps({"t": "seen", "stream": stream, "seq": inbox.cursor}))

    async def typing(self, stream: int) -> None:
        """Let the others see somebody writing; lost without harm."""
        if self.socket:
            with contextlib.suppress(ConnectionClosed):
                await self.socket.send(json.dumps({"t": "typing", "stream": stream}))

    async def wait_for(self, stream: int, wanted: Callable[[dict[str, Any]], bool], patience: float) -> dict[str, Any]:
        """The first entry of the stream that is wanted, past ones included. Raises TimeoutError."""
        arrived = asyncio.Event()

        def woken(frame: dict[str, Any]) -> None:
            arrived.set()

        self.listeners.append(woken)
        try:
            async with asyncio.timeout(patience):
                while True:
                    arrived.clear()
                    inbox = self.inboxes.setdefault(stream, Inbox())
                    for seq in sorted(inbox.entries):
                        if wanted(inbox.entries[seq]):
                            return inbox.entries[seq]
                    await arrived.wait()
        finally:
            self.listeners.remove(woken)
