"""The doors that the contract does not list: signing in, pages, files, and methods and addresses that are none."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.access import doors
from tests.access.asking import sent
from tests.access.tables import TABLE, operation_of, sign_in
from tests.access.town import Town
from tests.people.browser import Browser
from tests.people.conftest import Enter

pytestmark = pytest.mark.one_database

# What is answered to everybody alike, whoever he is: status, and the kind of what comes. None of it asks who is asking.
# /healthz, /readyz and /metrics are answered before Django and know no sessions: tests/operations.
PAGES = {
    "api/openapi.json": ("/api/openapi.json", 200, "application/json"),
    "api/": ("/api/", 404, "text/html; charset=utf-8"),
    "sw.js": ("/sw.js", 200, "text/javascript; charset=utf-8"),
    r"^(?!api/|_allauth/|static/|ws$)(?P<path>.*)$": ("/chat/1", 200, "text/html; charset=utf-8"),
}
CLIENT = Path(settings.CLIENT)
BEYOND = [
    "/static/app/../../../zhengwutong/settings.py",
    "/static/app/%2e%2e/%2e%2e/pyproject.toml",
    "/static/app/..%2f..%2fpyproject.toml",
    "/static/app//etc/passwd",
    "/static/app/assets/",
    "/static/app/.vite/manifest.json",
    "/static/pyproject.toml",
    "/ws",
    "/api/docs",
    "/_allauth/openapi.json",
    "/_allauth/app/v1/auth/session",
]


@pytest.fixture
def client(settings: Any) -> Client:
    """A visitor's, who is served as in an installation: what was there when it began, and nothing else."""
    settings.WHITENOISE_AUTOREFRESH = False
    return Client()


def test_every_door_of_signing_in_is_decided() -> None:
    assert set(sign_in.TABLE) == set(doors.sign_in_operations())


def test_every_page_is_decided() -> None:
    assert set(PAGES) == doors.pages()


@pytest.mark.django_db
@pytest.mark.parametrize("who", sign_in.WHO)
def test_who_may_at_the_doors_of_signing_in(signed_in_as: Enter, who: str) -> None:
    browser = signed_in_as(who)
    answered = {operation: status(browser, operation) for operation in sign_in.TABLE}
    assert answered == {operation: decided[who] for operation, decided in sign_in.TABLE.items()}


def status(browser: Browser, operation: str) -> int:
    """What is answered to an empty form; whatever that did is taken back."""
    method, path = operation.split()
    cookies = deepcopy(browser.client.cookies)
    with transaction.atomic():
        answer = browser.get(path) if method == "GET" else browser.send(method, path)
        transaction.set_rollback(True)
    browser.client.cookies = cookies
    return answer.status_code


@pytest.mark.django_db
def test_a_page_is_the_same_for_everybody(town: Town) -> None:
    for path, wanted, kind in PAGES.values():
        answers = [town.windows[who].client.get(path) for who in ("visitor", "owner", "serving", "system_admin")]
        assert {(one.status_code, one["Content-Type"]) for one in answers} == {(wanted, kind)}, path
        assert len({body(one) for one in answers}) == 1, path


@pytest.mark.skipif(not CLIENT.is_dir(), reason="the client has not been built")
def test_every_file_is_public_and_is_one_that_the_build_made(client: Client) -> None:
    for file in files():
        answer = client.get(f"/static/app/{file.relative_to(CLIENT)}")
        assert (answer.status_code, body(answer)) == (200, file.read_bytes()), file
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert not answer.cookies
    assert not [file for file in files() if file.suffix in (".map", ".ts", ".vue", ".py", ".env")]


def files() -> list[Path]:
    """What the build made; the packed copies are other ways to send these, not files of their own."""
    made = [file for file in CLIENT.rglob("*") if file.is_file() and not file.name.startswith(".")]
    return [file for file in made if file.suffix not in (".br", ".gz")]


@pytest.mark.parametrize("path", BEYOND)
def test_what_lies_beyond_the_files_is_not_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined, no-any-return]


# --- what is no operation --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_method_that_is_no_operation_is_refused_to_everybody(town: Town) -> None:
    wrong = {}
    for path, methods in doors.contract()["paths"].items():
        for method in set(doors.METHODS) - set(methods):
            for who in ("visitor", "serving"):
                answer = sent(town.windows[who], method.upper(), path.format(**town.names), None)
                if answer.status_code != 405:
                    wrong[method, path, who] = answer.status_code
    assert wrong == {}


@pytest.mark.django_db
def test_nothing_is_done_without_the_token_of_the_page(town: Town) -> None:
    for title, row in TABLE.items():
        operation = operation_of(title)
        if not doors.unsafe(operation):
            continue
        who = next((relation for relation, answer in row.cells.items() if answer is None), "owner")
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = deepcopy(town.windows[who].client.cookies)
        method, path = operation.split()
        answer = strict.generic(method, path.format(**row.names(town.names)), "{}", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), operation
