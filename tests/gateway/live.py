"""A service in a thread of the test process, on a real port, and devices that speak to it as any client does."""

from __future__ import annotations

import itertools
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.access import recorder
from zhengwutong import serving
from zhengwutong.gateway.gateway import Gateway
from zhengwutong.journal import actions
from zhengwutong.journal.actions import Seat
from zhengwutong.kernel.clock import now
from zhengwutong.people.models import User
from zhengwutong.people.sessions import SessionStore

PATIENCE = 10  # seconds before a test gives up on a frame
numbers = itertools.count(1)


class Person:
    """An account with a signed-in session."""

    def __init__(self, name: str = "") -> None:
        username = name or f"person{next(numbers)}"
        self.user = User.objects.create(username=username, name="甲", password="!", date_joined=now())
        self.id = self.user.pk
        self.session = signed_in(self.user)


def signed_in(user: User) -> str:
    """The key of a new session of this user."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key is not None
    return session.session_key


def talk(*people: Person, kind: str = "talk") -> int:
    """A new stream these people share; its id."""
    return actions.open_stream(kind, [Seat(person.id) for person in people], now=now()).pk


class Device:
    """One connection. Frames are dictionaries; `next` takes the next, `upto` those up to the next of a kind."""

    def __init__(self, connection: ClientConnection, session: str = "") -> None:
        self.connection = connection
        self.session = session

    def send(self, **frame: Any) -> None:
        self.connection.send(json.dumps(frame))

    def raw(self, data: str | bytes) -> None:
        self.connection.send(data)

    def next(self) -> dict[str, Any]:
        data = self.connection.recv(timeout=PATIENCE)
        recorder.frame(self.session, data)
        frame: dict[str, Any] = json.loads(data)
        return frame

    def upto(self, kind: str) -> list[dict[str, Any]]:
        """Everything up to and with the next frame of this kind."""
        frames = [self.next()]
        while frames[-1]["t"] != kind:
            frames.append(self.next())
        return frames

    def want(self, kind: str) -> dict[str, Any]:
        """The next frame of this kind; what comes before is dropped."""
        return self.upto(kind)[-1]

    def hello(self, **frame: Any) -> list[dict[str, Any]]:
        """Say hello and return the answer, from `welcome` to `caught_up`."""
        self.send(t="hello", **frame)
        return [self.want("welcome"), *self.upto("caught_up")]

    def arrive(self, **frame: Any) -> None:
        """Say hello, be caught up, and hear what was held back meanwhile.

        A stream made just before may be in `welcome` and once more in `joined`, when it is looked at during the hello.
        """
        self.hello(**frame)
        self.send(t="ping")
        self.want("pong")

    def say(self, stream: int, key: str, body: str) -> dict[str, Any]:
        """Send a message; its `ack` or `err`."""
        self.send(t="send", stream=stream, key=key, body=body)
        while (frame := self.next())["t"] not in ("ack", "err"):
            pass
        return frame

    def closed(self) -> tuple[int, list[dict[str, Any]]]:
        """Read until the server closes; its close code and the frames before."""
        frames = []
        try:
            while True:
                frames.append(self.next())
        except ConnectionClosed:
            assert self.connection.close_code is not None
            return self.connection.close_code, frames

    def close(self) -> None:
        self.connection.close()


@contextmanager
def dialled(port: int, session: str, *, path: str = "/ws", **options: Any) -> Iterator[Device]:
    """A connection with a session's cookie that has not said anything yet."""
    headers = {"Cookie": f"session={session}"} if session else {}
    wanted: dict[str, Any] = {
        "origin": f"http://127.0.0.1:{port}",
        "additional_headers": headers,
        "proxy": None,
        "max_queue": None,
        "close_timeout": 1,
    }
    with connect(f"ws://127.0.0.1:{port}{path}", **(wanted | options)) as connection:
        yield Device(connection, session)


class Service:
    """The service under test. `gateway` may be asked what it counts, never told what to do.

    Devices stay connected until they are closed, or the service ends.
    """

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.started = threading.Event()
        self.server = Starting("127.0.0.1", self.port, self.started)
        self.thread = threading.Thread(target=self.server.run, args=([self.listening],), name="service")
        self.devices = ExitStack()

    def start(self) -> None:
        self.thread.start()
        assert self.started.wait(PATIENCE), "the service did not start"

    def stop(self) -> None:
        """End it as a deploy does."""
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive(), "the service did not end"

    @property
    def gateway(self) -> Gateway:
        door: Gateway = self.server.lifespan.state["door"]
        return door

    def connect(self, session: str, **options: Any) -> Device:
        """A connection with a session's cookie that has not said anything yet."""
        return self.devices.enter_context(dialled(self.port, session, **options))

    def device(self, person: Person, **hello: Any) -> Device:
        """A connection of this person that is there."""
        device = self.connect(person.session)
        device.arrive(**hello)
        return device


class Starting(serving.Server):
    """Says when it listens."""

    def __init__(self, host: str, port: int, started: threading.Event) -> None:
        super().__init__(serving.server(host, port).config)
        self.is_listening = started

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.is_listening.set()


@contextmanager
def running() -> Iterator[Service]:
    """A service, ended with its devices at the end of the block."""
    service = Service()
    service.start()
    try:
        yield service
    finally:
        service.devices.close()
        service.stop()
