"""Somebody who uses the service while it is under siege, and notes how long everything takes."""

from __future__ import annotations

import threading
from itertools import count
from time import monotonic
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed

from tests.gateway.live import dialled

HOME = "127.0.0.9"
BOUND = 2.0  # seconds within which 99 of 100 of his requests are answered
LEAST = 40  # requests
PACE = 0.06  # seconds between two rounds: his own allowance of 20 frames a second is enough for the fastest machine
keys = count(1)


class Innocent:
    """Signed in with a session at an address of his own; reads pages and lists, and talks on the socket."""

    def __init__(self, port: int, session: str, stream: int) -> None:
        self.port, self.session, self.stream = port, session, stream
        self.took: list[float] = []
        self.refused: list[str] = []
        self.leaving, self.enough = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.live, name="innocent")

    def __enter__(self) -> Innocent:
        self.thread.start()
        return self

    def __exit__(self, *error: Any) -> None:
        """He stays until he was served often enough to tell."""
        self.enough.wait(30)
        self.leaving.set()
        self.thread.join(30)

    def live(self) -> None:
        transport = httpx.HTTPTransport(local_address=HOME)
        origin = f"http://127.0.0.1:{self.port}"
        with (
            httpx.Client(
                base_url=origin, transport=transport, cookies={"session": self.session}, timeout=20
            ) as browser,
            dialled(self.port, self.session, source_address=(HOME, 0)) as device,
        ):
            device.hello()
            try:
                while not self.leaving.wait(PACE):
                    self.once(browser, device)
                    if len(self.took) >= LEAST:
                        self.enough.set()
            except (httpx.HTTPError, ConnectionClosed, TimeoutError) as error:
                self.refused.append(repr(error))
                self.enough.set()

    def once(self, browser: httpx.Client, device: Any) -> None:
        for path in ("/", "/api/me", "/api/offices"):
            began = monotonic()
            answer = browser.get(path)
            self.took.append(monotonic() - began)
            if answer.status_code != 200:
                self.refused.append(f"{path}: {answer.status_code} {answer.text[:200]}")
        began = monotonic()
        answer = device.say(self.stream, f"i{next(keys)}", "在吗？")
        self.took.append(monotonic() - began)
        if answer["t"] != "ack":
            self.refused.append(str(answer))

    @property
    def p99(self) -> float:
        return sorted(self.took)[int(len(self.took) * 0.99)]

    def noticed_nothing(self) -> None:
        print(f"innocent: {len(self.took)} requests, p99 {self.p99 * 1000:.0f} ms")
        assert not self.refused, self.refused
        assert len(self.took) >= LEAST, f"in half a minute he was served {len(self.took)} times"
        assert self.p99 < BOUND, f"p99 {self.p99:.2f} s of {len(self.took)} requests"
