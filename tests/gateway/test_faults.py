"""The small installation when the disk is full, when it is killed, and when it is told to end."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic
from typing import Any

import pytest

from tests.gateway.live import Device, dialled
from tests.gateway.stage import do
from tests.servers.service import Installation

PROMISED = 5.0  # seconds


class Talk:
    """Two people on a small installation."""

    def __init__(self, installation: Installation, stack: ExitStack) -> None:
        made: dict[str, Any] = do(installation, "pair")
        self.installation = installation
        self.stack = stack
        self.stream: int = made["stream"]
        self.sessions: list[str] = made["sessions"]

    def device(self, person: int) -> Device:
        device = self.stack.enter_context(dialled(self.installation.servers[0].port, self.sessions[person]))
        device.arrive()
        return device


@pytest.fixture
def talk(small: Installation) -> Iterator[Talk]:
    with ExitStack() as stack:
        yield Talk(small, stack)


def test_a_full_disk_is_refused_in_time_and_recovers_by_itself(talk: Talk) -> None:
    asking = talk.device(0)
    assert asking.say(talk.stream, "k0", "之前")["seq"] == 1
    pid = talk.installation.servers[0].process.pid
    unlimited = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
    try:
        began = monotonic()
        refused = asking.say(talk.stream, "k1", "存得下吗")
        assert (refused["t"], refused["code"]) == ("err", "unavailable")
        assert monotonic() - began < PROMISED
        asking.send(t="fetch", stream=talk.stream)
        assert len(asking.want("entries")["items"]) == 1
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
    answer = asking.say(talk.stream, "k1", "存得下吗")
    assert answer["seq"] == 2


def test_what_was_acknowledged_before_a_kill_is_there_afterwards_and_repeats_add_nothing(talk: Talk) -> None:
    asking = talk.device(0)
    for number in range(50):
        asking.send(t="send", stream=talk.stream, key=f"k{number}", body=str(number))
    acknowledged = {asking.want("ack")["key"]}
    talk.installation.kill()
    _, frames = asking.closed()
    acknowledged |= {frame["key"] for frame in frames if frame["t"] == "ack"}
    talk.installation.start()
    again = talk.device(0)
    for number in range(50):
        again.send(t="send", stream=talk.stream, key=f"k{number}", body=str(number))
    assert sorted(again.want("ack")["seq"] for _ in range(50)) == list(range(1, 51))
    rows = do(talk.installation, "stored", talk.stream)
    assert [row[3] for row in rows] == [str(number) for number in range(50)]
    assert acknowledged <= {row[2] for row in rows}


def test_an_action_of_another_process_is_noticed_without_a_bell(talk: Talk) -> None:
    asking = talk.device(0)
    do(talk.installation, "append", talk.stream, "来自命令")
    began = monotonic()
    assert asking.want("entry")["body"] == "来自命令"
    assert monotonic() - began < PROMISED


def test_a_deploy_ends_with_goodbye_and_exit_code_0(talk: Talk) -> None:
    devices = [talk.device(0), talk.device(1)]
    assert talk.installation.servers[0].term() == 0
    for device in devices:
        code, frames = device.closed()
        assert (code, json.dumps(frames[-1])[:12]) == (1012, '{"t": "bye",')
    assert "Traceback" not in talk.installation.servers[0].log
    talk.installation.start()
