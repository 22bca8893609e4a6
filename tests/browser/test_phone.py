"""The whole way on a telephone."""

from __future__ import annotations

from playwright.sync_api import Locator, Route

from tests.browser.people import CitizenOnPhone, Officer
from tests.browser.world import Town
from tests.servers.chromium import Windows

QUESTION = "流动人口怎么办婚育证明？"


def test_a_question_from_a_phone_is_answered_and_rated(windows: Windows, town: Town) -> None:
    citizen = answered(windows, town)
    citizen.rate()
    citizen.sees("您已评价")
    fits(citizen.page.locator("html"))


def test_a_rating_is_known_as_given_though_its_answer_never_came(windows: Windows, town: Town) -> None:
    citizen = answered(windows, town)
    citizen.page.route("**/rating", lose_answer)
    citizen.rate()
    citizen.sees("您已评价")


def lose_answer(route: Route) -> None:
    """The service does as it was asked; nobody ever hears."""
    route.fetch()


def answered(windows: Windows, town: Town) -> CitizenOnPhone:
    """Somebody on a telephone whose question was answered, in his conversation."""
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
    return citizen


def fits(page: Locator) -> None:
    """Nothing has to be shifted sideways to be read."""
    assert page.evaluate("html => html.scrollWidth <= html.clientWidth")
