"""Connections that say nothing: what each of them costs in memory, and how quickly all of them come back at once."""

from __future__ import annotations

import time
from typing import Any

from bench import machine
from bench.context import Bench
from bench.product import SESSION, STREAM, Product

MISSED = 20  # messages each of those who come back has not seen
QUIET = 6.0  # seconds after the last connection before memory is read
STORM = 120.0  # seconds after which a storm is given up


def memory(bench: Bench) -> dict[str, Any]:
    """KiB of the small service per connection of somebody signed in, welcomed, following his talk, and silent."""
    found: dict[str, Any] = {"connections": bench.crowd}
    for name, pairs in (("kib_each", bench.crowd // 2), ("kib_each_without_talk", 1)):
        product = bench.product("small")
        product.prepare(pairs=pairs, people=bench.crowd)
        product.start()
        try:
            found[name], found["process_mib"] = held(bench, product)
        finally:
            product.stop()
        bench.say(f"{name}: {found[name]}")
    return found


def held(bench: Bench, product: Product) -> tuple[float, float]:
    """KiB for each connection more than the first fifty, and MiB of the process with those."""
    bench.load.open(product, 50, 0).wait()
    before = machine.resident_kib(product.pids[0])
    crowd = bench.load.open(product, bench.crowd, QUIET + 2)
    time.sleep(QUIET)
    after = machine.resident_kib(product.pids[0])
    crowd.wait()
    return round((after - before) / bench.crowd, 2), round(before / 1024, 1)


def storm(bench: Bench) -> dict[str, Any]:
    """Everybody comes back to a service just started, at the same moment, and has missed something."""
    found: dict[str, Any] = {"connections": bench.crowd, "missed_by_each": MISSED}
    for size in ("small", "large"):
        found[size] = one_storm(bench, bench.product(size))
        bench.say(f"{size}: {found[size]}")
    return found


def one_storm(bench: Bench, product: Product) -> dict[str, Any]:
    """`seconds` until the last one had everything; `first_half_s` until half of them had."""
    product.prepare(pairs=bench.crowd // 2)
    product.run("bench.inside.fill", "talks", STREAM, str(bench.crowd // 2), str(MISSED))
    product.start()
    try:
        parts = product.parts()
        hello = f'{{"t":"hello","cursors":{{"{STREAM}$c":0}}}}'
        words = ["-m", "storm", "-n", str(bench.crowd), "-u", "/ws", "-H", f"Cookie: session={SESSION}$u"]
        words += ["-s", hello, "-M", '"t":"caught_up"', "-R", '"t":"err"', "-d", str(STORM)]
        found = bench.load.run(product, words, parts)
    finally:
        product.stop()
    return {
        "seconds": round(found["secs"], 2),
        "first_half_s": round(found["p50_ms"] / 1000, 2),
        "caught_up": found["msgs"],
        "resumes_per_s": round(found["per_s"]),
        "cpu_ms_each": round(found["cpu_us_per_msg"] / 1000, 2),
        "lost": found["lost"] + found["errors"],
    }
