"""Measure the service on this machine: python -m bench [PART …]

The service and its databases run on one core, whoever asks them on another. Each part is one measurement; without
names all of them are made, those of `--long` only when it is given. A part's figures go into bench/latest.json in
place of its former ones; `--report` writes the table and plots of docs/performance.md from that file.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import client, desk, idle, lists, live, load, machine, pages, refusals, report, result
from bench.context import Bench

PARTS = {
    "small": live.small,
    "large": live.large,
    "crossing": live.crossing,
    "idle": idle.memory,
    "storm": idle.storm,
    "pages": pages.pages,
    "sign_ins": lists.sign_ins,
    "lists": lists.lists,
    "desk": desk.desk,
    "presence": lists.presence,
    "refusals": refusals.refusals,
    "client": client.client,
}
ONLY_LONG: set[str] = set()


def main() -> int:
    wanted = arguments()
    if wanted.report:
        report.write()
        return 0
    raise_limit_of_files()
    with ExitStack() as stack:
        stack.enter_context(machine.first_in_line())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhengwutong-bench-")))
        folder.chmod(0o755)
        bench = Bench(
            folder=folder,
            load=load.Load(load.built(folder)),
            stack=stack,
            seconds=wanted.seconds,
            rounds=wanted.rounds,
            pairs=wanted.pairs,
            crowd=wanted.crowd,
            long=wanted.long,
        )
        sound = True
        for part in wanted.parts or [name for name in PARTS if wanted.long or name not in ONLY_LONG]:
            bench.say(f"— {part}: {(PARTS[part].__doc__ or '').splitlines()[0]}")
            figures = PARTS[part](bench)
            sound &= figures.get("verified", True)
            result.merge(wanted.result, part, figures)
            bench.say(", ".join(f"{name} {value}" for name, value in figures.items() if not isinstance(value, dict)))
    return 0 if sound else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, default=3, help="of each load")
    parser.add_argument("--rounds", type=int, default=3, help="in which product and ceiling take turns")
    parser.add_argument("--pairs", type=int, default=500, help="of people who talk")
    parser.add_argument("--crowd", type=int, default=5000, help="connections that are idle or come back at once")
    parser.add_argument("--long", action="store_true", help="also what takes more than a few minutes")
    parser.add_argument("--result", type=Path, default=result.LATEST, help="the file the figures go to")
    parser.add_argument("--report", action="store_true", help="measure nothing: write tables and plots of the page")
    wanted = parser.parse_args()
    unknown = set(wanted.parts) - PARTS.keys()
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    return wanted


def raise_limit_of_files() -> None:
    """As many open files as this machine allows: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())
