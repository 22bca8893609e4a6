"""The officer's desk with ten thousand people waiting at it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable
from typing import Any

from bench import asking
from bench.context import Bench
from bench.lists import OFFICER, SESSION, WAITING, WAITING_LITTLE, share_of_core
from bench.product import Product
from bench.result import percentile
from zhengwutong.players.person import Person

TURNS = 30
IDLE = 4  # seconds; the sweeper comes each second
LOOKS = {
    "first_page": "/api/desk",
    "waiting_page": "/api/desk/waiting?limit=50",
    "middle_page": "/api/desk/waiting?limit=50&after={middle}",
    "last_in_line": "/api/consultations/{last}",
}
MIDDLE = (
    "SELECT id, consultation_id FROM consult_queueentry WHERE left_at IS NULL AND rank = 1 "
    "ORDER BY entered_at LIMIT 1 OFFSET {}"
)


def desk(bench: Bench) -> dict[str, Any]:
    """Looking at it, taking the next one, and what it costs while nothing happens, with few and with many waiting."""
    found: dict[str, Any] = {}
    for size in ("small", "large"):
        for waiting in (WAITING_LITTLE, WAITING):
            product = bench.product(size)
            product.run("bench.inside.world", str(waiting))
            product.start()
            try:
                found[f"{size}_{waiting}"] = looked_at(bench, product, waiting)
            finally:
                product.stop()
            bench.say(f"{size}, {waiting} waiting: {found[f'{size}_{waiting}']}")
    return found


def looked_at(bench: Bench, product: Product, waiting: int) -> dict[str, Any]:
    middle, _ = product.ask(MIDDLE.format(waiting // 2))
    _, last = product.ask(MIDDLE.format(waiting - 1))
    found: dict[str, Any] = {}
    for name, path in LOOKS.items():
        one = asking.lists(product, SESSION + OFFICER, path.format(middle=middle, last=last), bench.seconds, threads=1)
        found[name] = {key: one[key] for key in ("p50_ms", "p99_ms", "cpu_ms", "bytes")}
    known = json.loads((product.folder / "demo.json").read_text())
    password = next(one["password"] for one in known if one["username"] == OFFICER)
    found |= asyncio.run(turns(product, password))
    found["idle_core"] = share_of_core(product, IDLE)
    return found


async def turns(product: Product, password: str) -> dict[str, Any]:
    """The officer, on duty and connected, takes the next one, answers and ends the conversation, again and again."""
    took: list[float] = []
    ended: list[float] = []
    async with Person(f"http://127.0.0.1:{product.ports[0]}") as officer:
        await officer.sign_in(OFFICER, password)
        await officer.connect()
        await on_duty(officer)
        for _ in range(TURNS):
            talk = await timed(took, officer.call("POST", "/api/desk/take"))
            said = {"body": "您好，请带身份证来窗口办理。", "key": f"answer-{talk['id']}"}
            await officer.call("POST", f"/api/consultations/{talk['id']}/entries", said)
            end = {"outcome": "answered", "subject": "咨询"}
            await timed(ended, officer.call("POST", f"/api/consultations/{talk['id']}/end", end))
    return {
        "take_p50_ms": percentile(took, 0.5),
        "take_p99_ms": percentile(took, 0.99),
        "end_p50_ms": percentile(ended, 0.5),
    }


async def on_duty(officer: Person) -> None:
    """Return when the service has noticed that the officer is there."""
    async with asyncio.timeout(30):
        while not (await officer.call("GET", "/api/duty/me"))["on_duty"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def timed(into: list[float], work: Awaitable[Any]) -> Any:
    began = time.perf_counter()
    found = await work
    into.append((time.perf_counter() - began) * 1000)
    return found
