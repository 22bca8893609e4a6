"""Thousands come back at the same moment."""

from __future__ import annotations

import asyncio
from time import monotonic

from tests.faults.device import Device
from tests.faults.experiment import Run, experiment
from tests.faults.load import Crowd

BACK_WITHIN = 400.0  # seconds; what is measured is in the table, this only ends a run that goes nowhere
PEOPLE = 50  # in one talk


def crowd_of(count: int) -> Crowd:
    return Crowd(talks=count // PEOPLE, people=PEOPLE, speakers=1, rate=0.5, over_http=0, pause=10)


@experiment(
    quick={"missed": 20, "kill": False},
    quick_sizes=("large",),
    whole={"missed": 200},
    crowd=crowd_of(200),
    whole_crowd=crowd_of(2000),
)
async def storm_of_2000(run: Run, missed: int, *, kill: bool = True) -> None:
    """Two thousand lose their connections, miss a few messages each, and come back at once with their cursors; then
    the process (large: one of two) is killed under all of them. Promise: everybody gets his gap, then `caught_up`."""
    await come_back_at_once(run, missed)
    if kill:
        await lose_the_process(run)


@experiment(whole={"missed": 400}, crowd=crowd_of(5000))
async def storm_of_5000(run: Run, missed: int) -> None:
    """The same with five thousand."""
    await come_back_at_once(run, missed)
    await lose_the_process(run)


async def come_back_at_once(run: Run, missed: int) -> None:
    speaking = {id(device) for _, device in run.load.speakers}
    away = [device for device in run.load.devices if id(device) not in speaking]
    await asyncio.gather(*(device.switch_off() for device in away))
    behind = {device.name: dict(device.cursors) for device in away}
    await run.load.said(missed)
    newest = newest_of(run)
    began = monotonic()
    for device in away:
        device.switch_on()
    await everybody_is_back(run, away, began)
    run.figures["back after s"] = f"{monotonic() - began:.1f}"
    short = sum(1 for device in away if any(device.cursors[s] < newest.get(s, 0) for s in device.who.streams))
    run.expect(not short, f"{short} were told caught_up without their gap")
    run.expect(any(behind[device.name] != device.cursors for device in away), "nobody missed anything")


async def lose_the_process(run: Run) -> None:
    before = {device.name: device.resumed_at for device in run.load.devices}
    connected = [device for device in run.load.devices if device.ports[device.place] == run.servers[0].port]
    began = monotonic()
    await run.kill_and_start(run.servers[0])
    run.figures["killed and started in s"] = f"{monotonic() - began:.1f}"
    await run.load.until(lambda: all(d.resumed_at > before[d.name] for d in connected), BACK_WITHIN)
    await everybody_is_back(run, run.load.devices, began)
    run.figures["back after the kill s"] = f"{monotonic() - began:.1f}"


async def everybody_is_back(run: Run, devices: list[Device], began: float) -> None:
    await run.load.until(lambda: all(device.caught_up.is_set() for device in devices), BACK_WITHIN)
    missing = sum(1 for device in devices if not device.caught_up.is_set())
    run.expect(not missing, f"{missing} were not back after {monotonic() - began:.0f} s")


def newest_of(run: Run) -> dict[int, int]:
    """The highest acknowledged number of each stream."""
    newest: dict[int, int] = {}
    for ack in run.load.ledger.acks:
        newest[ack.name[0]] = max(newest.get(ack.name[0], 0), ack.seq)
    return newest
