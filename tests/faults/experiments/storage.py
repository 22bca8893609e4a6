"""The disk is full, or does not keep what it is given."""

from __future__ import annotations

import asyncio
from time import monotonic

from tests.faults.experiment import Run, experiment
from tests.faults.experiments.database import answered_in_time
from tests.faults.experiments.power import forget_what_was_not_flushed, pull_the_plug
from tests.faults.ground import OnDisk, on_disk
from tests.faults.hurting import machine_under, on_machine
from tests.faults.watch import Watch, watching
from tests.servers.machine import Machine
from tests.servers.postgresql import PostgreSQL
from tests.servers.process import NotReady

BEFORE_A_CUT = 4  # failures; few enough that the log has not begun anew meanwhile


@experiment(whole={"seconds": 30.0}, on=on_disk)
async def disk_full(run: Run, seconds: float) -> None:
    """Something takes every free block of the database's disk for thirty seconds, then gives them back. Promise: a
    typed refusal within five seconds, reading goes on, recovery by itself. A PostgreSQL that cannot even write its log
    stops; whoever looks after it starts it again as long as it does, as systemd would, and until there is room again
    nothing can be read."""
    assert isinstance(run.site, OnDisk)
    assert run.site.disk is not None
    async with watching(run.load) as watch:
        await run.load.said(50)
        await asyncio.to_thread(run.site.disk.fill)
        began = monotonic()
        restarts = await looked_after(run.site.postgresql, seconds)
        await asyncio.to_thread(run.site.disk.empty)
        restarts += await looked_after(run.site.postgresql, 5)
        await run.load.said(50)
    refused_and_read(run, watch, began)
    if run.site.postgresql is not None:
        run.figures["PostgreSQL started again"] = str(restarts)


async def looked_after(server: PostgreSQL | None, seconds: float) -> int:
    """Let time pass; start the database as often as it stops by itself. How often that was."""
    restarts, end = 0, monotonic() + seconds
    while monotonic() < end:
        await asyncio.sleep(0.5)
        if server is not None and not server.process.running:
            restarts += 1
            await asyncio.to_thread(try_to_start, server)
    return restarts


def try_to_start(server: PostgreSQL) -> None:
    """Start it once, and do not mind when it cannot."""
    try:
        server.start()
    except NotReady:
        return


def refused_and_read(run: Run, watch: Watch, began: float) -> None:
    """Somebody was refused, everybody was answered in time, and on SQLite pages were read meanwhile."""
    run.expect(bool(run.load.ledger.put_off), "somebody was refused")
    answered_in_time(run, watch.longest())
    read = len(watch.answered("socket", since=began, good=True))
    run.expect(read > 0 or run.size == "large", "reading goes on")
    run.figures |= {"refused": str(len(run.load.ledger.put_off)), "pages read meanwhile": str(read)}


@experiment(quick={"seconds": 2.0}, whole={"seconds": 30.0}, sizes=("small",))
async def no_room_for_the_process(run: Run, seconds: float) -> None:
    """The same where nothing can be mounted: every write of the process to a file fails with ENOSPC. Promise: the
    same."""
    async with on_machine(run, run.servers[0]) as machine, watching(run.load) as watch:
        await run.load.said(20)
        machine.fill_disk()
        began = monotonic()
        await asyncio.sleep(seconds)
        read = len(watch.answered("socket", since=began, good=True))
        machine.empty_disk()
        await run.load.said(20)
    refused_and_read(run, watch, began)
    run.expect(read > 0, "reading goes on")


@experiment(quick={"turns": (1, 2, 5)}, whole={"turns": tuple(range(1, 21))}, sizes=("small",))
async def flush_fails(run: Run, turns: tuple[int, ...]) -> None:
    """The n-th fdatasync from some moment on fails with EIO, for n = 1…20, and what it should have flushed is gone from
    the disk for good though the next one succeeds, as on Linux; after every fourth the power is cut. Promise: no
    acknowledged message is lost. SQLite does not count a commit whose flush failed, and writes the same place of its
    log again for the next."""
    server = run.servers[0]
    async with on_machine(run, server, data=run.site.installation.data) as machine:
        for place, turn in enumerate(turns, start=1):
            await one_flush_fails(run, machine, turn)
            await run.load.said(run.random.randrange(10, 40))
            if place % BEFORE_A_CUT == 0 or place == len(turns):
                await asyncio.to_thread(forget_what_was_not_flushed, server, machine)
    run.figures["failed flushes"] = str(len(turns))


async def one_flush_fails(run: Run, machine: Machine, turn: int) -> None:
    await run.load.said(5)
    failed = machine.failed
    machine.fail_flush(turn)
    came = await run.load.until(lambda: machine.failed > failed, 30)
    run.expect(came, f"flush {turn} came and failed")


@experiment(whole={"turns": tuple(range(1, 21))}, sizes=("large",))
async def flush_of_postgresql_fails(run: Run, turns: tuple[int, ...]) -> None:
    """The n-th fdatasync or fsync of any process of PostgreSQL fails, for n = 1…20. It stops at once rather than go on
    with what it cannot trust, reads its log again and serves on. Promise: no acknowledged message is lost, recovery
    by itself."""
    server = run.site.postgresql
    assert server is not None
    with machine_under(server.process, server.stop, server.start) as machine:
        watchman = asyncio.create_task(looked_after(server, 3600))
        try:
            for turn in turns:
                await one_flush_fails(run, machine, turn)
                await run.load.said(run.random.randrange(10, 40))
        finally:
            watchman.cancel()
    run.figures["failed flushes"] = str(len(turns))


@experiment(whole={"times": 6}, on=on_disk)
async def write_to_disk_fails(run: Run, times: int) -> None:
    """The disk itself refuses a write of data (EIO), so that the kernel takes pages for clean which the disk does not
    have; a little later the power is cut. Promise: no acknowledged message is lost."""
    assert isinstance(run.site, OnDisk)
    disk = run.site.disk
    assert disk is not None
    failed = 0
    for _ in range(times):
        await run.load.said(20)
        disk.fail_writes(1)
        await run.load.until(lambda: disk.failed() > 0, 30)
        failed += disk.failed()
        await looked_after(run.site.postgresql, 2)
        await run.load.said(run.random.randrange(10, 40))
        await asyncio.to_thread(pull_the_plug, run.site, run.random)
    run.expect(failed >= times, "writes failed")
    run.figures |= {"failed writes": str(failed), "cuts": str(times)}
