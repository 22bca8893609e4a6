"""An operator watches a small installation at work, and ends it."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.gateway.live import dialled
from tests.operations.reading import figure, get, log_lines, ready, samples
from tests.servers.service import Installation, Server
from tests.servers.service import installation as running_installation
from tests.servers.visitor import Visitor

PROJECT = Path(__file__).resolve().parents[2]
NOTICE = 2.0  # seconds
pytestmark = pytest.mark.timeout(150)
LABELS = {"version", "python", "database", "kind", "code", "door", "operation", "status", "round", "desk", "list"}
LABELS |= {"state", "le"}


@pytest.fixture(scope="module")
def watched(new_small: Path) -> Iterator[Installation]:
    with running_installation(like=new_small, ZHENGWUTONG_NOTICE=str(NOTICE)) as made:
        yield made


@pytest.fixture
def server(watched: Installation) -> Server:
    return watched.servers[0]


@pytest.fixture
def token(watched: Installation) -> str:
    file = watched.data / "metrics.token"
    assert file.stat().st_mode & 0o077 == 0
    return file.read_text()


def test_a_small_installation_is_ready_without_valkey(server: Server) -> None:
    assert get(server, "/healthz").text == "ok"
    status, told = ready(server)
    assert (status, told["ready"], told["draining"], told["valkey"]) == (200, True, False, None)


def test_figures_are_for_who_has_the_token(server: Server, token: str) -> None:
    for shown in ("", "Bearer", f"Bearer {token}x", f"Basic {token}", token):
        answer = get(server, "/metrics", Authorization=shown)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "zhengwutong" not in answer.text
    assert get(server, f"/metrics?token={token}").status_code == 401


def test_what_is_said_is_counted_and_names_nobody(server: Server, token: str) -> None:
    visitor = Visitor(server)
    stream = visitor.stream
    before = samples(server, token)
    with ExitStack() as stack:
        telephone, tablet = (stack.enter_context(dialled(server.port, visitor.session)) for _ in range(2))
        telephone.hello()
        tablet.hello()
        first = telephone.say(stream, "k0", "您好")["seq"]
        for number in range(1, 5):
            assert telephone.say(stream, f"k{number}", "您好")["t"] == "ack"
        assert telephone.say(stream, "k0", "您好")["seq"] == first
        assert telephone.say(stream, "k9", "长" * 2001)["code"] == "too_long"
        assert [tablet.want("entry")["seq"] for _ in range(5)] == list(range(first, first + 5))
        for number in (1, 2, 3):
            assert get(server, f"/api/consultations/{stream + number}").status_code == 401
        found = samples(server, token)

    def grown(name: str, **labels: str) -> float:
        return figure(found, name, **labels) - figure(before, name, **labels)

    assert (figure(found, "connections"), figure(found, "people")) == (2, 1)
    assert (grown("messages_stored_total"), grown("messages_repeated_total")) == (5, 1)
    assert grown("frames_received_total", kind="send") == grown("ack_seconds_count") == 6
    assert grown("frames_received_total", kind="hello") == 2
    assert (grown("frames_sent_total", kind="entry"), grown("frames_sent_total", kind="ack")) == (5, 6)
    assert grown("refusals_total", door="socket", code="too_long") == 1
    assert grown("refusals_total", door="http", code="sign_in_needed") == 3
    assert grown("http_requests_total", status="401") == grown("http_request_seconds_count") == 3
    assert figure(found, "desks") == 18
    assert figure(found, "round_last_success_timestamp_seconds", round="consult-sweeper") > 0
    labels = [(name, value) for one in found for name, value in one.labels.items()]
    assert {name for name, _ in labels} <= LABELS
    operations = {one.labels["operation"] for one in found if "operation" in one.labels}
    assert [one for one in operations if one.startswith("GET api/consult")] == ["GET api/consultations/<talk_id>"]


def test_the_page_and_the_rules_know_every_figure_and_no_other(server: Server, token: str) -> None:
    answer = get(server, "/metrics", Authorization=f"Bearer {token}").text
    told = set(re.findall(r"^# TYPE zhengwutong_(\w+)", answer, re.MULTILINE)) | {"valkey_up"}  # none in this size
    section = (PROJECT / "docs/operations.md").read_text().partition("## Metrics")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert {name for cell in rows for name in re.findall(r"`(\w+)`", cell)} == told
    rules = re.findall(r"zhengwutong_(\w+?)(?:_bucket)?\b", (PROJECT / "deploy/alerts.yml").read_text())
    assert set(rules) <= told


def test_no_line_of_the_log_is_forged_and_none_holds_a_secret(server: Server) -> None:
    password, path = "Mima-canary-8817", "canary-token-5521"
    forged = '%0d%0a{"level":"error","says":"forged"}'
    get(server, f"/api/people/invitations/{path}{forged}", **{"X-Request-ID": "forged", "Host": 'a"b'})
    get(server, f"/welcome/{path}{forged}", **{"User-Agent": 'x","says":"forged'})
    with httpx.Client(base_url=server.url, trust_env=False) as visitor:
        visitor.get("/login")
        headers = {"X-CSRFToken": visitor.cookies["csrf"], "Origin": server.url}
        login = {"username": "a\r\nforged", "password": password}
        assert visitor.post("/_allauth/browser/v1/auth/login", json=login, headers=headers).status_code == 400
    assert not any(word in server.log for word in (password, path, "forged"))
    assert {line["says"].split(" ")[0] for line in log_lines(server)} >= {"serving"}


def test_told_to_end_it_is_first_not_ready_and_serves_on(server: Server) -> None:
    visitor = Visitor(server)
    with dialled(server.port, visitor.session) as device:
        device.hello()
        began = monotonic()
        os.kill(server.process.pid, signal.SIGTERM)
        while (told := ready(server))[0] == 200:
            assert monotonic() - began < NOTICE
        assert (told[0], told[1]["draining"], told[1]["database"]) == (503, True, True)
        assert device.say(visitor.stream, "last", "还能说")["t"] == "ack"
        code, frames = device.closed()
        assert (code, frames[-1]["t"]) == (1012, "bye")
        assert monotonic() - began >= NOTICE
    assert server.term() == 0
    assert [line["says"] for line in log_lines(server)][-2:] == ["draining", "ended"]
