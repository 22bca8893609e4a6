"""/api/me, one's sessions, and what a screen may show of one's data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people.browser import PASSWORD, Browser
from tests.people.conftest import Enter
from zhengwutong.people.lapsed import remove_lapsed
from zhengwutong.people.models import User

pytestmark = pytest.mark.django_db


def test_a_visitor_is_nobody_and_gets_the_csrf_cookie(browser: Browser) -> None:
    answer = browser.get("/api/me")
    assert answer.json() == {"user": None, "posts": [], "demo": False}
    assert "csrf" in browser.client.cookies


def test_no_answer_about_somebody_is_kept_by_a_cache(browser: Browser) -> None:
    browser.register("xihu.2006")
    for path in ("/api/me", "/api/me/sessions", "/_allauth/browser/v1/auth/session"):
        assert "no-store" in browser.get(path)["Cache-Control"]


def test_numbers_and_addresses_leave_masked(browser: Browser) -> None:
    browser.register("xihu.2006")
    User.objects.update(phone="+8613812345206", phone_verified=True, email="xiaoming@example.cn")
    answer = browser.get("/api/me")
    assert (answer.json()["user"]["phone_masked"], answer.json()["user"]["email_masked"]) == (
        "138****5206",
        "x***@example.cn",
    )
    assert b"1234" not in answer.content
    assert b"xiaoming" not in answer.content


def test_changing_name_language_and_region(browser: Browser) -> None:
    browser.register("xihu.2006")
    answer = browser.patch("/api/me", {"name": "  小 明 ", "language": "en", "region": "杭州市"})
    assert answer.status_code == 200
    user = browser.user
    assert (user["name"], user["language"], user["region"]) == ("小 明", "en", "杭州市")


@pytest.mark.parametrize("form", [{"name": "\u202e小明"}, {"name": "  "}, {"name": "政务通客服"}, {"language": "fr"}])
def test_unsuitable_changes_are_refused(browser: Browser, form: dict[str, str]) -> None:
    browser.register("xihu.2006")
    assert browser.patch("/api/me", form).status_code == 422


@pytest.mark.parametrize("form", [{"role": "lead"}, {"id": 1}, {"username": "root"}, {"verified": True}])
def test_nobody_promotes_themselves(browser: Browser, form: dict[str, object]) -> None:
    browser.register("xihu.2006")
    before = browser.user
    assert browser.patch("/api/me", form).status_code == 422
    assert browser.user == before


def test_staff_bear_the_name_their_administrator_entered(signed_in_as: Enter) -> None:
    officer = signed_in_as("officer")
    answer = officer.patch("/api/me", {"name": "小陈"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert officer.patch("/api/me", {"language": "en"}).status_code == 200


def test_sessions_are_listed_and_ended(browser: Browser) -> None:
    browser.register("xihu.2006")
    phone = Browser()
    phone.sign_in(username="xihu.2006")
    listed = browser.get("/api/me/sessions").json()
    assert [session["current"] for session in listed].count(True) == 1
    other = next(session for session in listed if not session["current"])
    assert browser.delete(f"/api/me/sessions/{other['id']}").status_code == 204
    assert phone.user is None
    assert browser.user is not None
    assert len(browser.get("/api/me/sessions").json()) == 1


def test_ending_the_session_one_is_in_signs_out(browser: Browser) -> None:
    browser.register("xihu.2006")
    (session,) = browser.get("/api/me/sessions").json()
    assert browser.delete(f"/api/me/sessions/{session['id']}").status_code == 204
    assert browser.user is None


def test_signing_in_costs_the_same_with_many_browsers(browser: Browser) -> None:
    browser.register("xihu.2006")
    with CaptureQueriesContext(connection) as few:
        assert Browser().sign_in(username="xihu.2006").status_code == 200
    for _ in range(8):
        assert Browser().sign_in(username="xihu.2006").status_code == 200
    Session.objects.filter(session_key=UserSession.objects.latest("pk").session_key).delete()
    with CaptureQueriesContext(connection) as many:
        assert Browser().sign_in(username="xihu.2006").status_code == 200
    assert len(many) <= len(few) + 1, "only what has ended is struck off besides"
    assert len(browser.get("/api/me/sessions").json()) == 10


def test_a_new_password_strikes_the_other_browsers_off_the_list(browser: Browser) -> None:
    browser.register("xihu.2006")
    assert Browser().sign_in(username="xihu.2006").status_code == 200
    assert len(browser.get("/api/me/sessions").json()) == 2
    passwords = {"current_password": PASSWORD, "new_password": "bridges-over-quiet-water-7"}
    assert browser.post("/_allauth/browser/v1/account/password/change", passwords).status_code == 200
    assert [session["current"] for session in browser.get("/api/me/sessions").json()] == [True]


def test_another_persons_session_is_not_there(browser: Browser) -> None:
    browser.register("xihu.2006")
    (session,) = browser.get("/api/me/sessions").json()
    stranger = Browser()
    stranger.register("qiantang")
    assert stranger.delete(f"/api/me/sessions/{session['id']}").status_code == 404
    assert browser.user is not None


def test_device_and_claimed_sessions_are_listed_too(browser: Browser) -> None:
    browser.post("/api/people/anonymous")
    assert len(browser.get("/api/me/sessions").json()) == 1
    browser.post("/api/people/claim", {"username": "xihu.2006", "password": "hu-bin-lu-1107"})
    assert len(browser.get("/api/me/sessions").json()) == 1


def test_what_ran_out_is_removed_and_nothing_else(browser: Browser) -> None:
    browser.register("xihu.2006")
    Browser().sign_in(username="xihu.2006")
    now = datetime.now(UTC)
    assert remove_lapsed(now) == 0
    first = Session.objects.order_by("expire_date").first()
    Session.objects.filter(pk=first.pk).update(expire_date=now - timedelta(seconds=1))
    assert remove_lapsed(now) == 1
    assert remove_lapsed(now) == 0
    assert (Session.objects.count(), UserSession.objects.count()) == (1, 1)


def test_bodies_too_large_or_not_json_are_refused_by_name(browser: Browser) -> None:
    browser.register("xihu.2006")
    assert browser.patch("/api/me", {"name": "长" * 300_000}).status_code == 413
    headers = {"X-CSRFToken": browser.client.cookies["csrf"].value}
    for body in ("{", "[" * 100_000, "null", "\udcff".encode("utf-8", "surrogatepass")):
        answer = browser.client.generic("PATCH", "/api/me", body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
