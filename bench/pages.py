"""The last page of a talk and a resume, in installations with ever more in them.

The installations run side by side, all but one stopped, and are asked in turns, so that what else the machine does
falls on all of them alike. Half of the entries are in the one talk that is read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench import machine
from bench.context import Bench, alone
from bench.product import LONG, SESSION, Product
from bench.result import percentile

THOUSAND, MILLION = 1_000, 1_000_000
TURNS, ASKED = 8, 40  # turns of each installation, questions in each
BEHIND = 20  # entries missed by whoever resumes


def pages(bench: Bench) -> dict[str, Any]:
    """Milliseconds for the last fifty entries and for a resume, at ten thousand and a million entries (ten million)."""
    sizes = {"small": [10 * THOUSAND, MILLION], "large": [10 * THOUSAND, MILLION]}
    if bench.long:
        sizes["large"].append(10 * MILLION)
    return {size: compared(bench, size, some) for size, some in sizes.items()}


def compared(bench: Bench, size: str, entries: Sequence[int]) -> dict[str, Any]:
    products: list[Product] = []
    times: dict[str, list[list[float]]] = {}
    spent: dict[str, list[float]] = {}
    try:
        for count in entries:
            product = bench.product(size)
            product.prepare(pairs=1)
            product.run("bench.inside.fill", "long", str(count), within=3600)
            bench.say(f"{size}: {count} entries stand")
            product.start()
            products.append(product)
            product.rest()
        for question in ASKING:
            times[question], spent[question] = [[] for _ in entries], [0.0 for _ in entries]
        for _ in range(TURNS):
            for place, product in enumerate(products):
                with alone(product):
                    for question, ask in ASKING.items():
                        took, cpu = asked(product, entries[place], ask)
                        times[question][place] += took
                        spent[question][place] += cpu
    finally:
        for product in products:
            product.stop()
    return {question: figures(entries, times[question], spent[question]) for question in ASKING}


def figures(entries: Sequence[int], times: list[list[float]], spent: list[float]) -> dict[str, Any]:
    """By number of entries; `spread` is the largest median over the smallest, `spread_cpu` that of processor time."""
    p50 = [percentile(some, 0.5) for some in times]
    cpu = [round(1000 * seconds / len(some), 2) for seconds, some in zip(spent, times, strict=True)]
    return {
        "p50_ms": dict(zip(map(str, entries), p50, strict=True)),
        "p99_ms": dict(zip(map(str, entries), [percentile(some, 0.99) for some in times], strict=True)),
        "cpu_ms": dict(zip(map(str, entries), cpu, strict=True)),
        "spread": round(max(p50) / min(p50), 2),
        "spread_cpu": round(max(cpu) / min(cpu), 2),
    }


def asked(product: Product, entries: int, ask: Callable[[ClientConnection, int], None]) -> tuple[list[float], float]:
    """Milliseconds of each question, and the seconds of processor time all of them took the servers."""
    times = []
    server = f"127.0.0.1:{product.ports[0]}"
    headers = {"Cookie": f"session={SESSION}0"}
    with connect(
        f"ws://{server}/ws?hello", additional_headers=headers, origin=Origin(f"http://{server}"), proxy=None
    ) as socket:
        until(socket, "caught_up")
        ask(socket, entries)
        meter = machine.Meter(product.parts())
        for _ in range(ASKED):
            began = time.perf_counter()
            ask(socket, entries)
            times.append((time.perf_counter() - began) * 1000)
        return times, sum(meter.seconds().values())


def last_page(socket: ClientConnection, entries: int) -> None:
    socket.send(json.dumps({"t": "fetch", "stream": LONG, "limit": 50}))
    page = until(socket, "entries")
    assert len(page["items"]) == 50, page
    assert page["items"][-1]["seq"] == entries // 2, page


def resume(socket: ClientConnection, entries: int) -> None:
    socket.send(json.dumps({"t": "hello", "cursors": {str(LONG): entries // 2 - BEHIND}}))
    assert len(until(socket, "entries")["items"]) == BEHIND
    until(socket, "caught_up")


def until(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of a kind."""
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=20))
        if frame["t"] == kind:
            return frame
        if frame["t"] == "err":
            raise RuntimeError(str(frame))


ASKING = {"last_page": last_page, "resume": resume}
