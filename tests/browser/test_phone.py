"""The whole way on a telephone."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.people import CitizenOnPhone, Officer
from tests.browser.world import Town
from tests.servers.chromium import Windows

QUESTION = "流动人口怎么办婚育证明？"


def test_a_question_from_a_phone_is_answered_and_rated(windows: Windows, town: Town) -> None:
    citizen, officer = CitizenOnPhone(windows.open_phone(), town.url), Officer(windows.open(), town.url)
    officer.come_on_duty(town.officer("population"))

    citizen.ask_from_portal(QUESTION, "省人口计生委")
    citizen.sees_status(QUESTION, "已保存")
    officer.accept(QUESTION)
    officer.answer("您好，请到户籍地的街道办理。")
    citizen.reads("请到户籍地的街道办理")
    citizen.page.get_by_role("button", name="明白了，谢谢").tap()
    officer.reads("明白了，谢谢")
    officer.end("婚育证明")

    citizen.talk.get_by_role("button", name="评价本次服务").tap()
    expect(citizen.page.get_by_role("heading", name="评价本次服务")).to_be_visible()
    citizen.page.get_by_text("满意", exact=True).tap()
    citizen.page.get_by_role("button", name="提交评价").tap()
    citizen.sees("您已评价")
    fits(citizen.page.locator("html"))


def fits(page: Locator) -> None:
    """Nothing has to be shifted sideways to be read."""
    assert page.evaluate("html => html.scrollWidth <= html.clientWidth")
