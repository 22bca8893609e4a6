"""A clock is wrong: numbers and order come from the database, not from the wall."""

from __future__ import annotations

import asyncio

import httpx

from tests.faults.experiment import Run, experiment
from tests.faults.hurting import on_machine
from tests.faults.watch import PLAIN
from tests.gateway.stage import do

JUMPS = (2 * 3600, 0, -24 * 3600, 0)  # seconds ahead


@experiment(whole={"seconds": 35.0})
async def clock_jumps(run: Run, seconds: float) -> None:
    """The wall clock of one process (large: of two) jumps two hours ahead, back, a day back, and right again, half a
    minute each. Promise: nothing but the five zeros; nobody is signed out, nobody who is connected is taken for absent,
    whichever process looks."""
    people = [person.user for talk in run.load.talks for person in talk.people]
    absent: set[int] = set()
    async with on_machine(run, run.servers[0]) as machine:
        for jump in JUMPS:
            machine.shift_clock(jump)
            for _ in range(max(1, round(seconds / 5))):
                await asyncio.sleep(min(seconds, 5.0))
                if run.size == "large":
                    absent |= set(people) - set(await asyncio.to_thread(present, run, people))
            await run.load.said(20)
            run.expect(await signed_in(run), "nobody is signed out by a clock")
    run.expect(not absent, f"{len(absent)} people who were connected were taken for absent")
    run.figures["jumps"] = "+2 h, −2 h, −24 h, +24 h"


def present(run: Run, people: list[int]) -> list[int]:
    """Who is connected, as a process with a right clock sees it."""
    found: list[int] = do(run.site.installation, "present", *people)
    return found


async def signed_in(run: Run) -> bool:
    """Whether everybody is still himself on the process whose clock is wrong."""
    answers = []
    async with httpx.AsyncClient(base_url=run.servers[0].url, timeout=20, trust_env=False, verify=PLAIN) as http:
        for talk in run.load.talks:
            for person in talk.people:
                answer = await http.get("/api/me", headers={"Cookie": f"session={person.session}"})
                answers.append(answer.status_code == 200 and answer.json()["user"] is not None)
    return all(answers)
