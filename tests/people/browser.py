"""A browser as a test needs it: cookies, the CSRF token, JSON in and out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from tests.access.canaries import plant_exact
from zhengwutong.people.messages import post_office

PASSWORD = plant_exact("hu-bin-lu-1107", "password")  # said to nobody, never
STAFF_PASSWORD = plant_exact("Hu-Bin-Lu-1107", "password")
AUTH = "/_allauth/browser/v1/auth"
ACCOUNT = "/_allauth/browser/v1/account"


class Browser:
    """One window. `address` is where it comes from; this machine's own has no limits per address."""

    def __init__(self, address: str = "127.0.0.1", *, token: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address, HTTP_USER_AGENT="test browser")
        self.token = token

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(path, query)

    def send(self, method: str, path: str, body: Any = None) -> HttpResponse:
        if self.token and "csrf" not in self.client.cookies:
            self.client.get("/api/me")
        headers = {"X-CSRFToken": self.client.cookies["csrf"].value} if self.token else {}
        return self.client.generic(
            method, path, json.dumps(body or {}), content_type="application/json", headers=headers
        )

    def post(self, path: str, body: Any = None) -> HttpResponse:
        return self.send("POST", path, body)

    def patch(self, path: str, body: Any = None) -> HttpResponse:
        return self.send("PATCH", path, body)

    def delete(self, path: str, body: Any = None) -> HttpResponse:
        return self.send("DELETE", path, body)

    # --- what people do ----------------------------------------------------------------------------------------------

    def register(self, username: str, **more: Any) -> HttpResponse:
        return self.post(f"{AUTH}/signup", {"username": username, "password": PASSWORD, **more})

    def sign_in(self, password: str = PASSWORD, **who: str) -> HttpResponse:
        return self.post(f"{AUTH}/login", {**who, "password": password})

    def sign_out(self) -> HttpResponse:
        return self.delete(f"{AUTH}/session")

    def me(self) -> dict[str, Any]:
        return self.get("/api/me").json()

    @property
    def user(self) -> dict[str, Any] | None:
        return self.me()["user"]


def texts() -> list[dict[str, str]]:
    """Every text message sent so far."""
    assert post_office.emptied()
    sent = Path(settings.DATA) / "messages" / "texts.jsonl"
    return [json.loads(line) for line in sent.read_text().splitlines()] if sent.exists() else []


def texted_code(number: str) -> str:
    """The newest code texted to a number."""
    return code_in([message["text"] for message in texts() if message["to"] == number][-1])


def mailed_code(address: str) -> str:
    """The newest code mailed to an address."""
    assert post_office.emptied()
    return code_in([message.body for message in mail.outbox if address in message.to][-1])


def code_in(text: str) -> str:
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found.group()
