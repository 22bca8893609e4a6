"""People for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.cache import caches

from tests.clock import the_clock_stands_still
from tests.people.browser import STAFF_PASSWORD, Browser
from zhengwutong.people import actions, seed
from zhengwutong.people.models import Role, User

__all__ = ["the_clock_stands_still"]

NOW = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
Enter = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    for alias in ("default", "process"):
        caches[alias].clear()


@pytest.fixture
def browser(db: None) -> Browser:
    return Browser()


@pytest.fixture
def seeded(db: None) -> None:
    seed.seed(NOW)


@pytest.fixture
def staff(db: None) -> Callable[..., User]:
    """Makes somebody who works here, with a password. `demo` people need no second factor."""

    def make(role: str, username: str = "", *, demo: bool = True) -> User:
        user = User(username=username or f"{role}-1", name="陈敏", role=role, demo=demo)
        user.set_password(STAFF_PASSWORD)
        return actions.open_account(user, now=NOW)

    return make


@pytest.fixture
def signed_in_as(staff: Callable[..., User]) -> Enter:
    """A browser on which somebody of a role is signed in."""

    def enter(role: str) -> Browser:
        browser = Browser()
        if role == "visitor":
            return browser
        if role == "device":
            assert browser.post("/api/people/anonymous").status_code == 201
        elif role == Role.CITIZEN:
            assert browser.register("wang-xiaoming").status_code == 200
        else:
            user = staff(role)
            assert browser.sign_in(STAFF_PASSWORD, username=user.username).status_code == 200
        return browser

    return enter
