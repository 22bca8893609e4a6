"""The system administrator's work, and how staff come in."""

from __future__ import annotations

import hashlib
import hmac
import struct
import time
from base64 import b32decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from tests.people.browser import ACCOUNT, AUTH, STAFF_PASSWORD, Browser
from tests.people.conftest import NOW, Enter
from zhengwutong.journal.models import GroupMember, Member
from zhengwutong.kernel import audit
from zhengwutong.kernel.models import AuditRecord
from zhengwutong.people import actions, invitations
from zhengwutong.people.models import Office, User

pytestmark = pytest.mark.django_db

CHEN = {"username": "chen-min", "name": "陈敏", "role": "officer", "staff_number": "0703"}


@pytest.fixture
def admin(seeded: None, signed_in_as: Enter) -> Browser:
    return signed_in_as("system_admin")


def at_desk(key: str) -> set[int]:
    office = Office.objects.get(key=key)
    return set(GroupMember.objects.filter(group=office.group_id).values_list("user_id", flat=True))


def test_staff_are_entered_and_choose_their_own_password(admin: Browser) -> None:
    answer = admin.post("/api/admin/staff", {**CHEN, "posts": [{"office": "labour"}]})
    assert answer.status_code == 201
    link = answer.json()["link"]
    token = link.removeprefix("/welcome/")
    newcomer = Browser()
    assert newcomer.get(f"/api/people/invitations/{token}").json() == {"name": "陈敏", "username": "chen-min"}
    me = newcomer.post(f"/api/people/invitations/{token}", {"password": STAFF_PASSWORD}).json()
    assert (me["user"]["role"], me["user"]["staff_number"]) == ("officer", "0703")
    assert [(post["office"]["key"], post["role"]) for post in me["posts"]] == [("labour", "officer")]
    assert Browser().sign_in(STAFF_PASSWORD, username="chen-min").status_code == 200


def test_an_invitation_works_once_and_not_for_ever(admin: Browser) -> None:
    person = User.objects.get(pk=admin.post("/api/admin/staff", CHEN).json()["person"]["id"])
    old = invitations.issue(person, now=NOW - invitations.GOOD_FOR)
    forged = invitations.issue(person, now=NOW)[:-1] + "_"
    first = admin.post(f"/api/admin/staff/{person.pk}/invitation").json()["link"].removeprefix("/welcome/")
    second = admin.post(f"/api/admin/staff/{person.pk}/invitation").json()["link"].removeprefix("/welcome/")
    for token in (old, forged, first, "nonsense"):
        answer = Browser().post(f"/api/people/invitations/{token}", {"password": STAFF_PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (404, "invitation_over")
    newcomer = Browser()
    assert newcomer.post(f"/api/people/invitations/{second}", {"password": STAFF_PASSWORD}).status_code == 200
    assert Browser().post(f"/api/people/invitations/{second}", {"password": STAFF_PASSWORD}).status_code == 404


def test_staff_choose_by_the_national_rules(admin: Browser) -> None:
    token = admin.post("/api/admin/staff", CHEN).json()["link"].removeprefix("/welcome/")
    answer = Browser().post(f"/api/people/invitations/{token}", {"password": "hu-bin-lu"})
    assert "大写字母" in answer.json()["fields"]["password"]


def test_staff_sign_in_anew_each_working_day(signed_in_as: Enter) -> None:
    signed_in_as("officer")
    assert Session.objects.get().expire_date < datetime.now(UTC) + timedelta(hours=13)


def test_the_first_administrator_comes_in_by_a_link(seeded: None) -> None:
    person = actions.first_administrator(now=NOW)
    assert not person.has_usable_password()
    with pytest.raises(Exception, match="已经有系统管理员"):
        actions.first_administrator(now=NOW)


def test_posts_decide_who_hears_a_desk(admin: Browser) -> None:
    person = admin.post("/api/admin/staff", CHEN).json()["person"]["id"]
    answer = admin.post("/api/admin/posts", {"user": person, "office": "labour"})
    assert answer.status_code == 201
    assert at_desk("labour") == {person}
    admin.post("/api/admin/posts", {"user": person, "office": "labour"})
    (held,) = answer.json()["posts"]
    assert admin.delete(f"/api/admin/posts/{held['id']}").status_code == 204
    assert at_desk("labour") == set()


def test_two_posts_at_a_desk_and_one_ended_is_still_one(admin: Browser) -> None:
    person = admin.post("/api/admin/staff", {**CHEN, "role": "lead"}).json()["person"]["id"]
    admin.post("/api/admin/posts", {"user": person, "office": "labour", "role": "lead"})
    held = admin.post("/api/admin/posts", {"user": person, "office": "labour", "role": "officer"}).json()["posts"]
    admin.delete(f"/api/admin/posts/{held[0]['id']}")
    assert at_desk("labour") == {person}


def test_handlers_do_not_hear_the_desk(admin: Browser) -> None:
    person = admin.post("/api/admin/staff", {**CHEN, "role": "handler"}).json()["person"]["id"]
    admin.post("/api/admin/posts", {"user": person, "office": "labour", "role": "handler"})
    assert at_desk("labour") == set()


@pytest.mark.parametrize(
    ("role", "post"),
    [
        ("inspector", "officer"), ("system_admin", "officer"), ("system_admin", "lead"), ("audit_admin", "handler"),
        ("security_admin", "officer"), ("handler", "officer"), ("officer", "lead"), ("secretary", "lead"),
    ],
)  # fmt: skip
def test_no_post_beyond_the_role(admin: Browser, role: str, post: str) -> None:
    person = admin.post("/api/admin/staff", {**CHEN, "role": role}).json()["person"]["id"]
    answer = admin.post("/api/admin/posts", {"user": person, "office": "labour", "role": post})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["role"])
    assert at_desk("labour") == set()


def test_a_new_role_ends_the_posts_it_cannot_hold(admin: Browser) -> None:
    person = admin.post("/api/admin/staff", CHEN).json()["person"]["id"]
    for role in ("officer", "handler"):
        admin.post("/api/admin/posts", {"user": person, "office": "labour", "role": role})
    changed = admin.patch(f"/api/admin/staff/{person}", {"role": "handler"}).json()
    assert [post["role"] for post in changed["posts"]] == ["handler"]
    assert at_desk("labour") == set()


def test_a_citizen_cannot_be_given_a_post(admin: Browser) -> None:
    citizen = Browser()
    citizen.register("xihu.2006")
    answer = admin.post("/api/admin/posts", {"user": citizen.user["id"], "office": "labour"})
    assert answer.status_code == 404


def test_whoever_is_stopped_is_out_at_once(admin: Browser, staff: Callable[..., User]) -> None:
    person = staff("officer")
    admin.post("/api/admin/posts", {"user": person.pk, "office": "labour"})
    officer = Browser()
    officer.sign_in(STAFF_PASSWORD, username=person.username)
    assert admin.patch(f"/api/admin/staff/{person.pk}", {"active": False}).json()["posts"] == []
    assert officer.user is None
    assert at_desk("labour") == set()
    assert Browser().sign_in(STAFF_PASSWORD, username=person.username).status_code != 200


def test_nobody_changes_their_own_role_or_lock(admin: Browser) -> None:
    own = admin.user["id"]
    assert admin.patch(f"/api/admin/staff/{own}", {"role": "audit_admin"}).status_code == 403
    assert admin.patch(f"/api/admin/staff/{own}", {"active": False}).status_code == 403


def test_a_department_is_entered_as_data(admin: Browser) -> None:
    office = {
        "key": "forestry", "kind": "department", "name": "浙江省林业厅", "short_name": "省林业厅", "tile": "林",
        "english": "Forestry Department", "english_short": "Forestry", "remit": "森林与湿地。", "position": 170,
    }  # fmt: skip
    assert admin.post("/api/admin/offices", office).status_code == 201
    assert admin.post("/api/admin/offices", office).json()["fields"] == {"key": "这个代号已经用过。"}
    row = Office.objects.get(key="forestry")
    seat = Member.objects.get(stream=row.desk_stream_id)
    assert (seat.party, seat.may_write, seat.follow) == (row.group.party, False, True)
    assert "forestry" in {shown["key"] for shown in Browser().get("/api/offices").json()}


def test_a_closed_office_disappears_and_keeps_its_records(admin: Browser) -> None:
    assert admin.patch("/api/admin/offices/labour", {"active": False}).status_code == 200
    assert "labour" not in {shown["key"] for shown in Browser().get("/api/offices").json()}
    assert admin.patch("/api/admin/offices/labour", {"active": True}).status_code == 200


def test_an_office_cannot_stand_below_itself(admin: Browser) -> None:
    for parent in ("education", "exam"):
        answer = admin.patch("/api/admin/offices/education", {"parent": parent})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["parent"])


def test_places_outside_are_data_too(admin: Browser) -> None:
    place = admin.post("/api/admin/destinations", {"name": "省气象台", "group": "公用事业", "phone": "12121"})
    assert place.status_code == 201
    assert admin.patch(f"/api/admin/destinations/{place.json()['id']}", {"active": False}).status_code == 200
    assert "省气象台" not in {shown["name"] for shown in Browser().get("/api/destinations").json()}


def test_everything_an_administrator_does_is_in_the_chain(admin: Browser) -> None:
    person = admin.post("/api/admin/staff", CHEN).json()["person"]["id"]
    held = admin.post("/api/admin/posts", {"user": person, "office": "labour"}).json()["posts"]
    admin.delete(f"/api/admin/posts/{held[0]['id']}")
    admin.patch(f"/api/admin/staff/{person}", {"name": "陈敏敏"})
    admin.patch("/api/admin/offices/labour", {"phone": "12333"})
    admin.post(f"/api/admin/staff/{person}/invitation")
    assert [record.action for record in AuditRecord.objects.order_by("id")] == [
        "staff.create", "post.appoint", "post.dismiss", "staff.change", "office.change", "staff.renew_password",
    ]  # fmt: skip
    assert audit.first_broken() is None


def test_the_list_of_staff_pages_without_growing_queries(
    admin: Browser, staff: Callable[..., User], django_assert_max_num_queries: Any
) -> None:
    office = Office.objects.get(key="labour")
    for number in range(30):
        actions.appoint(None, staff("officer", f"officer-{number:02d}"), office, now=NOW)
    with django_assert_max_num_queries(8):
        page = admin.get("/api/admin/staff", limit=20).json()
    assert len(page["items"]) == 20
    assert all(item["posts"] for item in page["items"][1:])
    rest = admin.get("/api/admin/staff", after=page["next"], limit=20).json()
    assert (len(rest["items"]), rest["next"]) == (11, None)
    assert [item["username"] for item in admin.get("/api/admin/staff", q="OFFICER-07").json()["items"]] == [
        "officer-07"
    ]


# --- second factor ---------------------------------------------------------------------------------------------------


def totp(secret: str, at: float) -> str:
    """RFC 6238 with the usual thirty seconds and six digits."""
    digest = hmac.new(b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def use_authenticator(browser: Browser) -> str:
    """Set up an authenticator, typing the password once more as asked; its secret."""
    secret = str(browser.get(f"{ACCOUNT}/authenticators/totp").json()["meta"]["secret"])
    first = browser.post(f"{ACCOUNT}/authenticators/totp", {"code": totp(secret, time.time())})
    assert first.status_code == 401
    assert browser.post(f"{AUTH}/reauthenticate", {"password": STAFF_PASSWORD}).status_code == 200
    assert browser.post(f"{ACCOUNT}/authenticators/totp", {"code": totp(secret, time.time())}).status_code == 200
    return secret


def test_an_administrator_works_only_with_a_second_factor(seeded: None, staff: Callable[..., User]) -> None:
    person = staff("system_admin", demo=False)
    browser = Browser()
    browser.sign_in(STAFF_PASSWORD, username=person.username)
    assert browser.get("/api/admin/staff").json()["code"] == "second_factor_needed"

    secret = use_authenticator(browser)
    assert browser.get("/api/admin/staff").status_code == 200
    assert browser.user["second_factor"]

    other = Browser()
    assert other.sign_in(STAFF_PASSWORD, username=person.username).status_code == 401
    assert other.user is None
    assert other.post(f"{AUTH}/2fa/authenticate", {"code": "000000"}).status_code == 400
    codes = browser.get(f"{ACCOUNT}/authenticators/recovery-codes").json()["data"]["unused_codes"]
    assert other.post(f"{AUTH}/2fa/authenticate", {"code": codes[0]}).status_code == 200
    assert other.user["username"] == person.username
    assert secret not in str(list(person.authenticator_set.values_list("data", flat=True)))


def test_an_invitation_does_not_go_around_the_second_factor(admin: Browser, staff: Callable[..., User]) -> None:
    """A new link for somebody with an authenticator sets the password and then asks for the second factor."""
    person = staff("officer")
    officer = Browser()
    officer.sign_in(STAFF_PASSWORD, username=person.username)
    secret = use_authenticator(officer)
    token = admin.post(f"/api/admin/staff/{person.pk}/invitation").json()["link"].removeprefix("/welcome/")
    finder = Browser()
    assert finder.post(f"/api/people/invitations/{token}", {"password": "Qian-Tang-2006"}).json()["user"] is None
    assert finder.user is None
    code = totp(secret, time.time() + 30)  # the one of this half minute was used to set it up
    assert finder.post(f"{AUTH}/2fa/authenticate", {"code": code}).status_code == 200
    assert finder.user["username"] == person.username
