#!/usr/bin/env python3
"""Measure the live path: delivered durable messages per second, latency, memory per idle connection.

    python -m bench [--database sqlite|postgresql] [--seconds 5] [--rounds 3] [--pairs 500] [--idle 5000]

The service runs on core 0, the load generator (wsload.c) on core 1. Two members of each talk play ping-pong: a message
counts when it has been delivered to the other one, and it is delivered only after its commit. Afterwards the database
is read: every acknowledged message must be in it, each talk numbered without gaps. When the ceiling prototype is found
in ../shared/bench/ceiling it runs in turn with the product, and the share of it that the product reaches is told;
else there are absolute figures only. `share_cpu` compares processor time per message: on a machine with other work
it says more than `share`. The result is printed and written to bench/latest.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import psycopg  # noqa: E402

from tests.servers.postgresql import PostgreSQL, postgresql  # noqa: E402

CEILING = HERE.parent.parent / "shared" / "bench" / "ceiling"
BODY = ("您好我想咨询一下住房公积金提取需要准备哪些材料是否可以在网上办理谢谢" * 3)[:60]
SESSION = "bench-session-"
STREAM = "1000"  # a talk's id is this followed by the number wsload knows it by
SIDE_BY_SIDE = 500  # connections the product and the ceiling are compared with: 500 pairs


def main() -> int:
    wanted = arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhengwutong-bench-")))
        wsload = build(folder)
        result: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "database": wanted.database,
            "pairs": wanted.pairs,
            "seconds": wanted.seconds,
        }
        server = stack.enter_context(postgresql(durable=True)) if wanted.database == "postgresql" else None
        result.update(measure(wanted, folder, wsload, server))
    report(result)
    (HERE / "latest.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    return 0 if result["verified"] else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--idle", type=int, default=5000)
    return parser.parse_args()


def build(folder: Path) -> Path:
    """The load generator, compiled."""
    program = folder / "wsload"
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise SystemExit("a C compiler is needed for the load generator: apt-get install gcc")
    subprocess.run([compiler, "-O2", "-w", "-o", program, HERE / "wsload.c"], check=True)
    return program


def measure(wanted: argparse.Namespace, folder: Path, wsload: Path, server: PostgreSQL | None) -> dict[str, Any]:
    rounds: list[dict[str, Any]] = []
    ceilings: list[dict[str, Any]] = []
    result: dict[str, Any] = {"verified": True}
    for number in range(wanted.rounds):
        with product(folder / f"product-{number}", wanted, server) as running:
            rounds.append(load(wsload, running, wanted))
            if number == wanted.rounds - 1:
                running.options += saying("b")
                half = load(wsload, running, wanted, rate=round(rounds[-1]["per_s"] / 2))
                result["half_load"] = {name: half[name] for name in ("per_s", "p50_ms", "p99_ms", "ack_p50_ms")}
                rounds[-1]["acks_ever"] += half["acks_ever"]
            result["verified"] &= verify(running, rounds[-1])
        if CEILING.exists() and wanted.database == "sqlite":
            with ceiling(folder / f"ceiling-{number}.db") as running:
                ceilings.append(load(wsload, running, wanted))
    result |= summary("product", rounds)
    if ceilings:
        result |= summary("ceiling", ceilings)
        result["share"] = round(result["product_per_s"] / result["ceiling_per_s"], 3)
        result["share_cpu"] = round(result["ceiling_cpu_us"] / result["product_cpu_us"], 3)
    if wanted.idle:
        with product(folder / "idle", wanted, server) as running:
            result["idle_connections"] = wanted.idle
            result["idle_kib"] = idle(wsload, running, wanted.idle)
    return result


def summary(name: str, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median round, and all of them."""
    return {
        f"{name}_per_s": round(statistics.median(one["per_s"] for one in rounds)),
        f"{name}_p50_ms": statistics.median(one["p50_ms"] for one in rounds),
        f"{name}_p99_ms": statistics.median(one["p99_ms"] for one in rounds),
        f"{name}_cpu_us": statistics.median(one["cpu_us_per_msg"] for one in rounds),
        f"{name}_rounds": [round(one["per_s"]) for one in rounds],
        f"{name}_errors": sum(one["errors"] + one["lost"] for one in rounds),
    }


class Running:
    """A server under test, and how to speak to it."""

    def __init__(self, port: int, pid: int, options: list[str], database: Path | PostgreSQL | None) -> None:
        self.port = port
        self.pid = pid
        self.options = options
        self.database = database
        self.name = ""


@contextmanager
def product(folder: Path, wanted: argparse.Namespace, server: PostgreSQL | None) -> Iterator[Running]:
    """The service on an empty installation with signed-in people and a talk for each pair."""
    folder.mkdir()
    port, many = free_port(), "100000000"
    env = os.environ | {
        "ZHENGWUTONG_DATA": str(folder),
        "ZHENGWUTONG_USER_FRAMES": many,
        "ZHENGWUTONG_USER_BURST": many,
        "PYTHONPATH": str(HERE.parent),
    }
    env.pop("DATABASE_URL", None)
    env.pop("VALKEY_URL", None)
    if server is not None:
        env["DATABASE_URL"] = server.create(folder.name.replace("-", "_"))
    prepare = [HERE / "prepare.py", SESSION, STREAM, str(wanted.pairs), str(max(wanted.pairs * 2, wanted.idle))]
    subprocess.run([sys.executable, *prepare], env=env, check=True)
    script = "from zhengwutong.cli import main; raise SystemExit(main())"
    command = [sys.executable, "-c", script, "serve", "--port", str(port)]
    options = ["-u", "/ws?hello", "-H", f"Cookie: session={SESSION}$u"]
    options += ["-M", '"t":"entry"', "-A", '"t":"ack"', "-R", '"t":"err"', *saying("a")]
    with on_core_0(command, port, env) as pid:
        running = Running(port, pid, options, server or folder / "zhengwutong.sqlite3")
        running.name = folder.name.replace("-", "_")
        yield running


def saying(run: str) -> list[str]:
    """What is sent; the keys of each run are new ones, else nothing would be stored."""
    return ["-s", f'{{"t":"send","stream":{STREAM}$c,"key":"{run}$k","body":"{BODY}"}}', "-K", f'"key":"{run}']


@contextmanager
def ceiling(database: Path) -> Iterator[Running]:
    """The prototype: the same sockets and rows without product around them."""
    port = free_port()
    env = os.environ | {"STORE": f"sqlite:{database}", "SEQ": "mem"}
    send = f'{{"t":"send","c":$c,"k":$k,"b":"{BODY}"}}'
    with on_core_0([sys.executable, str(CEILING / "onport.py"), str(port)], port, env, CEILING) as pid:
        yield Running(port, pid, ["-u", "/ws?u=$u", "-s", send], None)


@contextmanager
def on_core_0(command: list[str], port: int, env: dict[str, str], folder: Path = HERE) -> Iterator[int]:
    child = subprocess.Popen([*priority(), "taskset", "-c", "0", *command], env=env, cwd=folder)
    try:
        wait_for(port, child)
        time.sleep(1)
        yield child.pid
    finally:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def load(wsload: Path, running: Running, wanted: argparse.Namespace, rate: int = 0) -> dict[str, Any]:
    options = ["-m", "pair", "-n", str(wanted.pairs * 2), "-d", str(wanted.seconds)]
    return run(wsload, running, [*options, "-r", str(rate)] if rate else options)


def run(wsload: Path, running: Running, options: list[str]) -> dict[str, Any]:
    command = [*priority(), "taskset", "-c", "1", str(wsload), "-p", str(running.port), "-c", str(running.pid)]
    done = subprocess.run([*command, *running.options, *options], capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout:
        raise SystemExit(f"the load generator failed:\n{done.stderr[-2000:]}")
    if done.stderr.count("\n") > 1:
        print(done.stderr[-600:], file=sys.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def verify(running: Running, result: dict[str, Any]) -> bool:
    """Every acknowledged message is stored, once, and each talk is numbered without gaps."""
    question = (
        "SELECT coalesce(sum(n), 0), coalesce(sum(CASE WHEN n <> top OR n <> keys THEN 1 ELSE 0 END), 0) FROM (SELECT "
        "count(*) n, max(seq) top, count(DISTINCT key) keys FROM journal_entry GROUP BY stream_id) counted"
    )
    if isinstance(running.database, Path):
        database = sqlite3.connect(running.database)
        stored, gaps = database.execute(question).fetchone()
        database.close()
    else:
        assert running.database is not None
        with psycopg.connect(running.database.url(running.name)) as connection:
            stored, gaps = connection.execute(question).fetchone()  # type: ignore[misc]
    result["stored"], result["gaps"] = int(stored), int(gaps)
    if stored < result["acks_ever"] or gaps:
        print(f"LOST {result['acks_ever'] - stored}, GAPS {gaps}", file=sys.stderr)
    return bool(stored >= result["acks_ever"] and not gaps)


def idle(wsload: Path, running: Running, count: int) -> float:
    """KiB of resident memory per connection that says nothing."""
    before = resident(running.pid)
    command = [str(word) for word in [wsload, "-m", "idle", "-n", count, "-p", running.port, "-d", 8, *running.options]]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    print(child.stderr.readline().strip(), file=sys.stderr)
    time.sleep(5)
    after = resident(running.pid)
    child.wait()
    return round((after - before) / count, 1)


def resident(pid: int) -> int:
    """KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit(f"process {pid} has ended")


def report(result: dict[str, Any]) -> None:
    width = max(len(name) for name in result)
    for name, value in result.items():
        print(f"{name:{width}}  {value}")


def priority() -> list[str]:
    return ["nice", "-n", "-20"] if os.geteuid() == 0 else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=90)
    while datetime.now(UTC) < deadline and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
