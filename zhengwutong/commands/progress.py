"""How a command shows that it is at work: one line per step, with the seconds it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print the step's name at once and its duration when it is done; a failing step says so and raises on."""
    started = time.monotonic()
    print(f"  {name} …", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        print(" 未完成", file=sys.stderr, flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} 秒", file=sys.stderr, flush=True)
