"""Somebody who goes on talking while an installation is being kept."""

from __future__ import annotations

import threading
from types import TracebackType

from tests.gateway.live import dialled
from tests.servers.service import Server
from tests.servers.visitor import Visitor


class Talker(threading.Thread):
    """Says numbered things one after the other inside the block; `acknowledged` are the keys of what was stored."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.visitor = Visitor(server)
        self.stream = self.visitor.stream
        self.acknowledged: list[str] = []
        self.under_way = threading.Event()
        self.over = threading.Event()

    def run(self) -> None:
        with dialled(self.server.port, self.visitor.session) as device:
            device.hello()
            while not self.over.is_set():
                key = f"k{len(self.acknowledged):06}"
                frame = device.say(self.stream, key, f"{key} 句")
                if frame["t"] == "ack":
                    self.acknowledged.append(key)
                    self.under_way.set()
                else:
                    self.over.wait(frame["retry_after"])

    def __enter__(self) -> Talker:
        self.start()
        assert self.under_way.wait(20)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.over.set()
        self.join()
