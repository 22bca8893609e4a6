"""The machine under the figures: its two cores, its speed at this moment, and what processes use of it.

What is measured (service, PostgreSQL, Valkey) runs on the first core, whoever asks it on the second.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVING, ASKING = CORES[0], CORES[-1]
LOOP = "import time\nx = 0\nt = time.process_time()\nfor i in range(1500000): x += i\nprint(time.process_time() - t)"
LOOP_SECONDS = 0.105  # of that loop on the machine of docs/performance.md when nobody else is there
GROUP = "/proc/{}/autogroup"  # between sessions its value counts, within one that of the process


def described() -> dict[str, object]:
    """What the figures were measured on."""
    names = [line.partition(":")[2].strip() for line in lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next(int(line.split()[1]) for line in lines("/proc/meminfo") if line.startswith("MemTotal"))
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": len(CORES),
        "memory_gib": round(memory / 2**20, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def lines(path: str | Path) -> list[str]:
    return Path(path).read_text().splitlines()


def slowness() -> float:
    """How much longer a fixed loop takes on the serving core than on an unoccupied machine: 1 is at its best."""
    done = subprocess.run(on_core(SERVING, [sys.executable, "-c", LOOP]), capture_output=True, text=True, check=True)
    return round(float(done.stdout) / LOOP_SECONDS, 2)


def on_core(core: int, command: list[str]) -> list[str]:
    """The command as it is run on one core, before everybody else's where that is allowed."""
    return [*(["nice", "-n", "-20"] if os.geteuid() == 0 else []), "taskset", "-c", str(core), *command]


@contextmanager
def first_in_line() -> Iterator[None]:
    """As root, everything started in this block goes before the machine's other work."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    give_way(-20)
    try:
        yield
    finally:
        give_way(before)


def give_way(nice: int, process: int | str = "self") -> None:
    if os.geteuid() == 0:
        with suppress(OSError):
            Path(GROUP.format(process)).write_text(str(nice))


def pin(pid: int, core: int = SERVING) -> None:
    """Keep a running process, its threads and its children on one core; what they start later follows them.

    As root they go before the machine's other work, as what is started by `on_core` does.
    """
    for process in family(pid):
        give_way(-20, process)
        for thread in (int(one.name) for one in Path(f"/proc/{process}/task").iterdir()):
            with suppress(OSError):
                os.sched_setaffinity(thread, {core})
                if os.geteuid() == 0:
                    os.setpriority(os.PRIO_PROCESS, thread, -20)


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                found += family(int(child))
    return found


class Meter:
    """Processor time of processes, by part, from the moment it is made; what has ended meanwhile is not counted."""

    def __init__(self, parts: dict[str, list[int]]) -> None:
        self.parts = parts
        self.before = {pid: spent(pid) for pids in parts.values() for pid in pids}

    def seconds(self) -> dict[str, float]:
        return {part: sum(max(0.0, spent(pid) - self.before[pid]) for pid in pids) for part, pids in self.parts.items()}


def spent(pid: int) -> float:
    """Seconds of processor time of a process's living threads, as the scheduler counts them."""
    total = 0
    for part in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):
            total += int(part.read_text().split()[0])
    return total / 1e9


def resident_kib(pid: int) -> int:
    """Memory of a process that is really there, KiB."""
    return next(int(line.split()[1]) for line in lines(f"/proc/{pid}/status") if line.startswith("VmRSS:"))
