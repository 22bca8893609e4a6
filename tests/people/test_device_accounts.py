"""Asking without registering: an account for the device, claimed later."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, OperationalError

from tests.people.browser import AUTH, PASSWORD, Browser, texted_code
from zhengwutong.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(browser: Browser) -> Browser:
    assert browser.post("/api/people/anonymous").status_code == 201
    return browser


def test_a_device_gets_an_account_of_its_own(device: Browser) -> None:
    user = device.user
    assert user is not None
    assert user["anonymous"]
    assert user["username"].startswith("guest-")
    assert re.fullmatch(r"匿名用户\d{4}", user["name"])
    assert user["notices_stream"]


def test_asking_twice_keeps_the_first_account(device: Browser) -> None:
    before = device.user
    answer = device.post("/api/people/anonymous")
    assert (answer.status_code, answer.json()["user"]) == (200, before)


def test_a_device_stays_signed_in_for_a_year(device: Browser) -> None:
    assert Session.objects.get().expire_date > datetime.now(UTC) + timedelta(days=360)
    device.post("/api/people/claim", {"username": "xihu.2006", "password": PASSWORD})
    assert Session.objects.get().expire_date < datetime.now(UTC) + timedelta(days=31), "as any account once claimed"


def test_claiming_keeps_the_account_and_everything_on_it(device: Browser) -> None:
    before = device.user
    answer = device.post("/api/people/claim", {"username": "xihu.2006", "password": PASSWORD, "name": "小明"})
    after = answer.json()["user"]
    assert (after["id"], after["notices_stream"]) == (before["id"], before["notices_stream"])
    assert (after["username"], after["name"], after["anonymous"]) == ("xihu.2006", "小明", False)
    assert device.user == after, "and stays signed in"
    assert Browser().sign_in(username="xihu.2006").status_code == 200


def test_registering_on_the_device_claims_its_account(device: Browser) -> None:
    before = device.user
    assert device.register("xihu.2006").status_code == 200
    assert (device.user["id"], device.user["anonymous"]) == (before["id"], False)
    assert User.objects.count() == 1


def test_registering_on_the_device_with_a_number_asks_for_the_code_first(device: Browser) -> None:
    before = device.user
    assert device.register("xihu.2006", phone="13800005206").status_code == 401
    assert device.post(f"{AUTH}/phone/verify", {"code": texted_code("+8613800005206")}).status_code == 200
    assert device.user["id"] == before["id"]
    assert device.user["phone_masked"] == "138****5206"


def test_signing_in_on_a_device_that_asked_anonymously(device: Browser) -> None:
    Browser().register("xihu.2006")
    assert device.sign_in("wrong-one", username="xihu.2006").status_code == 400
    assert device.user["anonymous"], "a failed attempt takes nothing away"
    assert device.sign_in(username="xihu.2006").status_code == 200
    assert device.user["username"] == "xihu.2006"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"username": "admin", "password": PASSWORD}, "username"),
        ({"username": "taken.name", "password": PASSWORD}, "username"),
        ({"username": "xihu.2006", "password": "12345678"}, "password"),
        ({"username": "xihu.2006", "password": PASSWORD, "role": "lead"}, "role"),
        ({"username": "xihu.2006", "password": PASSWORD, "name": "值班员小王"}, "name"),
        ({"username": "xihu\x002006", "password": PASSWORD}, "username"),
        ({"password": PASSWORD}, "username"),
    ],
)
def test_an_unsuitable_claim_says_what_to_change(device: Browser, form: dict[str, str], field: str) -> None:
    Browser().register("Taken.Name")
    answer = device.post("/api/people/claim", form)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert list(answer.json()["fields"]) == [field]
    assert device.user["anonymous"]


def test_what_was_claimed_cannot_be_claimed_again(device: Browser) -> None:
    device.post("/api/people/claim", {"username": "xihu.2006", "password": PASSWORD})
    answer = device.post("/api/people/claim", {"username": "qiantang", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert device.user["username"] == "xihu.2006"


def test_a_device_account_has_no_password_to_guess(device: Browser) -> None:
    assert Browser().sign_in("!", username=device.user["username"]).status_code == 400


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (OperationalError("database is locked"), 503, "unavailable"),
        (DatabaseError("Forced update did not affect any rows."), 401, "sign_in_needed"),
    ],
)
@pytest.mark.parametrize("path", ["/api/people/anonymous", f"{AUTH}/signup"])
def test_a_session_that_cannot_be_stored_is_refused_by_name(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, path: str, problem: Exception, status: int, code: str
) -> None:
    store = Session.save

    def fails(session: Session, *args: Any, force_update: bool = False, **how: Any) -> None:
        if force_update:
            raise problem
        store(session, *args, force_update=force_update, **how)

    monkeypatch.setattr(Session, "save", fails)
    answer = browser.post(path, {"username": "xihu.2006", "password": PASSWORD} if path.startswith(AUTH) else None)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
