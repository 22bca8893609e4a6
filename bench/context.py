"""What every measurement is given: where to write, how much to ask, the load generator, and the servers when needed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import ceiling
from bench.load import Load
from bench.product import Product
from bench.servers import Servers, servers
from bench.target import Target

HERE = Path(__file__).resolve().parent
BREATH = 0.3  # seconds in which a target finishes what it has begun


@dataclass
class Bench:
    """`seconds` and `rounds` of each load, `pairs` who play it, `crowd` connections at once; `long` is for hours."""

    folder: Path
    load: Load
    stack: ExitStack
    seconds: float
    rounds: int
    pairs: int
    crowd: int
    long: bool
    began: float = field(default_factory=time.monotonic)
    started: list[Servers] = field(default_factory=list)
    made: int = 0
    profiles: Path = HERE / "profile"

    def say(self, text: str) -> None:
        """A line of progress."""
        print(f"{time.monotonic() - self.began:6.0f} s  {text}", flush=True)

    @property
    def servers(self) -> Servers:
        """PostgreSQL and Valkey, started when they are first needed."""
        if not self.started:
            self.say("starting PostgreSQL and Valkey")
            self.started.append(self.stack.enter_context(servers()))
        return self.started[0]

    @property
    def has_ceiling(self) -> bool:
        return ceiling.present()

    def product(self, size: str) -> Product:
        """An installation, not prepared and not started."""
        self.made += 1
        return Product(self.folder, f"product_{self.made}", self.servers if size == "large" else None)

    def ceiling(self, size: str) -> ceiling.Ceiling:
        self.made += 1
        return ceiling.Ceiling(self.folder, f"ceiling_{self.made}", self.servers if size == "large" else None)


@contextmanager
def alone(target: Target) -> Iterator[Target]:
    """The target awake; it rests again after the block."""
    target.wake()
    try:
        yield target
    finally:
        time.sleep(BREATH)
        target.rest()
