"""The other door: the same service over HTTP, asked again when the network or the service fails."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from random import Random
from typing import Any

import httpx

from tests.faults.ledger import Ledger, Message

PASSING = (429, 502, 503)
PATIENCE = 10.0  # seconds for one answer
CSRF = "f" * 32  # cookie and header only have to be the same


class Counter:
    """Requests of one session to one of several ports, moving on to the next when one is away."""

    def __init__(self, session: str, ports: Sequence[int], random: Random) -> None:
        self.ports = ports
        self.random = random
        self.place = random.randrange(len(ports))
        self.http = httpx.AsyncClient(
            timeout=PATIENCE,
            trust_env=False,
            headers={"Cookie": f"session={session}; csrf={CSRF}", "X-CSRFToken": CSRF},
        )

    async def once(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One request to the port in turn. Raises httpx.TransportError when there was no answer."""
        url = f"http://127.0.0.1:{self.ports[self.place]}"
        return await self.http.request(method, url + path, json=body, headers={"Origin": url})

    def move_on(self) -> None:
        self.place = (self.place + 1) % len(self.ports)

    async def say(self, ledger: Ledger, talk: int, message: Message, complaints: list[str]) -> None:
        """Say something in a consultation until it is answered."""
        ledger.attempted(message)
        for attempt in itertools.count():
            try:
                answer = await self.once("POST", f"/api/consultations/{talk}/entries", wording(message))
            except httpx.TransportError:
                self.move_on()
            else:
                if answer.status_code == 200:
                    ledger.acknowledged(message.name, answer.json()["seq"])
                    return
                if answer.status_code not in PASSING:
                    complaints.append(f"POST of {message.key}: {answer.status_code} {answer.text[:200]}")
                    ledger.refused_for_good(message.name, str(answer.status_code))
                    return
            await asyncio.sleep(min(5.0, 0.3 * 2**attempt) * self.random.uniform(0.5, 1))

    async def close(self) -> None:
        await self.http.aclose()


def wording(message: Message) -> dict[str, str]:
    return {"key": message.key, "body": message.body}
