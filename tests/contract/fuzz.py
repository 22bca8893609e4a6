"""schemathesis over `contract/openapi.json`, as a visitor, a citizen, an officer and an administrator.

What an answer must be: never a 5xx, a status and a body the contract names, and nothing malformed accepted.

    python -m tests.contract [EXAMPLES] [--postgresql]      a long run, each operation so often (default 200)
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisDeprecationWarning
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.fuzz_world import made_in
from tests.gateway.live import dialled
from tests.servers.postgresql import postgresql
from tests.servers.service import Installation
from tests.servers.service import installation as running

CONTRACT = Path(__file__).resolve().parents[2] / "contract" / "openapi.json"
ROLES = ("visitor", "citizen", "officer", "administrator")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
SETTINGS = {"ZHENGWUTONG_SECOND_FACTOR": "off"}
keys = count(1)


class Town:
    """The installation under test: a browser for each role, and ids of things that are there."""

    def __init__(self, installation: Installation, world: dict[str, Any]) -> None:
        self.url = installation.url
        self.server = installation.servers[0]
        self.sessions: dict[str, str] = world["sessions"]
        self.known: dict[str, Any] = world["known"]
        self.browsers = {role: self.browser(role) for role in (*ROLES, "colleague")}

    def browser(self, role: str) -> requests.Session:
        opened = requests.Session()
        opened.trust_env = False
        if role in self.sessions:
            opened.cookies.set("session", self.sessions[role])
        opened.get(f"{self.url}/api/me", timeout=20)
        opened.headers["X-CSRFToken"] = opened.cookies["csrf"]
        return opened

    def do(self, role: str, path: str, **body: Any) -> Any:
        answer = self.browsers[role].post(f"{self.url}/api{path}", json=body, timeout=20)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def begin(self) -> None:
        """A conversation the officer has accepted, as many operations need one; its id is known."""
        talk = self.do("citizen", "/consultations", desk="first-desk", body="怎么办", key=f"f{next(keys)}")["id"]
        self.known |= {"talk_id": talk}
        answer = self.browsers["officer"].post(f"{self.url}/api/consultations/{talk}/accept", timeout=20)
        assert answer.status_code < 500

    def is_signed_in(self, role: str) -> bool:
        user = self.browsers[role].get(f"{self.url}/api/me", timeout=20).json()["user"]
        return (user is not None) is (role in self.sessions)  # a visitor is not


@contextmanager
def town(*, on_postgresql: bool = False, like: Path | None = None) -> Iterator[Town]:
    """An installation of one process with its world, on SQLite begun `like` another; the officers are connected."""
    with ExitStack() as stack:
        url = stack.enter_context(postgresql(durable=True)).create("fuzzed") if on_postgresql else ""
        installation = stack.enter_context(running(database_url=url, like=None if url else like, **SETTINGS))
        made = Town(installation, made_in(installation))
        for name in ("officer", "colleague"):
            device = stack.enter_context(dialled(installation.servers[0].port, made.sessions[name]))
            device.hello()
        made.do("citizen", "/consultations", desk="second-desk", body="土地证怎么办", key="first")
        yield made


def operations() -> list[Any]:
    """Every operation of the contract; those which may end the caller's own session come last.

    The session is ours to send: schemathesis, knowing of it, would leave it out and expect a refusal at public doors.
    """
    contract = json.loads(CONTRACT.read_text())
    del contract["components"]["securitySchemes"]
    for path in contract["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    found = [result.ok() for result in schemathesis.openapi.from_dict(contract).get_all_operations()]
    return sorted(found, key=lambda one: (one.method == "delete", one.label))


def cases(operation: Any, known: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What fits the contract, the same of a thing that is there, and what does not fit."""
    modes = schemathesis.GenerationMode
    names = {parameter.name for parameter in operation.path_parameters}
    there = {name: known[name] for name in names if name in known}
    made = [operation.as_strategy(generation_mode=modes.POSITIVE, path_parameters=there or None)]
    if there:
        made.append(operation.as_strategy(generation_mode=modes.POSITIVE))
    if operation.body or operation.query or names:
        made.append(operation.as_strategy(generation_mode=modes.NEGATIVE))
    return st.one_of(*made)


def explore(made: Town, operation: Any, examples: int) -> list[str]:
    """Ask so many times, each time as every role in turn; what was answered against the contract."""
    wrong: list[str] = []

    @seed(2026)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(operation, made.known))
    def ask(case: Any) -> None:
        for role in ROLES:
            answer = case.call(base_url=made.url, session=made.browsers[role], timeout=20)
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failures:
                wrong.extend(f"{role} {operation.label}: {failure}" for failure in failures.exceptions)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisDeprecationWarning)  # schemathesis's own
        ask()
    return wrong


def explore_all(made: Town, examples: int) -> list[str]:
    """Every operation as every role, told while it goes on; what was wrong, each thing once."""
    wrong: list[str] = []
    for operation in operations():
        if "{talk_id}" in operation.path:
            made.begin()
        found = explore(made, operation, examples)
        print(operation.label, *found, sep="\n    ", flush=True)
        wrong += found
        if not made.is_signed_in("visitor"):
            made.browsers["visitor"] = made.browser("visitor")  # he asked for a device account
        for role in made.sessions:
            assert made.is_signed_in(role), f"{role} was signed out by {operation.label}"
    return list(dict.fromkeys(wrong))


def main() -> int:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    examples = numbers[0] if numbers else 200
    with town(on_postgresql="--postgresql" in sys.argv) as made:
        wrong = explore_all(made, examples)
        print(f"{len(wrong)} answers against the contract")
        thrown = [line for line in made.server.log.splitlines() if '"fault"' in line or "Traceback" in line]
        print("\n".join(thrown))
    return 1 if wrong or thrown else 0
