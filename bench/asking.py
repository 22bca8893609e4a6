"""Asking over HTTP as signed-in people: each thread keeps its connection and asks again when it has the answer."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from typing import Any

from bench import machine
from bench.result import percentile
from bench.target import Target

CSRF = "c" * 32
THREADS = 8


class Asker:
    """One person's browser, as far as HTTP goes."""

    def __init__(self, port: int, session: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Host": f"127.0.0.1:{port}",
            "Origin": f"http://127.0.0.1:{port}",
            "Cookie": f"csrf={CSRF}; session={session}" if session else f"csrf={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/json",
        }

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        self.connection.request(method, path, body or None, self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def repeated(
    target: Target, seconds: float, once: Callable[[int, int], tuple[int, bytes]], *, threads: int = THREADS
) -> dict[str, Any]:
    """How often `once(thread, time)` was done in so many seconds by all threads, and what each cost the servers."""
    times: list[float] = []
    problems: list[str] = []
    sizes: list[int] = []
    stop = threading.Event()

    def work(thread: int) -> None:
        number = 0
        while not stop.is_set():
            began = time.perf_counter()
            status, body = once(thread, number)
            times.append((time.perf_counter() - began) * 1000)
            sizes.append(len(body))
            number += 1
            if status >= 400:
                problems.append(f"{status} {body[:200]!r}")
                return

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    meter = machine.Meter(target.parts())
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    time.sleep(seconds)
    stop.set()
    for worker in workers:
        worker.join()
    elapsed = time.perf_counter() - began
    if problems:
        raise RuntimeError(problems[0])
    return {
        "per_s": round(len(times) / elapsed, 1),
        "p50_ms": percentile(times, 0.5),
        "p99_ms": percentile(times, 0.99),
        "cpu_ms": {part: round(1000 * used / len(times), 2) for part, used in meter.seconds().items()},
        "bytes": round(sum(sizes) / len(sizes)),
    }


def lists(target: Target, session: str, path: str, seconds: float, *, threads: int = THREADS) -> dict[str, Any]:
    """The same page asked again and again."""
    askers = [Asker(target.ports[0], session) for _ in range(threads)]
    for asker in askers:
        asker.ask("GET", path)
    return repeated(target, seconds, lambda thread, _: askers[thread].ask("GET", path), threads=threads)
