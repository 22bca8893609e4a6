"""Whether there is an account cannot be found out at the doors of signing in: not by words, not by work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.access.hashing import Counting
from tests.access.test_uniform import headers
from tests.people.browser import AUTH, PASSWORD, STAFF_PASSWORD, Browser
from zhengwutong.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def accounts(settings: Any, staff: Callable[..., User]) -> None:
    """A citizen with number and address, a device, staff, staff who never came, and an account that is closed."""
    settings.PASSWORD_HASHERS = ["tests.access.hashing.Counting"]
    browser = Browser()
    browser.register("wang-xiaoming")
    person = User.objects.get(username="wang-xiaoming")
    person.phone, person.phone_verified, person.email = "+8613812345206", True, "wang@example.cn"
    person.save()
    Browser().post("/api/people/anonymous")
    staff("officer", "chen")
    staff("officer", "invited")
    User.objects.filter(username="invited").update(password="!")
    staff("officer", "gone")
    User.objects.filter(username="gone").update(is_active=False)


def device_name() -> str:
    return User.objects.get(anonymous=True).username


WRONG = "not-the-password-9"


@pytest.mark.usefixtures("accounts")
def test_an_account_cannot_be_found_by_trying_passwords() -> None:
    tried = {}
    for who in ("nobody-here", "wang-xiaoming", device_name(), "chen", "invited", "gone"):
        tried[who] = attempt(username=who)
    for who in ("nobody@example.cn", "wang@example.cn"):
        tried[who] = attempt(email=who)
    for who in ("13812345299", "13812345206"):
        tried[who] = attempt(phone=who)
    assert set(tried.values()) == {tried["nobody-here"]}, tried


def attempt(**who: str) -> tuple[int, str, int]:
    """Status, the refusal's code without the name of the field it is about, and how often a password was hashed."""
    Counting.done = 0
    answer = Browser().sign_in(WRONG, **who)
    [error] = answer.json()["errors"]
    return answer.status_code, error["message"], Counting.done


@pytest.mark.usefixtures("accounts")
def test_the_right_passwords_still_open() -> None:
    assert Browser().sign_in(PASSWORD, username="wang-xiaoming").status_code == 200
    assert Browser().sign_in(STAFF_PASSWORD, username="chen").status_code == 200
    assert Browser().sign_in(STAFF_PASSWORD, username="gone").status_code != 200


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("door", ["code/request", "password/request"])
def test_an_account_cannot_be_found_by_asking_for_a_code(door: str) -> None:
    pairs = [{"email": "wang@example.cn"}, {"email": "nobody@example.cn"}]
    answers = [Browser().post(f"{AUTH}/{door}", asked_for) for asked_for in pairs]
    assert len({(one.status_code, one.content, headers(one)) for one in answers}) == 1


def test_a_forged_invitation_is_one_that_is_over(client: Client) -> None:
    answers = [client.get(f"/api/people/invitations/{token}") for token in ("forged", "a:b:c", "x" * 200)]
    assert len({(one.status_code, one.content) for one in answers}) == 1
