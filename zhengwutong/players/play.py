"""The whole play: citizens ask, officers answer by the script, and afterwards everything is read back and compared."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhengwutong.players.ledger import Report, Sent, compare, percentile, undelivered
from zhengwutong.players.officer import Officer, Talk, pause
from zhengwutong.players.person import Person, Refused
from zhengwutong.players.script import Scene, Turn

ASK_TWICE = 0.1  # share of questions asked a second time under the same key, as a nervous client would
THINKING = 40.0  # seconds an officer thinks and types at speed 1
GIVE_UP = 300.0  # seconds a citizen waits for the answer before the question counts as unanswered
SEAT_WATCH = 1.0  # seconds between two looks at who waits while a seat is free


@dataclass
class Account:
    """Somebody the installation knows: an officer with a desk."""

    username: str
    password: str
    desk: str


@dataclass
class Played:
    """What one scene left behind, to be compared with what is stored."""

    scene: Scene
    consultation: int
    stream: int
    sent: list[Sent] = field(default_factory=list)
    first_reply: float | None = None
    answered: bool = False


class Play:
    """One run against the service at `url`. `progress` is told the number of questions finished so far."""

    def __init__(
        self,
        url: str,
        scenes: Sequence[Scene],
        officers: Sequence[Account],
        *,
        citizens: int,
        speed: float,
        chance: random.Random,
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        self.url, self.scenes, self.accounts = url, scenes, officers
        self.citizens, self.speed, self.chance, self.progress = citizens, speed, chance, progress
        self.report = Report(turns=dict(Counter(scene.turn.value for scene in scenes)))
        self.book: dict[int, asyncio.Future[Played]] = {}
        self.asked: set[int] = set()
        self.played: list[tuple[Person, Played]] = []
        self.people: list[Person] = []
        self.officers: list[Officer] = []
        self.done = 0

    async def run(self) -> Report:
        """Play every scene, then read everything back. Raises when the service cannot be entered at all."""
        began = time.monotonic()
        officers = [asyncio.create_task(self.on_duty(account)) for account in self.accounts]
        watch = asyncio.create_task(self.watch_seats())
        try:
            await self.until_on_duty(officers)
            await self.everybody_asks()
            await self.read_back()
        finally:
            for task in (*officers, watch):
                task.cancel()
            await asyncio.gather(*officers, watch, return_exceptions=True)
            await asyncio.gather(*(person.__aexit__() for person in self.people), return_exceptions=True)
        self.summarise(time.monotonic() - began)
        return self.report

    # officers

    async def on_duty(self, account: Account) -> None:
        person = Person(self.url)
        self.people.append(person)
        await person.sign_in(account.username, account.password)
        self.report.signed_in += 1
        await person.connect()
        off_hours = {scene.desk for scene in self.scenes if scene.turn is Turn.OFF_HOURS}
        officer = Officer(person, account.desk, self.serve, takes_messages=account.desk in off_hours)
        self.officers.append(officer)
        await officer.work()

    async def until_on_duty(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Wait until every officer has had a look at the desk; a failed sign-in ends the play."""
        while len(self.officers) < len(tasks) or not all(officer.view for officer in self.officers):
            for task in tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.1)

    async def serve(self, officer: Officer, talk: Talk) -> None:
        """Answer as the script says; whatever is not in the script is answered politely."""
        async with asyncio.timeout(60):
            played = await self.scene_of(talk["id"])
        scene = played.scene
        if await self.transferred(officer, talk, scene):
            return
        await officer.person.read(played.stream)
        await pause(self.chance, THINKING / self.speed)
        if scene.turn is Turn.HOLD:
            await officer.person.call(
                "POST", f"/api/consultations/{talk['id']}/hold", {"minutes": 5, "reason": "需要向有关处室核实"}
            )
            await pause(self.chance, THINKING / self.speed)
        for place, part in enumerate(scene.reply):
            await self.say(officer.person, played, part)
            if scene.turn is Turn.OFFICER_DROPS and place == 0:
                await officer.person.stumble()
        await self.thanked(officer, played)
        await officer.person.call(
            "POST", f"/api/consultations/{talk['id']}/end", {"outcome": "answered", "subject": "政策咨询"}
        )

    async def transferred(self, officer: Officer, talk: Talk, scene: Scene) -> bool:
        """True when the scene belongs to another desk and was handed there."""
        if scene.turn is not Turn.TRANSFER or officer.desk == scene.then_to or talk["desk"]["key"] == scene.then_to:
            return False
        await pause(self.chance, THINKING / self.speed / 2)
        body = {
            "desk": scene.then_to,
            "summary": "群众咨询的事项由贵单位负责",
            "words": "这件事由另一个部门负责，我帮您转过去。",
        }
        await officer.person.call("POST", f"/api/consultations/{talk['id']}/transfer", body)
        return True

    async def thanked(self, officer: Officer, played: Played) -> None:
        """Wait a little for the citizen's thanks, as an officer would before closing."""
        with contextlib.suppress(TimeoutError):
            await officer.person.wait_for(played.stream, lambda entry: entry["body"].startswith("谢谢"), 20)

    async def scene_of(self, consultation: int) -> Played:
        return await self.book.setdefault(consultation, asyncio.get_running_loop().create_future())

    # citizens

    async def everybody_asks(self) -> None:
        """So many citizens side by side, each taking the next scene when the last is over."""
        waiting = iter(self.scenes)
        await asyncio.gather(*(self.citizen(waiting) for _ in range(min(self.citizens, len(self.scenes)))))

    async def citizen(self, waiting: Iterable[Scene]) -> None:
        person = Person(self.url)
        self.people.append(person)
        await asyncio.sleep(self.chance.uniform(0, 200 / self.speed))
        await person.arrive()
        self.report.registered += 1
        await person.connect()
        for scene in waiting:
            await self.attempt(person, scene)
            self.done += 1
            self.progress(self.done)

    async def attempt(self, person: Person, scene: Scene) -> None:
        self.report.asked += 1
        try:
            played = await self.ask(person, scene)
            await self.follow(person, played)
        except (Refused, TimeoutError, OSError) as problem:
            self.report.failures.append(f"question {scene.number} at {scene.desk}: {type(problem).__name__} {problem}")

    async def ask(self, person: Person, scene: Scene) -> Played:
        """The first message makes the conversation; asked twice under one key it must stay one."""
        first = {"desk": scene.desk, "body": scene.question[0], "key": secrets.token_hex(8)}
        started = time.monotonic()
        talk = await person.call("POST", "/api/consultations", first)
        if talk["id"] in self.asked:
            raise TimeoutError(f"{talk['number']} is still open: the desk joined the question to it")
        self.asked.add(talk["id"])
        played = Played(scene, talk["id"], talk["stream"])
        self.played.append((person, played))
        if self.chance.random() < ASK_TWICE:
            again = await person.call("POST", "/api/consultations", first)
            self.report.duplicated += again["id"] != talk["id"]
        future = self.book.setdefault(talk["id"], asyncio.get_running_loop().create_future())
        future.set_result(played)
        own = await person.wait_for(played.stream, lambda entry: entry.get("key") == first["key"], GIVE_UP)
        played.sent.append(Sent(played.stream, person.id, first["key"], first["body"], own["seq"]))
        for part in scene.question[1:]:
            await self.say(person, played, part)
        if scene.turn is Turn.CITIZEN_DROPS:
            await person.stumble()
        await person.wait_for(played.stream, self.reply_to(person), GIVE_UP)
        played.first_reply = time.monotonic() - started
        return played

    async def follow(self, person: Person, played: Played) -> None:
        """Read the whole answer, say thanks, see the end, rate."""
        last = played.scene.reply[-1]
        await person.wait_for(
            played.stream, lambda entry: self.reply_to(person)(entry) and entry["body"] == last, GIVE_UP
        )
        played.answered = True
        await self.say(person, played, "谢谢，明白了。")
        await person.wait_for(played.stream, lambda entry: entry["kind"] == "ended", GIVE_UP)
        level = self.chance.choice((5, 5, 5, 4, 4, 3))
        await person.call(
            "POST", f"/api/consultations/{played.consultation}/rating", {"level": level, "reasons": [], "words": ""}
        )

    @staticmethod
    def reply_to(person: Person) -> Callable[[dict[str, Any]], bool]:
        return lambda entry: entry["kind"] == "text" and entry["author"] not in (None, person.id)

    async def say(self, person: Person, played: Played, body: str) -> None:
        key = secrets.token_hex(8)
        seq = await person.say(played.stream, body, key)
        played.sent.append(Sent(played.stream, person.id, key, body, seq))

    # what came of it

    async def watch_seats(self) -> None:
        """Look at every desk each second; somebody seen twice in a row waiting beside a free seat is counted once."""
        suspected: set[int] = set()
        counted: set[int] = set()
        while True:
            await asyncio.sleep(SEAT_WATCH)
            seen: set[int] = set()
            for officer in list(self.officers):
                with contextlib.suppress(Refused, OSError):
                    seen |= waiting_beside_free_seat(await officer.person.call("GET", "/api/desk"))
            counted |= seen & suspected
            suspected = seen
            self.report.waited_while_seat_free = len(counted)

    async def read_back(self) -> None:
        """Every conversation again from the service, page by page, against what was sent and what arrived."""
        for person, played in self.played:
            stored = await self.stored(person, played.consultation)
            compare(self.report, played.sent, stored)
            await self.caught_up(person, played.stream, len(stored))
            inbox = person.inboxes[played.stream]
            self.report.lost += undelivered(inbox.entries, stored)
            self.report.out_of_order += inbox.out_of_order
            self.report.messages += len(stored)

    async def stored(self, person: Person, consultation: int) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        while True:
            after = entries[-1]["seq"] if entries else 0
            page = await person.call("GET", f"/api/consultations/{consultation}/entries?after={after}&limit=100")
            entries += page["items"]
            if not page["next"]:
                return entries

    @staticmethod
    async def caught_up(person: Person, stream: int, last: int) -> None:
        """Give the last entry the moment it may need to arrive; what never comes is counted by the caller."""
        with contextlib.suppress(TimeoutError):
            await person.wait_for(stream, lambda entry: entry["seq"] >= last, 15)

    def summarise(self, seconds: float) -> None:
        times = [played.first_reply for _, played in self.played if played.first_reply is not None]
        self.report.answered = sum(played.answered for _, played in self.played)
        self.report.first_reply_seconds = {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}
        self.report.reconnects = sum(person.reconnects for person in self.people)
        self.report.failures += [problem for officer in self.officers for problem in officer.problems]
        self.report.seconds = round(seconds, 1)


def waiting_beside_free_seat(view: dict[str, Any]) -> set[int]:
    """Who waits without an offer although the officer looking has a free seat and takes people."""
    me = view["me"]
    offers = sum(1 for row in view["waiting"] if row["offered_to"])
    if not me["on_duty"] or me["declared"] != "online" or me["active"] + offers >= me["capacity"]:
        return set()
    return {row["id"] for row in view["waiting"] if not row["offered_to"]}


async def day_one(url: str, *, registrations: int, log_ins: int, progress: Callable[[int], None]) -> tuple[int, int]:
    """Register so many people, then sign so many of them in again; how many of each succeeded."""
    names = [(f"day{secrets.token_hex(5)}", secrets.token_urlsafe(12)) for _ in range(registrations)]
    gate = asyncio.Semaphore(8)
    finished = 0

    async def one(enter: Callable[[Person, str, str], Awaitable[None]], name: tuple[str, str]) -> bool:
        nonlocal finished
        succeeded = False
        async with gate, Person(url) as person:
            with contextlib.suppress(Refused, OSError):
                await enter(person, *name)
                succeeded = True
        finished += 1
        progress(finished)
        return succeeded

    registered = await asyncio.gather(*(one(Person.register, name) for name in names))
    signed_in = await asyncio.gather(*(one(Person.sign_in, name) for name in names[:log_ins]))
    return sum(registered), sum(signed_in)
