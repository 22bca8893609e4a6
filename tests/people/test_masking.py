"""What remains of personal data."""

import pytest

from zhengwutong.people import masking
from zhengwutong.people.adapter import e164


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+8613812345206", "138****5206"), ("13812345206", "138****5206"), ("057187052425", "057****2425"), ("", "")],
)
def test_a_number_keeps_its_ends(number: str, shown: str) -> None:
    assert masking.phone(number) == shown


@pytest.mark.parametrize("number", ["1", "12345", "1234567"])
def test_a_short_number_is_never_shown_whole(number: str) -> None:
    assert masking.phone(number) != number
    assert "*" in masking.phone(number)


def test_a_name_keeps_its_first_sign() -> None:
    assert (masking.name("王小明"), masking.name("王"), masking.name("")) == ("王**", "王", "")


def test_an_address_keeps_its_domain() -> None:
    assert (masking.email("xiaoming@example.cn"), masking.email("")) == ("x***@example.cn", "")


@pytest.mark.parametrize("typed", ["138 0000 5206", "+86 138-0000-5206", "13800005206", "８６13800005206"])
def test_numbers_are_kept_in_one_spelling(typed: str) -> None:
    assert e164(typed) == "+8613800005206"
