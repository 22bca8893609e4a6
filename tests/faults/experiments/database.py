"""PostgreSQL crashes, falls silent, loses a connection at the worst moment, or has none left."""

from __future__ import annotations

import asyncio
from time import monotonic

import httpx
import psycopg
from psycopg import sql

from tests.faults.experiment import Run, experiment
from tests.faults.hurting import Hogs, crashed, database_of, on_wires
from tests.faults.watch import PROMISED, watching

# An answer in time is a promise of the service, not of a machine that does ten other things at once.
SLACK = 2.0  # seconds
WORD = "好"  # somebody soon says it; what the writer reads does not hold it
LOCK = 4.0  # seconds a statement waits for a lock


@experiment(quick={"times": 1, "away": 1.0}, whole={"times": 20, "away": 6.0}, sizes=("large",))
async def postgresql_killed(run: Run, times: int, away: float) -> None:
    """PostgreSQL crashes in mid-load, is away for up to six seconds, recovers from its log and is there again.
    Promise: meanwhile whoever asks is answered, if only `unavailable`, within five seconds; afterwards everything goes
    on by itself."""
    database = run.site.postgresql
    assert database is not None
    async with watching(run.load) as watch:
        await crashed(run, database, times=times, away=away)
    answered_in_time(run, watch.longest())
    run.figures["crashes"] = str(times)


@experiment(quick={"times": 3}, whole={"times": 60}, sizes=("large",))
async def answer_to_commit_lost(run: Run, times: int) -> None:
    """The connection to PostgreSQL is lost exactly when it says that it has committed: the message is stored, and who
    stored it does not know. Half of the times it is the writer of the live path, whose statement commits by itself,
    else whoever says COMMIT next. Promise: it is stored once and acknowledged."""
    async with on_wires(run) as wires:
        for number in range(times):
            for wire in wires.database:
                if number % 2:
                    wire.swallow_answers(1, to=WORD, whose="zhengwutong-writer")
                else:
                    wire.swallow_commits(1)
            await run.load.until(lambda: any(wire.swallowed for wire in wires.database), 30)
            run.expect(any(wire.swallowed for wire in wires.database), "a commit came by")
            await run.load.said(5)
    run.figures["answers lost"] = str(times)


@experiment(quick={"seconds": 8.0}, whole={"seconds": 60.0}, sizes=("large",))
async def postgresql_silent(run: Run, seconds: float) -> None:
    """PostgreSQL keeps its connections, takes new ones, and says nothing: it is halted, its disk hangs, the network
    swallows everything. What was asked in the silence is done after it. Promise: meanwhile whoever asks is refused
    within five seconds; afterwards everything goes on by itself, and nothing is stored twice."""
    async with on_wires(run) as wires, watching(run.load) as watch:
        await run.load.said(20)
        for wire in wires.database:
            wire.silence()
        await asyncio.sleep(seconds)
        for wire in wires.database:
            wire.mend()
        await run.load.said(20)
    refused = [one for one in watch.answers if one.code in ("unavailable", "503")]
    run.expect({one.door for one in refused} == {"http", "socket"}, "at both doors somebody was refused")
    run.expect(bool(run.load.ledger.put_off), "messages were put off")
    answered_in_time(run, watch.longest())
    run.figures["refusals"] = str(len(refused) + len(run.load.ledger.put_off))


@experiment(whole={"seconds": 30.0}, sizes=("large",))
async def no_connection_left(run: Run, seconds: float) -> None:
    """Others take every connection PostgreSQL has, and the service's own are broken again and again, for thirty
    seconds. Promise: a typed refusal within five seconds, and recovery by itself."""
    hogs = Hogs(run)
    async with watching(run.load) as watch:
        await run.load.said(20)
        try:
            await asyncio.to_thread(hogs.take_all, seconds)
        finally:
            await asyncio.to_thread(hogs.go)
        await run.load.said(20)
    refused = [one for one in watch.answers if one.code in ("unavailable", "503")]
    run.expect(bool(refused or run.load.ledger.put_off), "somebody was refused")
    answered_in_time(run, watch.longest())
    run.figures |= {"taken": str(len(hogs.taken)), "refusals": str(len(refused) + len(run.load.ledger.put_off))}


@experiment(quick={"seconds": 3.0, "requests": 30}, whole={"seconds": 30.0, "requests": 60}, sizes=("large",))
async def every_http_thread_busy(run: Run, seconds: float, requests: int) -> None:
    """Somebody locks the consultations' table for thirty seconds, and more requests ask for it than there are threads
    to answer. Promise: whoever finds no thread is told `unavailable` within five seconds, whoever gets one at last and
    then waits for the lock within four more; the live path goes on."""
    waits: list[float] = []
    cookie = {"Cookie": f"session={run.load.talks[0].people[0].session}"}
    limits = httpx.Limits(max_connections=None)
    http = httpx.AsyncClient(base_url=run.servers[0].url, timeout=60, trust_env=False, headers=cookie, limits=limits)
    asking = [asyncio.create_task(ask(run, http, waits)) for _ in range(requests)]
    try:
        acknowledged = await asyncio.to_thread(locked, run, seconds)
        run.expect(acknowledged > 0, "the live path goes on while HTTP cannot")
        await run.load.said(20)
        await run.load.until(lambda: len(waits) >= requests, PROMISED + LOCK + SLACK)
    finally:
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await http.aclose()
    answered_in_time(run, max(waits, default=99.0), more=LOCK)
    run.figures |= {"answers": str(len(waits)), "live meanwhile": str(acknowledged)}


def locked(run: Run, seconds: float) -> int:
    """Hold the lock so long; how many messages were acknowledged meanwhile."""
    assert run.site.postgresql is not None
    with psycopg.connect(run.site.postgresql.url(database_of(run))) as connection:
        connection.execute(sql.SQL("LOCK TABLE consult_consultation IN ACCESS EXCLUSIVE MODE"))
        before, end = len(run.load.ledger.acks), monotonic() + seconds
        while monotonic() < end:
            connection.execute("SELECT pg_sleep(0.5)")
        return len(run.load.ledger.acks) - before


async def ask(run: Run, http: httpx.AsyncClient, waits: list[float]) -> None:
    """Ask the first process for a consultation again and again, and note how long each answer took."""
    while True:
        began = monotonic()
        answer = await http.get(f"/api/consultations/{run.load.talks[0].id}")
        waits.append(monotonic() - began)
        run.expect(answer.status_code in (200, 503), f"a page or a refusal, not {answer.status_code}")
        await asyncio.sleep(0.2)


def answered_in_time(run: Run, longest: float, *, more: float = 0.0) -> None:
    """The promise, and for the table how long it really was."""
    run.expect(longest < PROMISED + more + SLACK, f"an answer in time, and not after {longest:.1f} s")
    run.figures["longest answer"] = f"{longest:.1f} s"
