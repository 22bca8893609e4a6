"""One person, two devices: what was asked without an account goes along into it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.people import Citizen, CitizenOnPhone, Officer
from tests.browser.world import Town
from tests.servers.chromium import Windows
from zhengwutong.demo.world import Account

QUESTION = "自学考试什么时候报名？"
MINE = Account("citizen", "芦苇荡", "春天的河水慢慢涨", "芦苇荡")


def register(citizen: Citizen) -> None:
    """Turn the device account into a real one."""
    citizen.go("/me")
    citizen.page.get_by_role("link", name="注册并保留记录").click()
    citizen.page.get_by_label("用户名", exact=True).fill(MINE.username)
    citizen.page.get_by_label("密码", exact=True).fill(MINE.password)
    citizen.page.get_by_role("button", name="注册", exact=True).click()
    expect(citizen.page).not_to_have_url(re.compile("/register"))


def test_a_conversation_goes_on_at_another_device(windows: Windows, town: Town) -> None:
    desktop, phone = Citizen(windows.open(), town.url), CitizenOnPhone(windows.open_phone(), town.url)
    officer = Officer(windows.open(), town.url)
    officer.come_on_duty(town.officer("exam"))
    desktop.ask("exam", QUESTION)
    desktop.sees_status(QUESTION, "已保存")
    register(desktop)
    phone.sign_in(MINE)
    expect(phone.page).not_to_have_url(re.compile("/login"))

    phone.go("/chat/exam")
    phone.reads(QUESTION)
    officer.accept(QUESTION)
    officer.answer("您好，九月一日开始报名。")
    phone.reads("九月一日开始报名")
    phone.say("网上可以报吗？")
    officer.reads("网上可以报吗？")
    desktop.go("/chat/exam")
    desktop.reads_in_order(QUESTION, "九月一日开始报名", "网上可以报吗")
