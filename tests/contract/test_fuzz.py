"""Whatever is sent to the HTTP side, by whomever: no 5xx, and answers as the contract says.

ZHENGWUTONG_FUZZ=postgresql asks an installation on PostgreSQL, =long far more often besides; `python -m tests.contract`
does the first of it alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import requests

from tests.contract.fuzz import ROLES, Town, explore_all, operations, town
from tests.contract.malformed import BODIES, HEADERS, OTHER_DOORS, PATHS, QUERIES, Odd

WISH = os.environ.get("ZHENGWUTONG_FUZZ", "")
LONG = WISH == "long"
EXAMPLES = 100 if LONG else 2
EVERY = 1 if LONG else 5  # each oddity at every fifth door
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")

pytestmark = pytest.mark.timeout(7200 if LONG else 300)


@pytest.fixture(scope="module")
def made(new_small: Path) -> Iterator[Town]:
    with town(on_postgresql=bool(WISH), like=new_small) as one:
        yield one


@pytest.fixture(autouse=True)
def nothing_is_thrown(made: Town) -> Iterator[None]:
    before = len(made.server.log)
    yield
    thrown = [line for line in made.server.log[before:].splitlines() if '"fault"' in line or "Traceback" in line]
    assert not thrown, "\n".join(thrown)


def test_answers_are_as_the_contract_says(made: Town) -> None:
    wrong = explore_all(made, EXAMPLES)
    assert not wrong, "\n\n".join(wrong)


def doors(made: Town) -> list[tuple[str, str]]:
    """Method and path of every operation, with ids of things that are there, and the doors beside the contract."""
    made.begin()

    def there(found: re.Match[str]) -> str:
        return str(made.known.get(found[1], 1))

    inside = [(one.method.upper(), re.sub(r"\{(\w+)\}", there, one.path)) for one in operations()]
    return [*inside, *OTHER_DOORS]


def send(made: Town, role: str, method: str, path: str, odd: Odd) -> requests.Response:
    """As somebody in his browser, or without one where the request brings a cookie or a token of its own."""
    address = f"{made.url}{path}?{odd.query}" if odd.query else f"{made.url}{path}"
    bare = "Cookie" in odd.headers or "X-CSRFToken" in odd.headers
    ask = requests.request if bare else made.browsers[role].request
    return ask(method, address, data=odd.body, headers=odd.headers, timeout=20, allow_redirects=False)


@pytest.mark.parametrize("oddities", [BODIES, QUERIES, HEADERS], ids=["bodies", "queries", "headers"])
def test_what_is_malformed_is_refused_by_name(made: Town, oddities: list[Odd]) -> None:
    wrong = []
    for place, ((method, path), odd) in enumerate(product(doors(made), oddities)):
        if place % EVERY or (odd.body is not None and method not in UNSAFE) or path == f"/api/me/sessions/{1}":
            continue
        for role in ROLES if LONG else [ROLES[place // EVERY % len(ROLES)]]:
            answer = send(made, role, method, path, odd)
            if answer.status_code >= 500 or not is_proper(answer, path):
                wrong.append(f"{role} {method} {path} with {odd.name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def is_proper(answer: requests.Response, path: str) -> bool:
    """A refusal of the API is a code and a sentence, in JSON; what was too much for the reception is a bare status."""
    if answer.status_code < 400 or not path.startswith("/api/") or answer.status_code in (400, 431):
        return True
    refusal = answer.json()
    return isinstance(refusal["code"], str) and isinstance(refusal["text"], str)


@pytest.mark.parametrize("path", PATHS)
def test_an_odd_path_leads_nowhere(made: Town, path: str) -> None:
    for role in ROLES:
        request = requests.Request("GET", made.url).prepare()
        request.url = made.url + path  # as it is: `requests` would tidy it up
        answer = made.browsers[role].send(request, timeout=20, allow_redirects=False)
        assert answer.status_code in (200, 301, 400, 401, 403, 404, 405, 422), (role, answer.status_code)
        assert "root:" not in answer.text
