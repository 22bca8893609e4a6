"""Looking a case up by number and code, without signing in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.world import taken
from tests.duty.world import browser
from zhengwutong.cases import api, codes

pytestmark = pytest.mark.django_db


def look(number: str, code: str, address: str = "192.0.2.1") -> Any:
    return browser().get("/api/cases/lookup", {"number": number, "code": code}, REMOTE_ADDR=address)


def test_number_and_code_together_show_the_case_and_nothing_of_the_person() -> None:
    made = taken()
    found = look(made.case.number, made.case.code)
    assert found.status_code == 200
    assert (found.json()["number"], found.json()["state"]) == (made.case.number, "registered")
    for private in (made.case.code, made.case.summary, made.citizen.name, made.handler.name, "consultation"):
        assert private.encode() not in found.content
    assert "id" not in found.json()


def test_small_letters_and_blanks_are_forgiven() -> None:
    made = taken()
    assert look(f" {made.case.number.lower()} ", f" {made.case.code.lower()}").status_code == 200


def test_one_refusal_whichever_of_the_two_is_wrong() -> None:
    made, other = taken("water"), taken("roads")
    wrong = [
        look(made.case.number, "222222"),
        look(made.case.number, other.case.code),
        look("BJ20260212-0099", made.case.code),
        look("BJ20260212-0099", "------"),
        look(made.case.number, ""),
        look(made.case.number, "查询码"),
    ]
    assert {(one.status_code, one.content) for one in wrong} == {(404, wrong[0].content)}
    assert wrong[0].json()["code"] == "not_found"


def test_the_answer_can_be_read() -> None:
    made = taken()
    browser(made.handler).post(f"/api/cases/{made.case.pk}/answer", {"body": "已经补录。"}, "application/json")
    assert look(made.case.number, made.case.code).json()["answer"] == "已经补录。"


@pytest.mark.one_database
def test_guessing_is_slowed_down_per_address() -> None:
    # Twice the limit, since a window of the counter may end in between.
    codes = [
        look("BJ20260212-0099", "222222", "192.0.2.7").status_code for _ in range(2 * api.LOOKUPS_PER_ADDRESS[0] + 1)
    ]
    assert set(codes) == {404, 429}


@pytest.mark.one_database
def test_guessing_from_many_addresses_is_slowed_down_per_number() -> None:
    tries = range(2 * api.LOOKUPS_PER_NUMBER[0] + 1)
    answers = [look("BJ20260212-0777", "222222", f"198.51.100.{guess}") for guess in tries]
    refused = next(one for one in answers if one.status_code == 429)
    assert refused.json()["code"] == "too_fast"
    assert int(refused["Retry-After"]) > 0


def test_the_code_is_long_enough_for_the_limits() -> None:
    guesses_a_year = api.LOOKUPS_PER_NUMBER[0] * 24 * 365
    assert len(codes.LETTERS) ** codes.CODE_LENGTH / guesses_a_year > 1000
