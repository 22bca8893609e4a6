"""What an experiment is, which there are, and how one is run.

    @experiment(quick={"times": 2}, whole={"times": 50})
    async def killed(run: Run, times: int) -> None:
        \"\"\"What is done, and what is promised: two or three lines, shown in docs/reliability.md.\"\"\"
        for _ in range(times):
            await run.load.said(20)
            await run.kill_and_start(run.random.choice(run.servers))

The function is called while a crowd talks, and returns when enough has happened. `run.expect` notes promises of its
own; everything else is the same for all: settle, check, and pass when nothing is lost, undelivered, unexpected,
duplicated or disordered, nobody complained and every promise was kept.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import resource
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import uvloop

from tests.faults import experiments
from tests.faults.checker import Verdict, check
from tests.faults.ledger import Ledger, longest_delivery, longest_wait
from tests.faults.load import Crowd, Load, Person, Talk
from tests.faults.site import Site
from tests.gateway.stage import do
from tests.servers.service import Server

SIZES = ("small", "large")
PATIENCE = 120.0  # seconds for a process to come up while thousands knock
Settings = dict[str, Any]
AT_ONCE = 12  # talks made by one command, which takes a second or two
registry: dict[str, Experiment] = {}
stock: dict[tuple[Path, int], list[Talk]] = {}


@dataclass
class Run:
    """One run of an experiment, in the experiment's own hands. `figures` go into the table's last column."""

    site: Site
    load: Load
    random: Random
    figures: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def size(self) -> str:
        return self.site.installation.size

    @property
    def servers(self) -> list[Server]:
        return self.site.installation.servers

    def expect(self, kept: bool, promise: str) -> None:
        """Note a promise that was not kept; the run goes on."""
        if not kept:
            self.broken.append(promise)

    async def kill_and_start(self, server: Server) -> None:
        """Crash a process and start it again on its port."""
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)


Act = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Experiment:
    """`quick` and `whole` are the keywords of the act at either scale; without `quick` it is no part of `make test`,
    and there it runs on `quick_sizes` only.

    `on` makes an installation of its own for it, given the size; otherwise it gets an ordinary one.
    """

    name: str
    act: Act
    text: str
    whole: Settings
    quick: Settings | None
    crowd: Crowd
    whole_crowd: Crowd
    sizes: tuple[str, ...]
    quick_sizes: tuple[str, ...]
    on: Callable[[str], AbstractContextManager[Site]] | None


@dataclass(frozen=True)
class Outcome:
    """One row of the table. `wait`: seconds from a message's first attempt to its answer; `delivery`: from there on
    until its last reader had it. Both are the longest of the run."""

    experiment: str
    size: str
    seed: int
    attempted: int
    acked: int
    delivered: int
    verdict: Verdict
    wait: float
    delivery: float
    seconds: float
    figures: dict[str, str]
    broken: list[str]

    @property
    def passed(self) -> bool:
        return self.verdict.clean and not self.broken

    def __str__(self) -> str:
        return "\n".join([f"{self.experiment}, {self.size}, seed {self.seed}", *self.broken, str(self.verdict)])


def experiment(
    *,
    whole: Settings,
    quick: Settings | None = None,
    crowd: Crowd | None = None,
    whole_crowd: Crowd | None = None,
    sizes: tuple[str, ...] = SIZES,
    quick_sizes: tuple[str, ...] | None = None,
    on: Callable[[str], AbstractContextManager[Site]] | None = None,
) -> Callable[[Act], Act]:
    """Put an experiment on the list, under its function's name."""

    def enter(act: Act) -> Act:
        name = act.__name__.replace("_", "-")
        assert name not in registry, f"two experiments are called {name}"
        text = " ".join((act.__doc__ or "").split())
        few = crowd or Crowd()
        registry[name] = Experiment(
            name, act, text, whole, quick, few, whole_crowd or few, sizes, quick_sizes or sizes, on
        )
        return act

    return enter


def all_experiments() -> dict[str, Experiment]:
    """Every experiment of `tests/faults/experiments`, in the order of their files."""
    for module in sorted(pkgutil.iter_modules(experiments.__path__), key=lambda module: module.name):
        importlib.import_module(f"{experiments.__name__}.{module.name}")
    return registry


def carry_out(one: Experiment, site: Site, *, seed: int, whole: bool) -> Outcome:
    """Run an experiment on an installation that is up, and leave it up."""
    crowd = one.whole_crowd if whole else one.crowd
    raise_file_limit(crowd)
    for server in site.installation.servers:
        server.process.patience = PATIENCE
        if not server.healthy():
            server.start()
    settings = one.whole if whole else one.quick or {}
    talks = staged(site, crowd)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(watched(one, site, talks, crowd, settings, seed))


async def watched(
    one: Experiment, site: Site, talks: list[Talk], crowd: Crowd, settings: Settings, seed: int
) -> Outcome:
    began = monotonic()
    load = Load(site.installation, talks, crowd, f"{one.name}/{site.installation.size}/{seed}")
    run = Run(site, load, load.random("experiment"))
    try:
        async with load.connected():
            load.talk_on()
            await one.act(run, **settings)
            await load.settle()
    except Exception as error:  # the other experiments are still to be run
        traceback.print_exc()
        run.broken.append(f"ended early by {type(error).__name__}")
    run.broken += load.all_complaints
    run.broken += site.installation.forgotten()
    ledger, seconds = load.ledger, monotonic() - began
    return outcome(one, run, ledger, seed, seconds)


def outcome(one: Experiment, run: Run, ledger: Ledger, seed: int, seconds: float) -> Outcome:
    return Outcome(
        experiment=one.name,
        size=run.size,
        seed=seed,
        attempted=len(ledger.attempts),
        acked=len({ack.name for ack in ledger.acks}),
        delivered=len({(d.reader, d.entry.stream, d.entry.seq) for d in ledger.deliveries}),
        verdict=check(ledger),
        wait=longest_wait(ledger),
        delivery=longest_delivery(ledger),
        seconds=seconds,
        figures=run.figures,
        broken=run.broken,
    )


def staged(site: Site, crowd: Crowd) -> list[Talk]:
    """New people in new talks; a few more than asked for are made at once and kept for the next experiments."""
    kept = stock.setdefault((site.installation.data, crowd.people), [])
    if len(kept) < crowd.talks:
        kept += [
            Talk(talk["id"], talk["stream"], [Person(user, session) for user, session in talk["people"]])
            for talk in do(site.installation, "crowd", max(crowd.talks, AT_ONCE), crowd.people)
        ]
    return [kept.pop() for _ in range(crowd.talks)]


def raise_file_limit(crowd: Crowd) -> None:
    """As many open sockets as the system lets us have; servers inherit it. OSError when these are too few."""
    needed = crowd.talks * crowd.people * crowd.devices + 500
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < needed:
        raise OSError(f"this crowd needs {needed} open files, and the system allows {most}: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
