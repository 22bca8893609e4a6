"""The demo officers: at every desk at which nobody has signed in, somebody who answers, plainly labelled.

They come through the public doors like everybody else. When a real officer signs in, the demo officer of that desk
hands over what it has and steps away; when the last one leaves, it comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from zhengwutong.players.officer import Officer, Talk
from zhengwutong.players.person import Person, Refused

log = logging.getLogger("zhengwutong.demo")

THINKING = 1.5  # seconds before an answer, so that one sees somebody typing
WATCH = 2.0  # seconds between two looks at who is on post
LOOK_AGAIN = 20.0  # seconds between two readings of the desk, should an offer not have arrived
SILENCE = 300.0  # seconds without a word from the citizen before the demo officer closes politely

GREETING = (
    "（演示答复）您好，这里是{desk}网上值班室，您的问题我收到了：“{question}”。我是演示值班员，只能示范，不能真正答复。"
    "您可以用打印出来的值班账号在另一个窗口登录，亲自接着答复。"
)
FOLLOWING = "（演示答复）您补充的情况已经记在这次咨询里。值班员登录后，前面的话都能看到，您不用重讲。"
CLOSING = "（演示答复）还有别的需要帮忙吗？没有的话，这次演示咨询先到这里，请您打个分，谢谢。"


@dataclass(frozen=True)
class Player:
    username: str
    password: str
    desk: str


class Board:
    """How many people are on post at each desk, asked once for everybody who plays."""

    def __init__(self) -> None:
        self.on_post: dict[str, int] = {}

    async def watch(self, url: str) -> None:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    board = (await http.get("/api/duty/board")).raise_for_status().json()
                    self.on_post = {row["key"]: row["on_post"] for row in board["items"]}
                await asyncio.sleep(WATCH)


async def play(url: str, players: Sequence[Player]) -> None:
    """Play all of them until cancelled; one that fails is logged and starts again."""
    board = Board()
    async with asyncio.TaskGroup() as group:
        group.create_task(board.watch(url))
        for player in players:
            group.create_task(keep_playing(url, player, board))


async def keep_playing(url: str, player: Player, board: Board) -> None:
    while True:
        try:
            async with Person(url) as person:
                await person.sign_in(player.username, player.password)
                await on_stage(person, player, board)
        except (Refused, OSError, TimeoutError, httpx.HTTPError) as problem:
            log.warning("demo officer of %s starts again: %s", player.desk, type(problem).__name__)
        await asyncio.sleep(WATCH)


async def on_stage(person: Person, player: Player, board: Board) -> None:
    """Be on duty while nobody else is."""
    await person.connect()
    officer = Officer(person, player.desk, answer, look_again=LOOK_AGAIN)
    work = asyncio.create_task(officer.work())
    try:
        while not work.done():
            playing = officer.wants == "online"
            if playing and board.on_post.get(player.desk, 0) > 1:
                await step_away(officer, await colleagues(person, player))
            elif not playing and not board.on_post.get(player.desk, 0):
                officer.wants = "online"
                officer.woken.set()
            await stir(person)
            await asyncio.sleep(WATCH)
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def stir(person: Person) -> None:
    """Act, where nobody else sees it: a department whose people have not acted for five minutes is away."""
    for stream in [stream for stream, kind in person.kinds.items() if kind == "notices"]:
        await person.typing(stream)


async def colleagues(person: Person, player: Player) -> list[int]:
    """The ids of real officers on post at the same desk."""
    view = await person.call("GET", f"/api/desk/colleagues?desk={player.desk}")
    return [one["id"] for one in view["items"] if one["on_post"] and not one["demo"]]


async def step_away(officer: Officer, others: Sequence[int]) -> None:
    """Hand every conversation to a real officer and take no more; nothing happens when nobody real is there."""
    if not others:
        return
    officer.wants = "away"
    officer.woken.set()
    for consultation in list(officer.serving):
        officer.serving[consultation].cancel()
        with contextlib.suppress(Refused):
            body = {"officer": others[0], "summary": "值班员已登录，由您接着答复。"}
            await officer.person.call("POST", f"/api/consultations/{consultation}/handover", body)


async def answer(officer: Officer, talk: Talk) -> None:
    """Answer the first question and every later word, then close when the citizen has been silent for long."""
    person, stream, citizen = officer.person, talk["stream"], talk["citizen"]["id"]
    text = GREETING.format(desk=talk["desk"]["name"], question=talk["question"][:60])
    heard = 0
    with contextlib.suppress(TimeoutError):
        while True:
            heard = await next_words(person, stream, citizen, heard)
            await person.read(stream)
            await person.typing(stream)
            await asyncio.sleep(THINKING)
            await person.say(stream, text)
            text = FOLLOWING
    await person.say(stream, CLOSING)
    await person.call("POST", f"/api/consultations/{talk['id']}/end", {"outcome": "answered", "subject": "演示"})


async def next_words(person: Person, stream: int, citizen: int, heard: int) -> int:
    """Wait for the citizen's next message after `heard`; the number of the newest one. TimeoutError after SILENCE."""
    await person.wait_for(stream, lambda entry: entry["author"] == citizen and entry["seq"] > heard, SILENCE)
    return max(seq for seq, entry in person.inboxes[stream].entries.items() if entry["author"] == citizen)
