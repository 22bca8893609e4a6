"""Does the time of a refusal tell whether the thing is there? Asked over HTTP by somebody whom it does not concern.

Of each path, what is another's and what does not exist are asked for in random order, a thousand times each, by one
person on one connection. `told` is how often the one answer was slower than the other, of all pairs of them: 0.5 means
that nothing can be told. By chance alone it lies within 0.46 and 0.54.
"""

from __future__ import annotations

import bisect
import random
import time
from typing import Any

from bench.asking import Asker
from bench.context import Bench
from bench.lists import CITIZEN, SESSION, WAITING_LITTLE

TIMES = 1000
ABSENT = 2**40
PATHS = {
    "consultation": "/api/consultations/{}",
    "entries": "/api/consultations/{}/entries",
    "record": "/api/consultations/{}/record",
}
FOREIGN = (
    "SELECT max(id) FROM consult_consultation WHERE citizen_id <> (SELECT id FROM people_user WHERE username = '{}')"
)


def refusals(bench: Bench) -> dict[str, Any]:
    """Not yours and not there, by the clock: `told` is 0.5 when they cannot be told apart."""
    found: dict[str, Any] = {}
    for size in ("small", "large"):
        product = bench.product(size)
        product.run("bench.inside.world", str(WAITING_LITTLE))
        foreign = product.ask(FOREIGN.format(CITIZEN))[0]
        product.start()
        try:
            asker = Asker(product.ports[0], SESSION + CITIZEN)
            found[size] = {name: compared(asker, path, foreign) for name, path in PATHS.items()}
        finally:
            product.stop()
        found[size]["furthest"] = round(max(abs(one["told"] - 0.5) for one in found[size].values()), 3)
        bench.say(f"{size}: {found[size]}")
    return found


def compared(asker: Asker, path: str, foreign: int) -> dict[str, float]:
    """The medians of both, and how often what is another's took longer."""
    order = [foreign, ABSENT] * TIMES
    random.Random(1).shuffle(order)
    took: dict[int, list[float]] = {foreign: [], ABSENT: []}
    for thing in order:
        began = time.perf_counter()
        status, _ = asker.ask("GET", path.format(thing))
        took[thing].append((time.perf_counter() - began) * 1000)
        if status != 404:
            raise RuntimeError(f"{path} of somebody else: {status}")
    theirs, none = (sorted(times) for times in (took[foreign], took[ABSENT]))
    below = sum(bisect.bisect_left(none, one) + bisect.bisect_right(none, one) for one in theirs) / 2
    return {
        "theirs_ms": round(theirs[TIMES // 2], 3),
        "absent_ms": round(none[TIMES // 2], 3),
        "told": round(below / TIMES**2, 3),
    }
