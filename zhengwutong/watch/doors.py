"""`/healthz`, `/readyz`, `/metrics`: answered on the event loop, so that they answer when every HTTP thread is busy.

Figures are for who shows the installation's token (`Authorization: Bearer`): addresses and forwarded headers are as
true as the proxy in front is careful, a secret in a file is not.
"""

from __future__ import annotations

import asyncio
import json
from hmac import compare_digest
from typing import Any

from django.conf import settings

from zhengwutong.gateway.gateway import Gateway
from zhengwutong.watch import figures, readiness
from zhengwutong.watch.page import FORMAT, page
from zhengwutong.watch.question import Question

TEXT = "text/plain; charset=utf-8"
Answer = tuple[int, str, bytes]


class Watch:
    """The three doors of one process."""

    def __init__(self) -> None:
        self.draining = False
        self.gateway: Gateway | None = None
        self.open_requests = 0
        self.ready = Question(readiness.database)
        self.work = Question(figures.work)
        self.doors = {"/healthz": self.healthz, "/readyz": self.readyz, "/metrics": self.metrics}

    def has(self, scope: Any) -> bool:
        return scope["path"] in self.doors

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] in ("GET", "HEAD"):
            status, kind, body = await self.doors[scope["path"]](dict(scope["headers"]))
        else:
            status, kind, body = 405, TEXT, b"GET"
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *([(b"www-authenticate", b"Bearer")] if status == 401 else []),
            *([(b"allow", b"GET, HEAD")] if status == 405 else []),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def healthz(self, headers: dict[bytes, bytes]) -> Answer:
        """Alive: this process answers. Asks nobody else, so that a lost database restarts no healthy process."""
        return 200, TEXT, b"ok"

    async def readyz(self, headers: dict[bytes, bytes]) -> Answer:
        """Ready: 503 tells the proxy to send people elsewhere."""
        told = readiness.state(await self.ready.ask(), draining=self.draining)
        return 200 if told["ready"] else 503, "application/json", json.dumps(told).encode()

    async def metrics(self, headers: dict[bytes, bytes]) -> Answer:
        if not opens(headers.get(b"authorization", b"")):
            return 401, TEXT, b"token"
        work, ready = await asyncio.gather(self.work.ask(), self.ready.ask())
        here = figures.here(self.gateway, self.open_requests)
        told = readiness.state(ready, draining=self.draining)
        return 200, FORMAT, await asyncio.to_thread(page, here, work, told)


def opens(shown: bytes) -> bool:
    """Whether this is the token of the installation."""
    return compare_digest(shown, b"Bearer " + settings.METRICS_TOKEN.encode())
