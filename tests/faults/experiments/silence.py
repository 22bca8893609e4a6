"""Clients that stop reading, and clients that vanish without a word."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

from tests.faults.connections import ends_of, held
from tests.faults.device import Device
from tests.faults.experiment import Run, experiment
from tests.faults.ledger import longest_delivery
from tests.faults.load import Crowd
from tests.faults.relay import Relay

CUT_WITHIN = 120.0  # seconds until those who do not read must be gone: they have to be sent enough first
BOUND = 100 * 1024  # KiB the service may grow; fifty outboxes of 256 KiB are 13 MiB
FOUND_WITHIN = 60.0  # seconds until the service must have noticed a peer that is gone
SPEAKERS = 4


@experiment(
    quick={"deaf": 10},
    quick_sizes=("small",),
    whole={"deaf": 50},
    crowd=Crowd(talks=1, people=SPEAKERS + 12, speakers=SPEAKERS, rate=12, longest=1990, over_http=0),
    whole_crowd=Crowd(talks=1, people=SPEAKERS + 52, speakers=SPEAKERS, rate=5, longest=1990, over_http=0),
)
async def readers_who_stop(run: Run, deaf: int) -> None:
    """Fifty followers of one busy talk stop reading, keeping their connections. Promise: all of them are cut, nobody
    else is, the service grows by less than 100 MiB, and once they read again they resume and miss nothing."""
    readers, others = run.load.devices[-deaf:], run.load.devices[:-deaf]
    await run.load.said(10)
    ends, memory, began = ends_of(readers), memory_of(run), monotonic()
    cuts = [sum(one.endings.values()) for one in others]
    for reader in readers:
        reader.reading.clear()
    largest = memory
    while (left := len(held(ends))) and monotonic() - began < CUT_WITHIN:
        await asyncio.sleep(0.2)
        largest = max(largest, memory_of(run))
    run.expect(len(ends) == deaf and not left, f"{left} who do not read were connected after {CUT_WITHIN:.0f} s")
    run.expect(largest - memory < BOUND, f"the service grew by {largest - memory} KiB")
    run.expect(cuts == [sum(one.endings.values()) for one in others], "somebody who reads was cut")
    run.figures["cut after s"] = f"{monotonic() - began:.0f}"
    run.figures["grown by MiB"] = f"{(largest - memory) / 1024:.0f}"
    run.figures["longest delivery to the others s"] = f"{delivered_in(run, others):.1f}"
    for reader in readers:
        reader.reading.set()
    await run.load.said(10)


def delivered_in(run: Run, devices: list[Device]) -> float:
    return longest_delivery(run.load.ledger, readers={device.name for device in devices})


def memory_of(run: Run) -> int:
    """KiB of the service's processes in memory."""
    states = [Path(f"/proc/{server.process.pid}/status").read_text() for server in run.servers]
    return sum(int(line.split()[1]) for state in states for line in state.splitlines() if line.startswith("VmRSS"))


@experiment(whole={"vanishing": 4}, crowd=Crowd(talks=2, people=4, speakers=2, rate=2))
async def half_open(run: Run, vanishing: int) -> None:
    """Lines go dead without a word while the talks go on: half of them as if the peer were there but mute, half as if
    nothing were taken any more. Promise: the service gives each up within a minute, and the clients, back on other
    lines, miss nothing."""
    speaking = {id(device) for _, device in run.load.speakers}
    devices = [device for device in run.load.devices if id(device) not in speaking][:vanishing]
    async with Relay(run.servers[0].port).listening() as relay:
        for device in devices:
            await move(run, device, relay.port)
        ends, began = relay.go_silent(), monotonic()
        run.expect(len(held(ends)) == vanishing, "not all lines stood")
        await run.load.until(lambda: not held(ends), FOUND_WITHIN)
        run.expect(not held(ends), f"{len(held(ends))} dead lines stood for {monotonic() - began:.0f} s")
        run.figures["found after s"] = f"{monotonic() - began:.0f}"
        for device in devices:
            await move(run, device, run.servers[-1].port)


async def move(run: Run, device: Device, port: int) -> None:
    """Have the device hang up and connect there."""
    before, device.ports, device.place = device.resumed_at, [port], 0
    device.hang_up()
    assert await run.load.until(lambda: device.resumed_at > before, 60), f"no way by port {port}"
