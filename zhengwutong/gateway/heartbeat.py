"""What the gateway looks at now and then: the dead, the silent, the lost.

Somebody who said nothing for QUIET seconds is pinged; without a sign of life for SILENT seconds the connection is
gone. A sign of life is anything heard, and also that what is waiting for him has become less: a slow line is not cut.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from zhengwutong.gateway import audience
from zhengwutong.journal import bell
from zhengwutong.people import sessions

if TYPE_CHECKING:
    from zhengwutong.gateway.gateway import Gateway
    from zhengwutong.gateway.session import Session

log = logging.getLogger("zhengwutong.gateway")
TICK = 1.0  # seconds
SWEEP = 5
QUIET = 20.0
SILENT = 45.0
HELLO = 15.0  # seconds a connection may go without `hello`
POLL = 2.5  # while the bell does not reach everybody
POLL_SELDOM = 4.0  # while it does, as far as one can know: another process may be cut off from Valkey alone


class Heartbeat:
    """Two tasks: one watches connections and the writer, one compares numbers with the database."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.membership: int | None = None
        self.again = asyncio.Event()
        loop = asyncio.get_running_loop()
        self.tasks = [loop.create_task(self.watch(), name="watch"), loop.create_task(self.poll(), name="poll")]

    async def watch(self) -> None:
        for count in range(2**62):
            await asyncio.sleep(TICK)
            moment = monotonic()
            self.gateway.writer.look_at_clock(moment)
            if count % SWEEP == 0:
                for session in list(self.gateway.sessions):
                    self.look(session, moment)
            if count % 60 == 0:
                self.gateway.allowances.sweep(moment)

    def look(self, session: Session, moment: float) -> None:
        if not session.ready and session.resuming is None and moment - session.came_at > HELLO:
            session.farewell(4408, "没有收到 hello。")
            return
        if session.pinged and 0 < session.waiting() < session.pinged - 1:
            session.pinged = session.waiting() + 1
            session.heard_at = moment - QUIET
        silence = moment - session.heard_at
        if silence > SILENT:
            session.drop()
        elif silence > QUIET and not session.pinged:
            session.ping()

    async def poll(self) -> None:
        """The bell may be lost: look whether anything moved unnoticed, often while it reaches nobody else."""
        while True:
            try:
                await self.compare()
            except Exception as error:
                log.warning("cannot compare with the database: %s", type(error).__name__)
            self.again.clear()
            pause = POLL_SELDOM if bell.reaches_everybody() else POLL
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):  # `wait_for` of Python 3.11 may lose that it is cancelled
                    await self.again.wait()

    async def compare(self) -> None:
        """Look at streams that moved, streams that got members, and sessions that ended."""
        gateway, run = self.gateway, self.gateway.threads.run
        gateway.figures.comparisons += 1
        hub = gateway.hub
        for stream, (last_seq, number) in (await run(audience.last_seqs, list(hub.streams))).items():
            followed = hub.streams.get(stream)
            if followed is not None and (last_seq > followed.pushed or number > followed.audience):
                gateway.figures.missed += last_seq > followed.ahead
                hub.want(stream, last_seq)
        newest = await run(audience.newest_membership)
        if self.membership is not None and newest > self.membership:
            for stream in await run(audience.streams_joined_since, self.membership):
                if stream not in hub.streams:
                    hub.want(stream)
        self.membership = newest
        keys = list(hub.keys)
        alive = await run(sessions.living, keys)
        for key in keys:
            if key not in alive:
                hub.heard(bell.Revoked(key))

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
