"""The power is cut: what was acknowledged is on the disk, and only that counts."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from random import Random

from tests.faults.checker import check
from tests.faults.experiment import Run, experiment, staged
from tests.faults.ground import OnDisk, careless_on_disk, on_disk
from tests.faults.hurting import on_machine
from tests.faults.load import Crowd, Load
from tests.servers.machine import Machine
from tests.servers.service import Server


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


def pull_the_plug(site: OnDisk, random: Random, *, lingering: float = 0.0) -> int:
    """Stop everything in the middle of a write, and start it again on what is left; how many blocks are gone.

    From the moment the disk halts nothing can be flushed and so nothing may be acknowledged. The service is killed
    before the disk goes on: it must not acknowledge what comes after the moment at which the disk was looked at. A
    service that acknowledges all the same has `lingering` seconds for it.
    """
    assert site.disk is not None
    site.disk.freeze(random.randrange(1, 60), within=5)
    time.sleep(lingering)
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


@experiment(whole={"times": 2}, crowd=Crowd(talks=0), on=careless_on_disk)
async def power_cut_on_a_careless_database(run: Run, times: int) -> None:
    """The control: the same with a database that confirms before it has flushed (SQLite `synchronous=NORMAL`,
    PostgreSQL `synchronous_commit=off`), on which the service refuses to start unless a test forces it. It must lose
    acknowledged messages, or the experiment above could not have noticed."""
    assert isinstance(run.site, OnDisk)
    lost = [await losses(run, run.site, attempt) for attempt in range(times)]
    run.expect(all(lost), "a careless database loses what it has confirmed")
    run.figures |= {"cuts": str(times), "lost": ", ".join(map(str, lost))}


async def losses(run: Run, site: OnDisk, attempt: int) -> int:
    """How many acknowledged messages a power cut takes from a crowd of its own."""
    crowd = Crowd()
    talks = await asyncio.to_thread(staged, site, crowd)
    assert site.disk is not None
    await asyncio.to_thread(site.disk.flush)  # who they are is not to be lost, only what they say
    load = Load(site.installation, talks, crowd, f"{run.load.seed}/{attempt}")
    async with load.connected():
        load.talk_on()
        await load.said(150)
        await asyncio.to_thread(pull_the_plug, site, run.random, lingering=1.0)
        await load.be_quiet()
    await load.read_back()
    return len(check(load.ledger).lost)


@experiment(quick={"times": 1}, whole={"times": 10}, sizes=("small",))
async def only_what_was_flushed(run: Run, times: int) -> None:
    """The same where nothing can be mounted: beside each file of the data folder a copy is kept of what its process
    has flushed; the process is killed in mid-load and started on the copies. At last it is told that everything is
    flushed, and nothing is: now messages must be lost, or it would not have been noticed."""
    server = run.servers[0]
    async with on_machine(run, server, data=run.site.installation.data) as machine:
        for _ in range(times):
            await run.load.said(run.random.randrange(20, 80))
            await asyncio.to_thread(forget_what_was_not_flushed, server, machine)
        await run.load.settle()
        machine.lie()
        run.expect(await forgets(run, machine), "a machine that lies about flushing loses what was confirmed")
    run.figures["cuts"] = str(times)


def forget_what_was_not_flushed(server: Server, machine: Machine) -> None:
    server.kill()
    machine.cut_power()
    server.start()


async def forgets(run: Run, machine: Machine) -> bool:
    """Whether the last thing said is gone after a power cut; said outside the ledger, in a talk of its own."""
    talks = await asyncio.to_thread(staged, run.site, Crowd(talks=1))
    machine.keep_all()
    load = Load(run.site.installation, talks, Crowd(talks=1), "forgets")
    async with load.connected():
        load.talk_on()
        await load.said(10)
        await load.be_quiet()
        await asyncio.to_thread(forget_what_was_not_flushed, run.servers[0], machine)
    await load.read_back()
    return bool(check(load.ledger).lost)
