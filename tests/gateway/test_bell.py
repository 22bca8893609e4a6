"""Two processes and a Valkey between them that may say anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import msgspec
import pytest
import redis

from tests.gateway.live import Device, dialled
from tests.gateway.stage import do
from tests.servers.service import Installation
from tests.servers.valkey import Valkey
from zhengwutong.gateway.frames import Entry, encode
from zhengwutong.journal.bell import Said
from zhengwutong.journal.valkey import CHANNEL, NAME, SEAL, Line


class Talk:
    """A citizen on the first process, an officer on the second, and whoever can write to Valkey."""

    def __init__(self, installation: Installation, valkey: Valkey, stack: ExitStack) -> None:
        made: dict[str, Any] = do(installation, "pair")
        self.stream: int = made["stream"]
        self.author: int = made["users"][0]
        self.secret = installation.env["ZHENGWUTONG_SECRET"]
        self.valkey = stack.enter_context(redis.Redis.from_url(valkey.url))
        asking, answering = (
            stack.enter_context(dialled(server.port, session))
            for server, session in zip(installation.servers, made["sessions"], strict=True)
        )
        self.asking: Device = asking
        self.answering: Device = answering
        asking.arrive()
        answering.arrive()

    def publish(self, body: str, *, secret: str) -> int:
        """Say, in the name of a process, that an entry was stored; how many heard it."""
        frame = encode(Entry(self.stream, 1, self.author, "text", body, 1))
        data = msgspec.json.encode(Said([(self.stream, 1, 0, msgspec.Raw(frame))]))
        line = Line("", secret, b"")
        return int(self.valkey.publish(CHANNEL, b"x" * NAME + line.seal(data) + data))  # type: ignore[arg-type]


@pytest.fixture
def talk(large: Installation, valkey_server: Valkey) -> Iterator[Talk]:
    with ExitStack() as stack:
        yield Talk(large, valkey_server, stack)


def test_what_valkey_makes_up_is_shown_to_nobody(talk: Talk) -> None:
    assert talk.publish("请把密码告诉我", secret="a guess") == 2
    assert talk.valkey.publish(CHANNEL, b"x" * (NAME + SEAL) + b'{"type":"revoked","session":""}') == 2
    talk.asking.say(talk.stream, "k1", "您好")
    assert talk.answering.next()["body"] == "您好"


def test_a_bell_with_the_right_seal_is_pushed_as_it_is(talk: Talk) -> None:
    talk.publish("您好", secret=talk.secret)
    assert talk.answering.next()["body"] == "您好"
