"""An officer at a desk: accepts what is offered, says what the script says, ends with a lawful outcome."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from zhengwutong.players.person import Person, Refused

Talk = dict[str, Any]
LOOK_AGAIN = 4.0  # seconds; entries of the desk usually wake the officer long before


class Manner(Protocol):
    """How an officer serves a conversation that was accepted, from the first word to the outcome."""

    def __call__(self, officer: Officer, talk: Talk) -> Awaitable[None]: ...


class Officer:
    """`serve` is called once for every accepted conversation, side by side; `desk` is the key of the desk."""

    def __init__(
        self,
        person: Person,
        desk: str,
        serve: Manner,
        *,
        takes_messages: bool = False,
        look_again: float = LOOK_AGAIN,
    ) -> None:
        self.person = person
        self.desk = desk
        self.serve = serve
        self.takes_messages = takes_messages
        self.look_again = look_again
        self.woken = asyncio.Event()
        self.serving: dict[int, asyncio.Task[None]] = {}
        self.accepting: dict[int, asyncio.Task[None]] = {}
        self.problems: list[str] = []
        self.view: dict[str, Any] = {}
        self.wants = "online"

    async def work(self) -> None:
        """Be on duty until cancelled. The person is connected already."""
        self.person.listeners.append(self.hear)
        try:
            while True:
                self.woken.clear()
                with contextlib.suppress(Refused):
                    await self.look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.look_again):  # `wait_for` of 3.11 may lose that we are cancelled
                        await self.woken.wait()
        finally:
            self.person.listeners.remove(self.hear)
            for task in (*self.serving.values(), *self.accepting.values()):
                task.cancel()

    def hear(self, frame: dict[str, Any]) -> None:
        """An offer to me is accepted at once; after a lost connection the desk is read again."""
        if frame["t"] == "welcome" or (
            frame["t"] == "entry" and frame["kind"] == "notice" and frame["data"]["kind"] == "missed"
        ):
            self.woken.set()
        elif frame["t"] == "entry" and frame["kind"] == "row":
            row = frame["data"]["row"]
            if row["offered_to"] == self.person.id and row["id"] not in self.accepting:
                self.accepting[row["id"]] = asyncio.create_task(self.accept(row["id"]))

    async def look(self) -> None:
        """Read the desk, accept what is offered to me, carry on with what is mine. A missed offer is no absence."""
        self.view = view = await self.person.call("GET", "/api/desk")
        if view["me"]["declared"] != self.wants:
            await self.person.call("PUT", "/api/duty/me", {"state": self.wants})
        for row in view["waiting"] + view["messages"]:
            if row["offered_to"] == self.person.id:
                await self.accept(row["id"])
        for row in view["mine"]:
            if row["id"] not in self.serving:
                await self.resume(row["id"])
        if self.takes_messages and view["messages"] and len(self.serving) < view["me"]["capacity"]:
            await self.accept(view["messages"][0]["id"])
            self.woken.set()

    async def accept(self, consultation: int) -> None:
        try:
            self.begin(await self.person.call("POST", f"/api/consultations/{consultation}/accept"))
        except Refused:
            pass  # somebody else was quicker, or the citizen has gone
        finally:
            self.accepting.pop(consultation, None)

    async def resume(self, consultation: int) -> None:
        """Carry on with what the list called mine, unless it has ended or moved on since the list was read."""
        talk = await self.person.call("GET", f"/api/consultations/{consultation}")
        if talk["state"] != "ended" and (talk["officer"] or {}).get("id") == self.person.id:
            self.begin(talk)

    def begin(self, talk: Talk) -> None:
        if talk["id"] not in self.serving:
            self.serving[talk["id"]] = asyncio.create_task(self.attend(talk))

    async def attend(self, talk: Talk) -> None:
        try:
            await self.serve(self, talk)
        except Refused as refusal:
            self.problems.append(f"{talk['number']}: {refusal}")
        finally:
            del self.serving[talk["id"]]
            self.woken.set()


async def pause(
    chance: random.Random, seconds: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Think or type for about so long: between half and one and a half times."""
    await sleep(seconds * chance.uniform(0.5, 1.5))
