"""The client that was written from the protocol's page, as somebody else would run it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.browser.world import Town, folder_like, running_town
from tests.examples.line import failing_line
from zhengwutong.demo.officers import answer
from zhengwutong.players.officer import Officer
from zhengwutong.players.person import Person

pytestmark = pytest.mark.timeout(150)
ASK = Path(__file__).resolve().parents[2] / "examples/ask.py"
DESK, QUESTION, REPLY = "commerce", "个体户怎么开发票？", "谢谢，要带身份证吗？"


@pytest.fixture(scope="module")
def town(new_town: Path) -> Iterator[Town]:
    with folder_like(new_town) as folder, running_town(folder, "--no-demo-officers") as made:
        yield made


@asynccontextmanager
async def demo_officer(town: Town) -> AsyncIterator[Person]:
    """The demo officer of the desk, on duty."""
    account = next(one for one in town.accounts if one.desk == DESK and one.played)
    async with Person(town.url) as person:
        await person.sign_in(account.username, account.password)
        await person.connect()
        work = asyncio.create_task(Officer(person, DESK, answer).work())
        try:
            yield person
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work


async def run(url: str, *words: str, **env: str) -> tuple[int | None, str]:
    """What the client printed, and its exit code."""
    client = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(ASK), url, DESK, QUESTION, *words),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(45):
        said, _ = await client.communicate()
    return client.returncode, said.decode()


async def said_in(person: Person) -> list[tuple[str, str]]:
    """The words of the newest conversation the officer has: author's side, body."""
    view: dict[str, Any] = await person.call("GET", "/api/desk")
    talk = max(view["mine"], key=lambda row: row["id"])
    page = await person.call("GET", f"/api/consultations/{talk['id']}/entries")
    return [
        ("officer" if entry["author"] == person.id else "citizen", entry["body"])
        for entry in page["items"]
        if entry["kind"] == "text"
    ]


async def test_it_asks_without_an_account_and_replies_once_over_a_line_that_fails(town: Town) -> None:
    port = town.installation.servers[0].port
    async with demo_officer(town) as officer, failing_line(port, "（演示答复）您好") as line:
        code, printed = await run(line.url, "--reply", REPLY)
        stored = await said_in(officer)
    assert (code, line.cuts) == (0, 1), printed
    assert [side for side, _ in stored] == ["citizen", "officer", "citizen", "officer"]
    assert printed.count(REPLY) == [body for _, body in stored].count(REPLY) == 1
    shown = [text for text in printed.splitlines() if not text.startswith("[")]
    assert [text.partition("：")[2] for text in shown] == [body for _, body in stored]
    assert "[连接断开，正在重连]" in printed


async def test_it_signs_in_and_asks(town: Town) -> None:
    account = town.somebody("citizen1")
    async with demo_officer(town):
        code, printed = await run(town.url, "--user", account.username, ZHENGWUTONG_PASSWORD=account.password)
    assert code == 0, printed
    assert "演示值班员：（演示答复）您好" in printed


async def test_it_says_why_it_was_refused(town: Town) -> None:
    code, printed = await run(town.url, "--user", "citizen1", ZHENGWUTONG_PASSWORD="wrong")
    assert code == 1
    assert "Traceback" not in printed
