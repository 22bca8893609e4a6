"""The first load in a real Chromium: what is transferred, when something is seen, how long the thread is blocked.

Each page is opened with nothing in the cache, on a desktop as it is, and as Lighthouse's telephone: processor four
times slower, 1.6 Mbit/s and 150 ms. The browser has the asking core.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench import machine
from bench.context import Bench
from bench.lists import CITIZEN, OFFICER, SESSION, WAITING_LITTLE
from bench.product import Product
from bench.result import middle
from tests.servers.chromium import Windows, chromium

LOADS = 3
PATIENCE = 60_000  # milliseconds
SETTLED = 1500  # milliseconds after the network has fallen silent
TELEPHONE = {"latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8, "offline": False}
SLOWER = 4
PAGES = {
    "portal": ("/", ""),
    "chat": ("/chat/talk/{talk}", CITIZEN),
    "desk": ("/desk", OFFICER),
}
ON_TELEPHONES = {"portal", "chat"}
WATCH = """
window.seen = { lcp: 0, cls: 0, blocked: 0, longest: 0 };
const watch = (type, take) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe({ type, buffered: true });
watch('largest-contentful-paint', one => { seen.lcp = one.startTime; });
watch('layout-shift', one => { if (!one.hadRecentInput) seen.cls += one.value; });
watch('longtask', one => { seen.blocked += Math.max(0, one.duration - 50); seen.longest = Math.max(seen.longest, one.duration); });
"""  # noqa: E501
PAINTED = "performance.getEntriesByName('first-contentful-paint').length > 0"
READ = """
() => ({ ...window.seen, fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 })
"""


def client(bench: Bench) -> dict[str, Any]:
    """First load of portal, chat and desk: kilobytes, first and largest paint, shifts, time blocked."""
    product = bench.product("small")
    product.run("bench.inside.world", str(WAITING_LITTLE))
    talk = product.ask("SELECT max(id) FROM consult_consultation WHERE state = 'ended'")[0]
    product.start()
    found: dict[str, Any] = {}
    try:
        with on_asking_core(), chromium() as browser:
            for name, (path, who) in PAGES.items():
                for slow in (False, True) if name in ON_TELEPHONES else (False,):
                    loads = [load(browser, product, path.format(talk=talk), who, slow=slow) for _ in range(LOADS)]
                    key = f"{name}_telephone" if slow else name
                    found[key] = {figure: middle([one[figure] for one in loads], 3) for figure in loads[0]}
                    bench.say(f"{key}: {found[key]}")
    finally:
        product.stop()
    return found


@contextmanager
def on_asking_core() -> Iterator[None]:
    """What is started in this block stays on the asking core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {machine.ASKING})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def load(browser: Browser, product: Product, path: str, who: str, *, slow: bool) -> dict[str, float]:
    """One first load of a page."""
    windows = Windows(browser)
    page = windows.open_phone() if slow else windows.open()
    try:
        url = f"http://127.0.0.1:{product.ports[0]}"
        if who:
            page.context.add_cookies([{"name": "session", "value": SESSION + who, "url": url}])
        page.add_init_script(WATCH)
        wire = Wire(page)
        if slow:
            wire.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            wire.session.send("Network.emulateNetworkConditions", TELEPHONE)
        page.goto(url + path, timeout=PATIENCE)
        until_painted(page)
        page.wait_for_load_state("networkidle", timeout=PATIENCE)
        page.wait_for_timeout(SETTLED)
        seen = page.evaluate(READ)
        figures = wire.figures()
    finally:
        page.context.close()
    return {
        "first_paint_ms": round(seen["fcp"]),
        "largest_paint_ms": round(seen["lcp"]),
        "blocked_ms": round(seen["blocked"]),
        "longest_task_ms": round(seen["longest"]),
        "layout_shift": round(seen["cls"], 4),
        **figures,
    }


def until_painted(page: Page) -> None:
    """The page's own rules forbid playwright to wait inside it."""
    for _ in range(PATIENCE // 100):
        if page.evaluate(PAINTED):
            return
        page.wait_for_timeout(100)
    raise TimeoutError("nothing was painted")


class Wire:
    """What a page fetches, as the browser's network sees it."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.kinds: dict[str, str] = {}
        self.transferred: dict[str, float] = {}
        self.session.on("Network.responseReceived", self.note)
        self.session.on("Network.loadingFinished", self.finish)
        self.session.send("Network.enable")

    def note(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def finish(self, event: dict[str, Any]) -> None:
        self.transferred[event["requestId"]] = event["encodedDataLength"]

    def figures(self) -> dict[str, float]:
        """Kilobytes (1,000 bytes): all that came over the wire, the scripts of it, and the scripts by gzip."""
        scripts = [request for request in self.transferred if self.kinds.get(request) == "Script"]
        return {
            "requests": len(self.transferred),
            "transferred_kb": round(sum(self.transferred.values()) / 1000, 1),
            "script_kb": round(sum(self.transferred[one] for one in scripts) / 1000, 1),
            "script_gzip_kb": round(sum(len(compressed(self.body(one))) for one in scripts) / 1000, 1),
        }

    def body(self, request: str) -> str:
        text: str = self.session.send("Network.getResponseBody", {"requestId": request})["body"]
        return text


def compressed(text: str) -> bytes:
    return zlib.compress(text.encode(), 6)
