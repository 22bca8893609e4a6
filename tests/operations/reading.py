"""What an operator's programs read: figures by name and labels, log lines as objects."""

from __future__ import annotations

import json
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.servers.service import Server


def get(server: Server, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{server.url}{path}", headers=headers, timeout=10, trust_env=False)


def ready(server: Server) -> tuple[int, dict[str, Any]]:
    """The status of /readyz, and what it says."""
    answer = get(server, "/readyz")
    return answer.status_code, answer.json()


def samples(server: Server, token: str) -> list[Sample]:
    """Every sample of /metrics."""
    answer = get(server, "/metrics", Authorization=f"Bearer {token}")
    assert answer.status_code == 200, answer.text
    return [one for family in text_string_to_metric_families(answer.text) for one in family.samples]


def figure(found: list[Sample], name: str, **labels: str) -> float:
    """The sum of all samples of this name with these labels; 0 when there is none."""
    return sum(one.value for one in found if one.name == f"zhengwutong_{name}" and labels.items() <= one.labels.items())


def log_lines(server: Server) -> list[dict[str, Any]]:
    """The whole log; fails for a line that is no JSON object."""
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert all({"at", "level", "from", "says"} <= line.keys() for line in lines)
    return lines
