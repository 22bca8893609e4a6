"""Registering, signing in and out, and what goes wrong at these doors."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people.browser import ACCOUNT, AUTH, PASSWORD, Browser, mailed_code, texted_code, texts
from zhengwutong.journal.models import Member
from zhengwutong.people.models import User

pytestmark = pytest.mark.django_db


def pending(response) -> set[str]:
    return {flow["id"] for flow in response.json()["data"]["flows"] if flow.get("is_pending")}


def test_a_username_and_a_password_are_enough(browser: Browser) -> None:
    assert browser.register("王小明", name="小明").status_code == 200
    user = browser.user
    assert user is not None
    assert (user["name"], user["role"], user["anonymous"]) == ("小明", "citizen", False)


def test_without_a_name_the_username_is_shown(browser: Browser) -> None:
    browser.register("XiHu.2006")
    assert (browser.user["name"], browser.user["username"]) == ("XiHu.2006", "xihu.2006")


def test_every_account_has_a_stream_of_notices_it_may_only_read(browser: Browser) -> None:
    browser.register("xihu.2006")
    seat = Member.objects.get(stream=browser.user["notices_stream"])
    assert (seat.party, seat.may_write) == (browser.user["id"], False)


def test_registering_cannot_hand_out_a_role(browser: Browser) -> None:
    browser.register("xihu.2006", role="system_admin", verified=True, is_staff=True)
    assert (browser.user["role"], browser.user["verified"]) == ("citizen", False)


@pytest.mark.parametrize(
    "username", ["ab", "a" * 25, "有 空格", "guest-1234", "admin", "浙江政务通客服", "<b>xy</b>", "13800005206"]
)
def test_unsuitable_usernames_are_refused_in_chinese(browser: Browser, username: str) -> None:
    answer = browser.register(username)
    assert answer.status_code == 400
    assert any("一" <= letter <= "鿿" for letter in answer.json()["errors"][0]["message"])


@pytest.mark.parametrize("password", ["short1", "12345678", "password", "x" * 129])
def test_weak_passwords_are_refused(browser: Browser, password: str) -> None:
    answer = browser.register("xihu.2006", password=password)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "password"


def test_signing_in_looks_nobody_up_by_reading_everybody(browser: Browser) -> None:
    browser.register("xihu.2006")
    with CaptureQueriesContext(connection) as captured:
        Browser().sign_in(username="xihu.2006")
    looks = [query["sql"] for query in captured.captured_queries if 'FROM "people_user"' in query["sql"]]
    assert looks
    assert not any("LIKE" in sql or "UPPER" in sql for sql in looks)


def test_a_username_is_taken_whatever_its_case(browser: Browser) -> None:
    browser.register("XiHu")
    assert Browser().register("xihu").status_code == 400


def test_signing_in_and_out(browser: Browser) -> None:
    browser.register("xihu.2006")
    browser.sign_out()
    assert browser.user is None
    assert browser.sign_in(username="XIHU.2006").status_code == 200
    assert browser.user["username"] == "xihu.2006"


def test_a_wrong_password_fails_at_every_door(browser: Browser) -> None:
    browser.register("xihu.2006")
    User.objects.update(phone="+8613800005206", phone_verified=True, email="x@example.cn")
    for who in ({"username": "xihu.2006"}, {"phone": "138 0000 5206"}, {"email": "x@example.cn"}):
        stranger = Browser()
        answer = stranger.sign_in("not-the-password", **who)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"] == "账号或密码不对。"
        assert stranger.user is None
    assert browser.post(f"{AUTH}/reauthenticate", {"password": "not-the-password"}).status_code == 400


def test_each_of_the_three_names_opens_the_account(browser: Browser) -> None:
    browser.register("xihu.2006")
    User.objects.update(phone="+8613800005206", phone_verified=True)
    EmailAddress.objects.create(user=User.objects.get(), email="x@example.cn", verified=True, primary=True)
    for who in ({"username": "xihu.2006"}, {"phone": "138 0000 5206"}, {"email": "X@example.cn"}):
        assert Browser().sign_in(**who).status_code == 200


def test_an_unknown_account_and_a_wrong_password_are_the_same_answer(browser: Browser) -> None:
    browser.register("xihu.2006")
    known, unknown = (
        Browser().sign_in("wrong-one", username="xihu.2006"),
        Browser().sign_in("wrong-one", username="nobody"),
    )
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())


def test_five_wrong_passwords_close_the_account_for_a_while_and_only_this_account(browser: Browser) -> None:
    browser.register("xihu.2006")
    Browser().register("qiantang")
    for _ in range(5):
        Browser().sign_in("wrong-one", username="xihu.2006")
    assert Browser().sign_in(username="xihu.2006").json()["errors"][0]["code"] == "too_many_login_attempts"
    assert Browser().sign_in(username="qiantang").status_code == 200


def test_who_guesses_at_an_account_does_not_lock_its_owner_out_elsewhere(browser: Browser) -> None:
    browser.register("xihu.2006")
    User.objects.update(phone="+8613800005206", phone_verified=True)
    for who in ({"username": "xihu.2006"}, {"phone": "138 0000 5206"}):
        codes = [Browser("203.0.113.7").sign_in("wrong-one", **who).json()["errors"][0]["code"] for _ in range(7)]
        assert codes[4:] != codes[5:] == ["too_many_login_attempts"] * 2
        assert Browser("203.0.113.8").sign_in(**who).status_code == 200


def test_who_guesses_at_one_number_does_not_close_the_others(browser: Browser) -> None:
    browser.register("xihu.2006")
    User.objects.update(phone="+8613800005206", phone_verified=True)
    for _ in range(6):
        Browser().sign_in("wrong-one", phone="138 0000 5207")
    assert Browser().sign_in(phone="138 0000 5206").status_code == 200


@pytest.mark.one_database
def test_many_addresses_together_guess_no_more_than_a_hundred_times_an_hour(browser: Browser) -> None:
    browser.register("xihu.2006")
    answers = [
        Browser(f"203.0.113.{number // 5}").sign_in("wrong-one", username="xihu.2006").json()["errors"][0]["code"]
        for number in range(102)
    ]
    assert answers[99:] == [answers[0], "too_many_login_attempts", "too_many_login_attempts"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{AUTH}/login"),
        ("POST", f"{AUTH}/signup"),
        ("POST", "/api/people/anonymous"),
        ("PATCH", "/api/me"),
        ("POST", "/api/people/claim"),
        ("POST", "/api/admin/staff"),
    ],
)
def test_without_the_csrf_token_nothing_is_done(db: None, method: str, path: str) -> None:
    browser = Browser(token=False)
    answer = browser.send(method, path, {"username": "xihu.2006", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert answer.json()["text"]
    assert not User.objects.exists()


@pytest.mark.one_database
def test_the_limit_per_address_answers_with_when_to_come_back(db: None) -> None:
    answers = [Browser("203.0.113.7").post("/api/people/anonymous") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [201] * 60 + [429]
    assert answers[-1].json()["code"] == "too_fast"
    assert int(answers[-1]["Retry-After"]) > 0
    assert Browser("203.0.113.8").post("/api/people/anonymous").status_code == 201


@pytest.mark.one_database
def test_the_limit_per_address_holds_at_registration_too(db: None) -> None:
    answers = [Browser("203.0.113.9").register("x") for _ in range(61)]
    assert [answers[0].status_code, answers[-1].status_code] == [400, 429]
    assert answers[-1].json()["errors"] == [{"code": "too_fast", "message": answers[-1].json()["text"]}]


def test_codes_to_one_number_are_limited_whoever_asks(browser: Browser) -> None:
    answers = [Browser().register(f"xihu-{number}", phone="13800005206") for number in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[-1].json()["code"] == "too_fast"


# --- codes -----------------------------------------------------------------------------------------------------------


def test_a_phone_given_at_registration_is_proved_by_a_code(browser: Browser) -> None:
    answer = browser.register("xihu.2006", phone="138 0000 5206")
    assert answer.status_code == 401
    assert "verify_phone" in pending(answer)
    assert browser.post(f"{AUTH}/phone/verify", {"code": "000000"}).status_code == 400
    assert browser.post(f"{AUTH}/phone/verify", {"code": texted_code("+8613800005206")}).status_code == 200
    assert browser.user["phone_masked"] == "138****5206"


def test_an_address_given_at_registration_is_proved_by_a_code(browser: Browser) -> None:
    answer = browser.register("xihu.2006", email="xihu@example.cn")
    assert "verify_email" in pending(answer)
    code = mailed_code("xihu@example.cn")
    assert browser.post(f"{AUTH}/email/verify", {"key": code}).status_code == 200
    assert browser.user["email_masked"] == "x***@example.cn"


def test_whoever_never_typed_the_code_still_signs_in_by_name(browser: Browser) -> None:
    browser.register("xihu.2006", phone="13800005206", email="xihu@example.cn")
    assert browser.user is None
    assert Browser().sign_in(username="xihu.2006").status_code == 200


def test_a_number_only_typed_keeps_nobody_else_from_proving_it(browser: Browser) -> None:
    browser.register("squatter", phone="13800005206")
    owner = Browser()
    owner.register("xihu.2006", phone="13800015206")
    owner.post(f"{AUTH}/phone/verify", {"code": texted_code("+8613800015206")})
    assert owner.post(f"{AUTH}/reauthenticate", {"password": PASSWORD}).status_code == 200
    assert owner.post(f"{ACCOUNT}/phone", {"phone": "13800005206"}).status_code == 202
    assert owner.post(f"{AUTH}/phone/verify", {"code": texted_code("+8613800005206")}).status_code == 200
    assert owner.user["phone_masked"] == "138****5206"


def test_registering_with_a_number_somebody_has_looks_like_any_registration(browser: Browser) -> None:
    browser.register("xihu.2006", phone="13800005206")
    browser.post(f"{AUTH}/phone/verify", {"code": texted_code("+8613800005206")})
    stranger, other = Browser(), Browser()
    taken, free = stranger.register("qiantang", phone="13800005206"), other.register("fuyang", phone="13800015206")
    assert (taken.status_code, pending(taken)) == (free.status_code, pending(free))
    assert not User.objects.filter(username="qiantang").exists()
    assert "已经注册" in texts()[-2]["text"]


def test_signing_in_by_a_code_on_the_phone(browser: Browser) -> None:
    browser.register("xihu.2006")
    User.objects.update(phone="+8613800005206", phone_verified=True)
    other = Browser()
    assert other.post(f"{AUTH}/code/request", {"phone": "13800005206"}).status_code == 401
    assert other.post(f"{AUTH}/code/confirm", {"code": "000000"}).status_code == 400
    assert other.post(f"{AUTH}/code/confirm", {"code": texted_code("+8613800005206")}).status_code == 200
    assert other.user["username"] == "xihu.2006"


def test_a_code_is_good_for_three_attempts(browser: Browser) -> None:
    browser.register("xihu.2006")
    User.objects.update(phone="+8613800005206", phone_verified=True)
    other = Browser()
    other.post(f"{AUTH}/code/request", {"phone": "13800005206"})
    for _ in range(3):
        other.post(f"{AUTH}/code/confirm", {"code": "000000"})
    assert other.post(f"{AUTH}/code/confirm", {"code": texted_code("+8613800005206")}).status_code == 409
    assert other.user is None


def test_asking_for_a_code_does_not_tell_who_has_an_account(browser: Browser) -> None:
    browser.register("xihu.2006")
    User.objects.update(phone="+8613800005206", phone_verified=True)
    known = Browser().post(f"{AUTH}/code/request", {"phone": "13800005206"})
    unknown = Browser().post(f"{AUTH}/code/request", {"phone": "13800015206"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())


def test_a_forgotten_password_is_replaced_by_a_code(browser: Browser) -> None:
    browser.register("xihu.2006", email="xihu@example.cn")
    browser.post(f"{AUTH}/email/verify", {"key": mailed_code("xihu@example.cn")})
    other = Browser()
    assert other.post(f"{AUTH}/password/request", {"email": "xihu@example.cn"}).status_code == 401
    answer = other.post(
        f"{AUTH}/password/reset", {"key": mailed_code("xihu@example.cn"), "password": "qian-tang-jiang-8"}
    )
    assert answer.status_code in (200, 401)
    assert Browser().sign_in(username="xihu.2006").status_code == 400
    assert Browser().sign_in("qian-tang-jiang-8", username="xihu.2006").status_code == 200
    assert browser.user is None, "the sessions of the old password have ended"


def test_asking_for_a_new_password_does_not_tell_who_has_an_account(browser: Browser) -> None:
    browser.register("xihu.2006", email="xihu@example.cn")
    browser.post(f"{AUTH}/email/verify", {"key": mailed_code("xihu@example.cn")})
    known = Browser().post(f"{AUTH}/password/request", {"email": "xihu@example.cn"})
    unknown = Browser().post(f"{AUTH}/password/request", {"email": "nobody@example.cn"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
