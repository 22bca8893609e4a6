"""Play citizens and officers through the public doors (HTTP and socket), then read everything back and count.

Without --url it starts a service of its own in a temporary folder and ends it afterwards. With --url it needs the
accounts of that installation's demo world (--accounts, by default demo.json of the data folder).
Exit code 1 when anything was lost, doubled, disordered, left unanswered, or kept waiting beside a free seat.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from zhengwutong.players.ledger import Report
from zhengwutong.players.play import Account, Play, day_one
from zhengwutong.players.ports import free_port
from zhengwutong.players.script import SAMPLE, Unreadable, questions, scenes

DAY_ONE = {"registrations": 2000, "log_ins": 400, "questions": 100}
console = Console(stderr=True)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--questions", type=Path, default=SAMPLE, help="CSV with the columns question and reply")
    parser.add_argument("--day", choices=["one"], help="the first day: 2,000 registrations, 400 log-ins, 100 questions")
    parser.add_argument("--count", type=int, help="how many questions to ask (default: all in the file)")
    parser.add_argument("--citizens", type=int, default=60, help="how many citizens ask side by side")
    parser.add_argument("--speed", type=float, default=60, help="how many times faster than life (default 60)")
    parser.add_argument("--seed", type=int, default=1, help="which run of chance (default 1)")
    parser.add_argument("--url", help="a running service; without it one is started for the play")
    parser.add_argument("--accounts", type=Path, help="demo.json of the running service")
    parser.add_argument("--report", type=Path, help="write the figures to this JSON file")


def run(arguments: argparse.Namespace) -> int:
    try:
        pairs = wanted_questions(arguments)
    except Unreadable as problem:
        console.print(f"[red]{problem}", soft_wrap=True)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever was started is ended too
    with service(arguments) as (url, accounts):
        report = asyncio.run(played(arguments, url, accounts, pairs))
    show(report)
    if arguments.report:
        arguments.report.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if report.clean else 1


def wanted_questions(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """So many questions from the file; a file with fewer is gone through again."""
    pairs = questions(arguments.questions)
    count = arguments.count or (DAY_ONE["questions"] if arguments.day else len(pairs))
    return [pairs[place % len(pairs)] for place in range(count)]


async def played(
    arguments: argparse.Namespace, url: str, accounts: list[Account], pairs: list[tuple[str, str]]
) -> Report:
    """The first day's rush if wanted, then the questions; a bar for each."""
    chance = random.Random(arguments.seed)
    open_desks, closed_desks = await desks(url, accounts)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        counts = (0, 0)
        if arguments.day:
            bar = bars.add_task("注册和登录", total=DAY_ONE["registrations"] + DAY_ONE["log_ins"])
            counts = await day_one(
                url,
                registrations=DAY_ONE["registrations"],
                log_ins=DAY_ONE["log_ins"],
                progress=lambda done: bars.update(bar, completed=done),
            )
        play = Play(
            url,
            scenes(pairs, open_desks=open_desks, closed_desks=closed_desks, chance=chance),
            accounts,
            citizens=arguments.citizens,
            speed=arguments.speed,
            chance=chance,
            progress=lambda done: bars.update(asking, completed=done),
        )
        asking = bars.add_task("提问和答复", total=len(pairs))
        report = await play.run()
    report.registered += counts[0]
    report.signed_in += counts[1]
    if arguments.day and counts != (DAY_ONE["registrations"], DAY_ONE["log_ins"]):
        report.failures.append(f"registered {counts[0]}, signed in {counts[1]}")
    return report


async def desks(url: str, accounts: list[Account]) -> tuple[list[str], list[str]]:
    """The desks the accounts serve: those in their hours, and those outside."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        board = (await http.get("/api/duty/board")).raise_for_status().json()
    served = {account.desk for account in accounts}
    items = [row for row in board["items"] if row["key"] in served]
    closed = [row["key"] for row in items if row["state"] == "off_duty"]
    return [row["key"] for row in items if row["key"] not in closed], closed


# the service to play on


@contextmanager
def service(arguments: argparse.Namespace) -> Iterator[tuple[str, list[Account]]]:
    """The address and the officers of a running service: the one named, or one of our own."""
    if arguments.url:
        file = arguments.accounts or Path(os.environ.get("ZHENGWUTONG_DATA", "var")) / "demo.json"
        yield arguments.url, officers(file)
        return
    with tempfile.TemporaryDirectory(prefix="zhengwutong-simulate-") as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        own = start(Path(folder), port)
        try:
            wait_until_ready(own, url)
            yield url, officers(Path(folder) / "demo.json")
        finally:
            own.terminate()
            own.wait(30)


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "zhengwutong", "run", "--port", str(port), "--no-demo-officers"]
    environment = {**os.environ, "ZHENGWUTONG_DATA": str(folder)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def wait_until_ready(own: subprocess.Popen[bytes], url: str) -> None:
    """Return when the service answers; raises when it ended or took over a minute."""
    end = time.monotonic() + 60
    with httpx.Client(base_url=url, trust_env=False) as http:
        while time.monotonic() < end:
            if own.poll() is not None:
                raise SystemExit("the service could not be started")
            with suppress(httpx.TransportError):
                if http.get("/readyz").status_code == 200:
                    return
            time.sleep(0.1)
    raise SystemExit("the service did not become ready")


def officers(file: Path) -> list[Account]:
    """The officers of a demo world."""
    if not file.exists():
        raise SystemExit(f"{file} is not there; name the demo world's accounts with --accounts")
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [Account(row["username"], row["password"], row["desk"]) for row in rows if row["desk"] and not row["played"]]


def show(report: Report) -> None:
    """The figures, then a verdict in one line."""
    figures = report.as_json()
    failures = figures.pop("failures")
    for name, value in figures.items():
        console.print(f"  {name:24} {value}")
    for failure in failures[:20]:
        console.print(f"  [red]{failure}", soft_wrap=True)
    console.print(
        "[green]全部答复，没有丢失、重复、乱序，没有人守着空座等候。" if report.clean else "[red]有问题，见上。"
    )
