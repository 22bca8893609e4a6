"""Durable delivered messages per second, by the side of the ceiling.

Two members of each talk play ping-pong: a message counts when it has been delivered to the other one, and it is
delivered only after its commit. In each round everybody is asked as fast as he goes, and then at half of that speed.
Product and ceiling take turns every few seconds, the other one stopped meanwhile, so that what else the machine does
falls on both. Afterwards the database is read: every acknowledged message must be there, once, and each talk numbered
without gaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench import machine
from bench.context import Bench, alone
from bench.product import Product
from bench.result import middle
from bench.target import Target

WARM = 1.0  # seconds played before anything is counted: connections of a pool, prepared statements, caches


def small(bench: Bench) -> dict[str, Any]:
    """SQLite, one process."""
    return played(bench, "small", processes=1)


def large(bench: Bench) -> dict[str, Any]:
    """PostgreSQL and Valkey, one process."""
    return played(bench, "large", processes=1)


def crossing(bench: Bench) -> dict[str, Any]:
    """PostgreSQL, two processes joined by Valkey, the two of each talk at different ones: every message crosses."""
    return played(bench, "large", processes=2)


def played(bench: Bench, size: str, *, processes: int) -> dict[str, Any]:
    """All rounds, the half load, and the look into the database."""
    product = bench.product(size)
    product.prepare(pairs=bench.pairs)
    targets: list[Target] = [product]
    product.start(processes=processes)
    try:
        if bench.has_ceiling:
            targets.append(ceiling := bench.ceiling(size))
            ceiling.start(processes=processes)
        for target in targets:
            with alone(target):
                bench.load.play(target, bench.pairs, WARM)
        rounds = [one_round(bench, size, targets, number) for number in range(bench.rounds)]
        verified = all(target.verified(bench.load.acknowledged[target]) for target in targets)  # type: ignore[attr-defined]
    finally:
        for target in targets:
            target.stop()
    if processes == 1 and bench.long:
        profiles(bench, product)
    return summary(rounds) | {"verified": verified, "pairs": bench.pairs, "seconds": bench.seconds}


def one_round(bench: Bench, size: str, targets: Sequence[Target], number: int) -> list[dict[str, Any]]:
    slow = machine.slowness()
    found = []
    for target in targets:
        if bench.started and size == "large":
            bench.servers.checkpoint()
        with alone(target):
            full = bench.load.play(target, bench.pairs, bench.seconds)
            half = bench.load.play(target, bench.pairs, bench.seconds, rate=full["per_s"] / 2)
        found.append({"slow": slow, **full, "half_load": half})
    told = " against ".join(
        f"{one['per_s']}/s at {one['cpu_us']} µs, {one['half_load']['p50_ms']} ms at half load" for one in found
    )
    bench.say(f"{size}, round {number + 1} of {bench.rounds}: {told}")
    return found


def summary(rounds: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """Medians of the rounds; the ratios are taken round by round."""
    mine = [one[0] for one in rounds]
    found = told(mine)
    found["slow"] = [one["slow"] for one in mine]
    if len(rounds[0]) == 2:
        theirs = [one[1] for one in rounds]
        both = list(zip(mine, theirs, strict=True))
        found["ratio_to_ceiling"] = middle([ours["per_s"] / max(1, top["per_s"]) for ours, top in both], 3)
        found["cpu_ratio_to_ceiling"] = middle([top["cpu_us"] / max(1, ours["cpu_us"]) for ours, top in both], 3)
        found["ceiling"] = told(theirs)
    return found


def told(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    halves = [one["half_load"] for one in rounds]
    return {
        **medians(rounds, "per_s", "cpu_us", "busy", "p50_ms", "p99_ms"),
        "us": {part: middle([one["us"][part] for one in rounds]) for part in rounds[0]["us"]},
        "errors": sum(one["errors"] for one in rounds),
        "rounds": [one["per_s"] for one in rounds],
        "half_load": {
            **medians(halves, "per_s", "p50_ms", "p99_ms", "ack_p50_ms", "busy"),
            "errors": sum(one["errors"] for one in halves),
            "rounds": [one["p50_ms"] for one in halves],
        },
    }


def medians(rounds: list[dict[str, Any]], *names: str) -> dict[str, Any]:
    return {name: middle([one[name] for one in rounds], 2) for name in names}


def profiles(bench: Bench, product: Product) -> None:
    """Where the loop's and the writer's time goes, kept in bench/profile; the profiler itself takes half of it."""
    bench.profiles.mkdir(exist_ok=True)
    for thread in ("loop", "writer") if product.size == "small" else ("loop",):  # on PostgreSQL the loop stores as well
        product.start(profile=thread)
        bench.load.play(product, bench.pairs, bench.seconds)
        product.stop()
        kept = bench.profiles / f"{product.size}-{thread}.txt"
        kept.write_text((product.folder / "profile.txt").read_text())
        bench.say(f"profile of the {thread}: {kept.name}")
