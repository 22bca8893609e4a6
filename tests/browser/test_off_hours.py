"""Outside office hours: the same box leaves a message, which whoever comes on duty finds and answers."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.people import Citizen, Officer
from tests.browser.world import Town
from tests.servers.chromium import Windows

CLOSED_DESK = "agriculture"
QUESTION = "粮食直补的钱什么时候发？"


def test_a_message_left_after_hours_is_answered_by_the_first_who_comes(windows: Windows, town: Town) -> None:
    citizen, officer = Citizen(windows.open(), town.url), Officer(windows.open(), town.url)

    citizen.go(f"/chat/{CLOSED_DESK}")
    citizen.sees("现在是下班时间")
    citizen.sees("您的留言会完整保存，值班员将在")
    expect(citizen.talk.get_by_text(re.compile(r"值班员将在.*\d{1,2}:\d{2} 起最先答复"))).to_be_visible()
    citizen.say(QUESTION)
    citizen.sees_status(QUESTION, "已留言，已保存")
    expect(citizen.talk.get_by_role("heading", name=re.compile(r"留言编号 LY\d+"))).to_be_visible()
    citizen.sees("待答复")
    expect(citizen.talk.get_by_text(re.compile(r"预计 .*\d{1,2}:\d{2} 前答复"))).to_be_visible()
    citizen.go("/affairs")

    officer.come_on_duty(town.officer(CLOSED_DESK))
    expect(officer.queue.get_by_role("button", name="下班留言")).to_be_visible()
    officer.accept(QUESTION)
    officer.answer("您好，六月底前发到您的存折。")

    unread = citizen.page.get_by_role("navigation", name="主导航").get_by_role("link", name="聊天窗口")
    expect(unread).to_contain_text(re.compile("[1-9]"))
    unread.click()
    citizen.page.get_by_role("complementary", name="部门与咨询").get_by_role("link", name="条新消息").click()
    citizen.reads("六月底前发到您的存折")
    expect(officer.message("六月底前发到您的存折").get_by_text("已读")).to_be_visible()
