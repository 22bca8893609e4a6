"""A conversation handed to another department: nothing has to be told twice, and the clock runs on."""

from __future__ import annotations

import re
from datetime import datetime

from playwright.sync_api import expect

from tests.browser.people import Citizen, Officer
from tests.browser.world import Town
from tests.servers.chromium import Windows

QUESTION = "小区里的违章建筑归谁管？"


def asked_at(citizen: Citizen) -> datetime:
    """When the service says this consultation began."""
    rows = citizen.page.request.get(f"{citizen.url}/api/consultations").json()["items"]
    return datetime.fromisoformat(rows[0]["asked_at"])


def transfer(officer: Officer, department: str) -> None:
    officer.press("Alt+t")
    officer.dialog.get_by_role("group", name="转到哪个部门").get_by_role("radio", name=department).check()
    expect(officer.dialog.get_by_text(f"这件事由{department}负责")).to_be_visible()
    officer.confirm()


def test_the_second_department_reads_what_the_first_was_told(windows: Windows, town: Town) -> None:
    citizen = Citizen(windows.open(), town.url)
    first, second = Officer(windows.open(), town.url), Officer(windows.open(), town.url)
    first.come_on_duty(town.officer("land"))
    second.come_on_duty(town.officer("construction"))
    citizen.ask("land", QUESTION)
    first.accept(QUESTION)
    first.answer("您好，请问在哪个城市？")
    citizen.reads("请问在哪个城市")
    citizen.say("在绍兴市区。")
    first.reads("在绍兴市区。")
    began = asked_at(citizen)

    transfer(first, "省建设厅")
    citizen.sees("已转到省建设厅")
    citizen.sees("您不用重讲")
    second.accept(QUESTION)
    second.reads_in_order(QUESTION, "请问在哪个城市", "在绍兴市区")
    second.answer("您好，这里是省建设厅，请向当地城管部门反映。")

    citizen.reads_in_order(QUESTION, "请问在哪个城市", "在绍兴市区", "请向当地城管部门反映")
    name = town.officer("construction").name
    expect(citizen.page.get_by_text(re.compile(rf"{name}（工号 \d+）正在为您服务"))).to_be_visible()
    expect(first.queue.get_by_text("现在没有接待中的会话。")).to_be_visible()
    assert asked_at(citizen) == began


def test_the_first_department_can_no_longer_answer(windows: Windows, town: Town) -> None:
    citizen = Citizen(windows.open(), town.url)
    first, second = Officer(windows.open(), town.url), Officer(windows.open(), town.url)
    first.come_on_duty(town.officer("environment"))
    second.come_on_duty(town.officer("health"))
    citizen.ask("environment", "医院的废水排到河里了。")
    first.accept("医院的废水排到河里了。")
    here = first.page.url
    transfer(first, "省卫生厅")
    second.accept("医院的废水排到河里了。")

    first.page.goto(here)
    expect(first.page.get_by_role("complementary", name="接待队列")).to_be_visible()
    expect(first.box).to_have_count(0)
