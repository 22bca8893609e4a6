"""Somebody without an account who asks a department, through the public doors."""

from __future__ import annotations

from typing import Any

import httpx

from tests.servers.service import Server


class Visitor:
    """`session` is the cookie of a new anonymous account; `stream` the conversation's, where he may write at once."""

    def __init__(self, server: Server, desk: str = "labour", body: str = "您好，我想问一件事。") -> None:
        with httpx.Client(base_url=server.url, trust_env=False, timeout=20) as client:
            client.get("/api/me")
            self.post(client, "/api/people/anonymous", {})
            self.session = client.cookies["session"]
            asked = self.post(client, "/api/consultations", {"desk": desk, "body": body, "key": "asked"})
        self.stream: int = asked["stream"]
        self.consultation: int = asked["id"]

    def post(self, client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"X-CSRFToken": client.cookies["csrf"]}
        answer: dict[str, Any] = client.post(path, json=body, headers=headers).raise_for_status().json()
        return answer
