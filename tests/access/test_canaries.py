"""The search itself: a text that reaches the wrong person is found, at every door the tests use."""

from __future__ import annotations

import logging

import pytest

from tests.access import canaries
from tests.access.canaries import heard, plant, plant_exact, plant_phone, share
from tests.consult.window import Window
from tests.duty.world import citizen, staff


def who_heard() -> list[str]:
    """Whom the leaks reached since the last time."""
    return [leak.who for leak in canaries.caught()]


@pytest.mark.django_db
def test_a_text_that_is_told_to_another_is_found() -> None:
    owner, stranger = citizen("owner"), Window(citizen("stranger"))
    name = plant("name", owner)
    assert stranger.client.patch("/api/me", {"name": name}, "application/json").status_code == 200
    assert who_heard() == ["stranger (citizen)"]
    share(name, stranger.person)
    assert name in stranger.get("/me").json()["user"]["name"]
    assert who_heard() == []


@pytest.mark.django_db
def test_what_staff_may_hear_citizens_and_visitors_may_not() -> None:
    chen, wang = staff("chen"), citizen("wang")
    word, number = plant("word", staff=True), plant_phone()
    heard(lambda: chen, "somewhere", word.encode())
    assert who_heard() == []
    heard(lambda: wang, "somewhere", f"…{word}…{number}".encode())
    heard(lambda: None, "somewhere", word.encode())
    assert who_heard() == ["wang (citizen)", "wang (citizen)", "a visitor or a log"]


def test_what_is_made_elsewhere_is_found_too() -> None:
    plant_exact("a-session-key-of-somebody", "session")
    heard(lambda: None, "somewhere", b'{"key":"a-session-key-of-somebody"}')
    assert who_heard() == ["a visitor or a log"]


def test_a_line_of_the_log_is_found() -> None:
    logging.getLogger("zhengwutong.consult").info("said: %s", plant("word"))
    try:
        raise ValueError(plant("word"))
    except ValueError:
        logging.getLogger("zhengwutong.http").exception("broken")
    assert who_heard() == ["a visitor or a log"] * 2


def test_words_without_a_canary_are_nobodys_business() -> None:
    heard(lambda: pytest.fail("who hears an ordinary word is not asked"), "somewhere", "您好 zq zq12zq".encode())
    assert who_heard() == []
