"""常用语."""

from __future__ import annotations

import pytest

from tests.consult.place import department, on_duty
from tests.consult.window import Window, code
from zhengwutong.consult import phrases
from zhengwutong.consult.models import Phrase
from zhengwutong.people.models import Office

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def desk(db: None) -> Office:
    return department("labour")


@pytest.fixture
def chen(desk: Office) -> Window:
    return on_duty("chen", desk)


@pytest.mark.parametrize(
    ("title", "typed"), [("没听懂", "mtd"), ("12345 热线", "12345rx"), ("DOS", "dos"), ("，。", "，。")]
)
def test_initials_are_typed_as_the_title_is_said(title: str, typed: str) -> None:
    assert phrases.initials(title) == typed


def test_seeding_twice_is_seeding_once() -> None:
    phrases.seed()
    phrases.seed()
    assert Phrase.objects.count() == len(phrases.PROVINCE)
    assert not [one for one in Phrase.objects.all() if "！" in one.body or "你" in one.body]


def test_ones_own_come_before_the_departments_and_the_provinces(desk: Office, chen: Window) -> None:
    phrases.seed()
    division = department("labour-division", parent=desk)
    tax = department("tax")
    at_division = on_duty("lin", division)
    for office, title in ((desk, "部门的"), (tax, "别的部门的")):
        Phrase.objects.create(office=office, title=title, body="您好", initials="x")
    chen.do("/phrases", title="自己的", body="{称呼}，您好")
    found = chen.read("/phrases")["items"]
    assert [one["title"] for one in found[:2]] == ["自己的", "部门的"]
    assert [one["scope"] for one in found[:3]] == ["own", "department", "province"]
    titles = [one["title"] for one in at_division.read("/phrases")["items"]]
    assert "部门的" in titles, "the department above counts too"
    assert {"自己的", "别的部门的"}.isdisjoint(titles)


@pytest.mark.parametrize("typed", ["mtd", "MT", "听懂", "我理解得对吗"])
def test_found_by_initials_title_or_words(desk: Office, chen: Window, typed: str) -> None:
    phrases.seed()
    assert [one["title"] for one in chen.read("/phrases", q=typed)["items"]] == ["没听懂"]


def test_only_ones_own_can_be_changed(desk: Office, chen: Window) -> None:
    lin = on_duty("lin", desk)
    made = chen.do("/phrases", title="开场", body="您好")["id"]
    path = f"/api/phrases/{made}"
    assert code(lin.client.patch(path, {"title": "改掉"}, JSON)) == "not_found"
    assert code(lin.client.delete(path)) == "not_found"
    changed = chen.client.patch(path, {"title": "结束"}, JSON).json()
    assert (changed["title"], changed["body"], changed["initials"]) == ("结束", "您好", "js")
    assert chen.client.delete(path).status_code == 204
    assert chen.read("/phrases")["items"] == []
    assert code(chen.get("/phrases", desk="nowhere")) == "not_found"
