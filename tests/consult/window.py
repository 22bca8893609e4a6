"""A window as a test needs it: somebody signed in, JSON in and out, the verbs of this room by name."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.access.canaries import plant
from zhengwutong.people.models import Office, User

JSON = "application/json"
keys = count(1)


class Window:
    """Somebody's client. Verbs return the answer's JSON and insist on success; `post` and `get` return the answer.

    What a citizen says without being given words is a canary: it may reach himself and staff.
    """

    def __init__(self, person: User | None) -> None:
        self.person = person
        self.client = Client()
        if person is not None:
            self.client.force_login(person)

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api{path}", query)

    def post(self, path: str, **body: Any) -> HttpResponse:
        return self.client.post(f"/api{path}", body, JSON)

    def read(self, path: str, **query: Any) -> Any:
        return content(self.get(path, **query))

    def do(self, path: str, **body: Any) -> Any:
        return content(self.post(path, **body))

    # --- citizen -----------------------------------------------------------------------------------------------------

    def ask(self, desk: Office | str, body: str = "", key: str | None = None) -> Any:
        wanted = desk if isinstance(desk, str) else desk.key
        body = body or plant("退休金从哪个月开始领", self.person, staff=True)
        return self.do("/consultations", desk=wanted, body=body, key=key or f"k{next(keys)}")

    # --- both --------------------------------------------------------------------------------------------------------

    def say(self, talk: int, body: str = "", key: str | None = None) -> Any:
        if not body and self.person is not None and self.person.is_citizen:
            body = plant("请问还要带什么材料", self.person, staff=True)
        body = body or "请带身份证"
        return self.do(f"/consultations/{talk}/entries", body=body, key=key or f"k{next(keys)}")

    def talk(self, talk: int) -> Any:
        return self.read(f"/consultations/{talk}")

    def entries(self, talk: int) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.read(f"/consultations/{talk}/entries", limit=100)["items"]
        return items

    def kinds(self, talk: int) -> list[str]:
        return [entry["kind"] for entry in self.entries(talk)]

    # --- officer -----------------------------------------------------------------------------------------------------

    def desk(self) -> Any:
        return self.read("/desk")

    def accept(self, talk: int) -> Any:
        return self.do(f"/consultations/{talk}/accept")

    def end(self, talk: int, outcome: str = "answered", subject: str = "养老待遇", **facts: Any) -> Any:
        return self.do(f"/consultations/{talk}/end", outcome=outcome, subject=subject, **facts)


def content(answer: HttpResponse) -> Any:
    assert answer.status_code < 300, (answer.status_code, answer.content.decode())
    return answer.json() if answer.content else None


def code(answer: HttpResponse) -> str | None:
    """The refusal's code; None when it was no refusal."""
    found = answer.json() if answer.content else {}
    return found.get("code") if isinstance(found, dict) else None
