"""Signed-in lists over HTTP, the officer's desk with thousands waiting, sign-ins, and everybody being there."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

from bench import asking, machine
from bench.context import Bench
from bench.product import Product

SESSION = "benchsession"
OFFICER, CITIZEN = "labour", "citizen1"
WAITING_LITTLE, WAITING = 60, 10_000  # 60: a page of fifty is full
OF_CITIZEN = {
    "consultations": "/api/consultations?limit=50",
    "one_consultation": "/api/consultations/{talk}",
    "entries": "/api/consultations/{talk}/entries?limit=50",
    "cases": "/api/cases?limit=50",
    "me": "/api/me",
    "board": "/api/duty/board",
}
OF_OFFICER = {
    "desk": "/api/desk",
    "waiting": "/api/desk/waiting?limit=50",
    "messages": "/api/desk/messages?limit=50",
    "desk_cases": "/api/desk/cases?limit=50",
    "inquiries": "/api/desk/inquiries?limit=50",
    "phrases": "/api/phrases",
}
PASSWORD_PEOPLE = 200
PASSWORD = "correct-horse-42"  # noqa: S105  (of nobody)


def lists(bench: Bench) -> dict[str, Any]:
    """Requests per second of each list with fifty lines, one core, and how many questions each asks the database."""
    found: dict[str, Any] = {}
    for size in ("small", "large"):
        product = bench.product(size)
        product.run("bench.inside.world", str(WAITING_LITTLE))
        talk = str(product.ask("SELECT max(id) FROM consult_consultation WHERE state = 'ended'")[0])
        product.start()
        try:
            found[size] = {}
            for who, paths in ((CITIZEN, OF_CITIZEN), (OFFICER, OF_OFFICER)):
                asked = {name: path.format(talk=talk) for name, path in paths.items()}
                counted = json.loads(product.run("bench.inside.queries", SESSION + who, *asked.values()))
                for name, path in asked.items():
                    one = asking.lists(product, SESSION + who, path, bench.seconds)
                    found[size][name] = {"queries": counted[path], **one}
                    bench.say(f"{size} {name}: {found[size][name]}")
        finally:
            product.stop()
    return found


def sign_ins(bench: Bench) -> dict[str, Any]:
    """People who sign in with user name and password, each on a new connection; the hash is most of it."""
    found: dict[str, Any] = {}
    for size in ("small", "large"):
        product = bench.product(size)
        product.prepare(pairs=1, people=PASSWORD_PEOPLE, password=PASSWORD)
        product.start()
        try:
            found[size] = asking.repeated(product, bench.seconds, partial(sign_in, product))
        finally:
            product.stop()
        bench.say(f"{size}: {found[size]}")
    return found


def sign_in(product: Product, thread: int, number: int) -> tuple[int, bytes]:
    who = (thread + number * asking.THREADS) % PASSWORD_PEOPLE
    body = json.dumps({"username": f"bench{who}", "password": PASSWORD})
    return asking.Asker(product.ports[0]).ask("POST", "/_allauth/browser/v1/auth/login", body)


def presence(bench: Bench) -> dict[str, Any]:
    """Milliseconds that presence takes with everybody connected and on duty."""
    found = {}
    for size in ("small", "large"):
        product = bench.product(size)
        product.run("bench.inside.world", str(bench.crowd))
        found[size] = json.loads(product.run("bench.inside.beat", str(bench.crowd)).splitlines()[-1])
        bench.say(f"{size}: {found[size]}")
    return found


def share_of_core(product: Product, seconds: float) -> dict[str, float]:
    """How much of the core each part uses while nobody asks anything."""
    meter = machine.Meter(product.parts())
    time.sleep(seconds)
    return {part: round(used / seconds, 3) for part, used in meter.seconds().items()}
