"""The process is gone from one moment to the next."""

from __future__ import annotations

from tests.faults.experiment import Run, experiment


@experiment(quick={"times": 2}, whole={"times": 50})
async def killed_in_mid_load(run: Run, times: int) -> None:
    """SIGKILL of the process (large: of one of the two) fifty times, each time after some dozens of messages, while
    everybody goes on sending. Promise: nothing but the five zeros."""
    for _ in range(times):
        if run.random.random() < 0.5:  # else also those are hit who are just coming back
            await run.load.everybody(10)
        await run.load.said(run.random.randrange(10, 40))
        await run.kill_and_start(run.random.choice(run.servers))
    run.figures["kills"] = str(times)
