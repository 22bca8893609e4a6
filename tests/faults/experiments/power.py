"""The power is cut: what was acknowledged is on the disk, and only that counts."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from random import Random

from tests.faults.experiment import Run, experiment
from tests.faults.ground import OnDisk, OnMachines, on_disk, on_machines

SHELF = "zhengwutong.sqlite3"


@experiment(whole={"times": 10}, on=on_disk)
async def power_cut(run: Run, times: int) -> None:
    """The database is on a disk whose cache forgets: of what was written and not flushed each block is there or not,
    by a coin. The power goes in mid-load, ten times; the file system is mounted again, the database recovers, the
    service starts, everybody comes back. Promise: what was acknowledged before is there, in its place."""
    assert isinstance(run.site, OnDisk)
    lost = []
    for _ in range(times):
        await run.load.said(run.random.randrange(30, 120))
        lost.append(await asyncio.to_thread(pull_the_plug, run.site, run.random))
    run.figures |= {"cuts": str(times), "blocks lost": ", ".join(map(str, lost))}


def pull_the_plug(site: OnDisk, random: Random) -> int:
    """Stop everything in the middle of a write, and start it again on what is left; how many blocks are gone.

    From the moment the disk halts nothing can be flushed and so nothing may be acknowledged. The service is killed
    before the disk goes on: it must not acknowledge what comes after the moment at which the disk was looked at.
    """
    assert site.disk is not None
    site.disk.freeze(random.randrange(1, 60))
    signalled(site, signal.SIGKILL, signal.SIGQUIT)
    image = site.disk.place / "left"
    lost = site.disk.cut(image, seed=random.randrange(2**32))
    site.disk.thaw()
    site.installation.kill()
    if site.postgresql is not None:
        site.postgresql.kill()
    site.disk.come_back(image)
    if site.postgresql is not None:
        site.postgresql.start()
    site.installation.start()
    return lost


def signalled(site: OnDisk, service: signal.Signals, database: signal.Signals) -> None:
    """Send a signal to every process, without waiting for what it does."""
    for server in site.installation.servers:
        os.kill(server.process.pid, service)
    if site.postgresql is not None:
        os.kill(site.postgresql.process.pid, database)


@experiment(quick={"times": 2}, whole={"times": 20}, sizes=("small",), on=on_machines)
async def only_what_was_flushed(run: Run, times: int) -> None:
    """The same without a disk of its own, for machines on which nothing can be mounted: beside each file of the data
    folder a copy is kept of what was flushed, the process is killed in mid-load and started on the copies."""
    assert isinstance(run.site, OnMachines)
    await asyncio.to_thread(begin_to_keep, run.site)
    for _ in range(times):
        await run.load.said(run.random.randrange(20, 80))
        await asyncio.to_thread(forget_what_was_not_flushed, run.site)
    run.figures["cuts"] = str(times)


def begin_to_keep(site: OnMachines) -> None:
    """Begin with copies of what is there: other processes have written to it."""
    site.installation.kill()
    with closing(sqlite3.connect(site.installation.data / SHELF)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    site.machines[0].keep_all()
    site.installation.start()


def forget_what_was_not_flushed(site: OnMachines) -> None:
    site.installation.kill()
    site.machines[0].cut_power()
    site.installation.start()
