"""The tree of departments and the places outside, as the public sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people.browser import Browser
from tests.people.conftest import NOW
from zhengwutong.people import actions, seed
from zhengwutong.people.models import Destination, Office

pytestmark = pytest.mark.django_db


def test_sixteen_departments_in_the_order_of_the_report(seeded: None) -> None:
    shown = Browser().get("/api/offices").json()
    departments = [office for office in shown if office["kind"] == "department"]
    assert "".join(office["tile"] for office in departments) == "发经教公民人劳国建交农卫计税环商"
    assert all(office["remit"] and office["english_remit"] and office["has_desk"] for office in shown)


def test_the_one_number_the_report_gives(seeded: None) -> None:
    numbers = {office["key"]: office["phone"] for office in Browser().get("/api/offices").json() if office["phone"]}
    assert numbers == {"population": "87052425"}


def test_the_examination_authority_has_a_desk_below_education(seeded: None) -> None:
    shown = {office["key"]: office for office in Browser().get("/api/offices").json()}
    assert (shown["exam"]["parent"], shown["exam"]["has_desk"]) == ("education", True)
    assert (shown["general"]["kind"], shown["general"]["parent"]) == ("general_desk", None)


def test_places_outside_say_when_they_answer(seeded: None) -> None:
    places = {place["name"]: place for place in Browser().get("/api/destinations").json()}
    assert places["12345 政务服务便民热线"]["phone"] == "12345"
    assert all(place["hours"] for place in places.values())


def test_seeding_again_changes_nothing_an_administrator_edited(seeded: None) -> None:
    Office.objects.filter(key="labour").update(phone="12333", active=False)
    Destination.objects.filter(name="报警服务台").update(active=False)
    before = (list(Office.objects.values()), list(Destination.objects.values()))
    seed.seed(NOW)
    assert (list(Office.objects.values()), list(Destination.objects.values())) == before


def test_more_offices_need_no_more_queries(seeded: None, django_assert_num_queries: Any) -> None:
    browser = Browser()
    with django_assert_num_queries(1):
        browser.get("/api/offices")
    for number in range(20):
        facts = {"key": f"more-{number}", "kind": "office", "name": "处", "short_name": "处", "tile": "处"}
        actions.open_office(None, now=NOW, parent=Office.objects.get(key="labour"), **facts)
    with django_assert_num_queries(1):
        assert len(browser.get("/api/offices").json()) == 38
