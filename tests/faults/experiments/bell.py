"""Valkey vanishes, forgets, hangs up or falls silent: it only ever carried hints."""

from __future__ import annotations

import asyncio
from itertools import cycle
from time import monotonic

import httpx
import redis

from tests.faults.experiment import Run, experiment
from tests.faults.experiments.database import answered_in_time
from tests.faults.hurting import crashed, on_wires
from tests.faults.ledger import longest_delivery
from tests.faults.watch import PLAIN, PROMISED, watching
from tests.servers.valkey import Valkey

SLACK = 2.0  # seconds, for a machine that does other things as well
AUTH = "/_allauth/browser/v1/auth"
CSRF = "f" * 32
PASSWORD = "hu-bin-lu-1107"
GUESSES = 5  # wrong passwords for one account in five minutes; without Valkey each process counts for itself


def valkey_of(run: Run) -> Valkey:
    assert run.site.valkey is not None
    return run.site.valkey


def delivered_in_time(run: Run) -> None:
    longest = longest_delivery(run.load.ledger)
    run.expect(
        longest < PROMISED + SLACK, f"delivery falls back within {PROMISED:.0f} s, and not after {longest:.1f} s"
    )


@experiment(quick={"times": 1, "away": 1.5}, whole={"times": 6, "away": 20.0}, sizes=("large",))
async def valkey_killed(run: Run, times: int, away: float) -> None:
    """Valkey is killed in mid-load, away for up to twenty seconds, and comes back empty, six times. Promise: what is
    said on one process reaches readers on the other within five seconds."""
    await crashed(run, valkey_of(run), times=times, away=away)
    delivered_in_time(run)
    run.figures["kills"] = str(times)


@experiment(quick={"times": 3}, whole={"times": 60}, sizes=("large",))
async def valkey_flushed(run: Run, times: int) -> None:
    """FLUSHALL, and CLIENT KILL of every subscriber or of every other client, in turn. Promise: the same."""
    deeds = cycle([("FLUSHALL",), ("CLIENT", "KILL", "TYPE", "pubsub"), ("CLIENT", "KILL", "TYPE", "normal")])
    with redis.Redis.from_url(valkey_of(run).url) as client:
        for _, deed in zip(range(times), deeds, strict=False):
            await run.load.said(run.random.randrange(20, 60))
            await asyncio.to_thread(client.execute_command, *deed)
    await run.load.said(20)
    delivered_in_time(run)
    run.figures["deeds"] = str(times)


@experiment(whole={"seconds": 60.0}, sizes=("large",))
async def valkey_silent(run: Run, seconds: float) -> None:
    """The wire to Valkey takes everything and brings nothing for a minute: first that of one process, so that the other
    has no reason to doubt, then both. Promise: delivery falls back within five seconds, whoever asks is answered
    within five, wrong passwords go on being counted."""
    async with on_wires(run) as wires, watching(run.load) as watch:
        names = [f"guessed{run.random.randrange(10**9)}" for _ in range(2)]
        for name in names:
            await signed_up(run, name)
        for silent, name in zip((wires.bell[:1], wires.bell), names, strict=True):
            for wire in silent:
                wire.silence()
            end = monotonic() + seconds
            await guessed(run, name)
            await asyncio.sleep(max(0.0, end - monotonic()))
            for wire in silent:
                wire.mend()
        await run.load.said(20)
    delivered_in_time(run)
    answered_in_time(run, watch.longest())


async def signed_up(run: Run, name: str) -> None:
    async with browser(run.servers[0].url) as http:
        answer = await http.post(f"{AUTH}/signup", json={"username": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text


async def guessed(run: Run, name: str) -> None:
    """Guess at a password at every process in turn: the limit must come, and every answer in time."""
    allowed, longest = 0, 0.0
    for number in range(GUESSES * len(run.servers) + 4):
        async with browser(run.servers[number % len(run.servers)].url) as http:
            began = monotonic()
            answer = await http.post(f"{AUTH}/login", json={"username": name, "password": f"wrong-{number}"})
            longest = max(longest, monotonic() - began)
            allowed += "too_many" not in answer.text and answer.status_code == 400
    run.expect(allowed <= GUESSES * len(run.servers), f"{allowed} guesses at one account were let through")
    run.expect(longest < PROMISED + SLACK, f"an answer at sign-in in time, and not after {longest:.1f} s")
    run.figures["guesses let through"] = str(allowed)
    run.figures["longest sign-in"] = f"{longest:.1f} s"


def browser(url: str) -> httpx.AsyncClient:
    headers = {"Cookie": f"csrf={CSRF}", "X-CSRFToken": CSRF, "Origin": url}
    return httpx.AsyncClient(base_url=url, timeout=60, trust_env=False, verify=PLAIN, headers=headers)
