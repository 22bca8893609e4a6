"""The load generator (wsload.c): compiled here, run on the asking core, its figures split by part."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from bench import machine
from bench.target import Target

HERE = Path(__file__).resolve().parent
MOST_PIDS = 64  # wsload watches no more


class LoadFailed(Exception):
    """The load generator ended with an error; the message is what it said."""


def built(folder: Path) -> Path:
    """The load generator, compiled."""
    program = folder / "wsload"
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise SystemExit("a C compiler is needed for the load generator: apt-get install gcc")
    subprocess.run([compiler, "-O2", "-w", "-o", program, HERE / "wsload.c"], check=True)
    return program


class Load:
    """Asks targets, and counts: `acknowledged` by target, for checking afterwards; refusals and lost connections."""

    def __init__(self, program: Path) -> None:
        self.program = program
        self.acknowledged: dict[Target, int] = {}
        self.runs = 0

    def play(self, target: Target, pairs: int, seconds: float, *, rate: float = 0) -> dict[str, Any]:
        """Ping-pong of so many pairs: as fast as it goes, or at so many messages per second."""
        self.runs += 1
        words = ["-m", "pair", "-n", str(2 * pairs), "-d", str(seconds), *target.options(f"r{self.runs}")]
        parts = target.parts()
        found = self.run(target, [*words, "-r", f"{rate:.0f}"] if rate else words, parts)
        self.acknowledged[target] = self.acknowledged.get(target, 0) + found["acks_ever"]
        return {
            "per_s": round(found["per_s"]),
            "us": microseconds(found, parts),
            "cpu_us": found["cpu_us_per_msg"],
            "busy": round(sum(found["cpu"].values()), 2),
            "p50_ms": found["p50_ms"],
            "p99_ms": found["p99_ms"],
            "ack_p50_ms": found["ack_p50_ms"],
            "errors": found["errors"] + found["lost"],
        }

    def run(self, target: Target, words: list[str], parts: dict[str, list[int]]) -> dict[str, Any]:
        """wsload with these words; its line of figures."""
        pids = [str(pid) for some in parts.values() for pid in some][:MOST_PIDS]
        ports = ",".join(str(port) for port in target.ports[:2])
        command = machine.on_core(machine.ASKING, [str(self.program), "-p", ports, "-c", ",".join(pids), *words])
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not done.stdout:
            raise LoadFailed(done.stderr[-2000:])
        found: dict[str, Any] = json.loads(done.stdout)
        if found["errors"] or found["lost"]:
            print(done.stderr[-600:])
        return found

    def open(self, target: Target, count: int, seconds: float) -> subprocess.Popen[str]:
        """So many connections that say nothing; returned when all of them stand."""
        words = ["-m", "idle", "-n", str(count), "-d", str(seconds), *target.options("idle")]
        command = [str(self.program), "-p", ",".join(map(str, target.ports[:2])), *words]
        child = subprocess.Popen(
            machine.on_core(machine.ASKING, command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert child.stderr is not None
        if "connections in" not in (said := child.stderr.readline()):
            child.kill()
            raise LoadFailed(said + child.stderr.read())
        return child


def microseconds(found: dict[str, Any], parts: dict[str, list[int]]) -> dict[str, float]:
    """Processor time per delivered message, by part."""
    each = found["secs"] * 1e6 / max(1, found["msgs"])
    return {part: round(sum(found["cpu"].get(str(pid), 0.0) for pid in pids) * each, 1) for part, pids in parts.items()}
