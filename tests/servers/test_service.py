"""An installation under test is what an operator runs."""

from __future__ import annotations

import httpx
import pytest

from tests.servers.service import CommandFailed, Installation


def test_every_process_answers(installation: Installation) -> None:
    assert len(installation.servers) == {"small": 1, "large": 2}[installation.size]
    for server in installation.servers:
        assert httpx.get(f"{server.url}/healthz").status_code == 200


def test_a_crashed_process_comes_back_on_its_port(installation: Installation) -> None:
    server = installation.servers[0]
    server.kill()
    assert not server.healthy()
    server.start()
    assert server.healthy()


def test_a_process_asked_to_end_ends_well(installation: Installation) -> None:
    server = installation.servers[0]
    code = server.term()
    server.start()
    assert code == 0


def test_a_command_that_does_not_exist_is_refused(installation: Installation) -> None:
    with pytest.raises(CommandFailed, match="usage"):
        installation.command("no-such-command")
