"""One process serving everything on one port: HTTP by Django in a fixed pool of threads, sockets by the gateway.

SIGTERM and SIGINT drain: "not ready" first (`NOTICE`), then no new connections, sockets are told to come back (1012),
requests under way are answered.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from signal import SIGINT
from time import monotonic
from typing import TYPE_CHECKING, Any

import uvicorn
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from zhengwutong import wiring
from zhengwutong.gateway.gateway import Gateway
from zhengwutong.gateway.transport import Upgraded
from zhengwutong.kernel import durability, lines
from zhengwutong.reception.bridge import Bridge
from zhengwutong.reception.connection import Reception
from zhengwutong.watch.doors import Watch

if TYPE_CHECKING:
    from types import FrameType

log = logging.getLogger("zhengwutong.serving")
DRAIN = 10  # seconds for requests under way


def serve(host: str, port: int) -> int:
    """Serve until told to end; returns the exit code. Refuses (NotDurable) on a database that may lose commits."""
    durability.require()
    made = server(host, port)
    threading.excepthook = lines.thread_failed
    get_resolver().url_patterns  # noqa: B018  # loaded now, not while the first visitor waits
    wiring.connect()
    jobs = wiring.background()
    for job in jobs:
        job.start()
    gc.collect()
    gc.freeze()
    try:
        made.run()
    finally:
        for job in jobs:
            job.stop()
    return 0


def server(host: str, port: int) -> Server:
    """A server that has not begun yet."""
    config = uvicorn.Config(
        Application(get_wsgi_application()),
        host=host,
        port=port,
        loop="uvloop",
        http=Reception,
        ws=Upgraded,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.TRUSTED_PROXIES,
        timeout_graceful_shutdown=DRAIN,
        timeout_keep_alive=settings.HTTP_LIMITS["idle_seconds"],
    )
    return Server(config)


class Application:
    """The ASGI side: Django for HTTP, and a gateway for as long as the process serves."""

    def __init__(self, wsgi: Any) -> None:
        self.http = Bridge(wsgi)
        self.watch = Watch()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
        elif self.watch.has(scope):
            await self.watch(scope, receive, send)
        else:
            self.watch.open_requests += 1
            try:
                await self.http(scope, receive, send)
            finally:
                self.watch.open_requests -= 1

    async def live(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        scope["state"]["watch"] = self.watch
        scope["state"]["door"] = self.watch.gateway = Gateway()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


class Server(uvicorn.Server):
    """uvicorn, which knows nothing of our sockets and would end by the signal it was sent."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.force_exit or (self.should_exit and sig == SIGINT)
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; each second, connections that keep us waiting are looked at."""
        if counter % 10 == 0:
            moment = monotonic()
            for connection in list(self.server_state.connections):
                connection.look(moment)  # type: ignore[union-attr]  # all of them are made by Reception
        return await super().on_tick(counter)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        log.info("serving on %s:%s", self.config.host, self.config.port)

    async def shutdown(self, sockets: Any = None) -> None:
        await self.give_notice()
        for server in self.servers:
            server.close()
        gateway: Gateway = self.lifespan.state["door"]
        try:
            await gateway.close()
        finally:
            await super().shutdown(sockets)
        log.info("ended")

    async def give_notice(self) -> None:
        """Be "not ready" for a while but serve on, so that a proxy has sent everybody elsewhere before doors close."""
        self.lifespan.state["watch"].draining = True
        log.info("draining")
        until = monotonic() + settings.NOTICE
        while monotonic() < until and not self.force_exit:  # noqa: ASYNC110  # set by a signal
            await asyncio.sleep(0.1)
