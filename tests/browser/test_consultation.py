"""A consultation from the first question to the rating, a citizen and an officer at two windows."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.people import Citizen, Officer
from tests.browser.world import Town
from tests.servers.chromium import Windows

QUESTION = "我从杭州换到宁波工作，养老保险怎么转过去？"


def test_a_question_from_the_portal_is_answered_and_rated(windows: Windows, town: Town) -> None:
    citizen, officer = Citizen(windows.open(), town.url), Officer(windows.open(), town.url)
    on_duty = town.officer("labour")

    citizen.ask_from_portal(QUESTION, "省劳动保障厅")
    citizen.sees_status(QUESTION, "已保存")
    officer.come_on_duty(on_duty)
    officer.accept(QUESTION)
    citizen.sees_status(QUESTION, "已读")
    citizen.sees(f"值班员{on_duty.name}开始为您服务")
    expect(citizen.page.get_by_text(re.compile(rf"{on_duty.name}（工号 \d+）正在为您服务"))).to_be_visible()

    officer.box.press_sequentially("您")
    expect(citizen.talk.get_by_text("正在输入")).to_be_visible()
    officer.answer("您好，请您带身份证到宁波的社保窗口申请。")
    citizen.reads("请您带身份证到宁波的社保窗口申请")
    citizen.say("需要原单位盖章吗？")
    officer.reads("需要原单位盖章吗？")
    citizen.sees_status("需要原单位盖章吗？", "已读")
    officer.end("养老保险转移")

    citizen.sees("本次咨询已答复")
    rate_once(citizen)
    find_in_affairs(citizen)


def rate_once(citizen: Citizen) -> None:
    citizen.rate()
    citizen.sees("您已评价")
    expect(citizen.talk.get_by_role("button", name="评价本次服务")).to_have_count(0)


def find_in_affairs(citizen: Citizen) -> None:
    citizen.page.get_by_role("navigation", name="主导航").get_by_role("link", name="政务", exact=True).click()
    line = citizen.page.get_by_role("link", name=re.compile("养老保险转移.*省劳动保障厅"))
    expect(line).to_contain_text(re.compile(r"[A-Z]{2}\d+"))
    expect(line).to_contain_text("已答复 · 非常满意")
    line.click()
    expect(citizen.page.get_by_role("heading", name="养老保险转移")).to_be_visible()
    citizen.page.get_by_role("link", name="保存记录").click()
    expect(citizen.page.get_by_role("article").get_by_text(QUESTION)).to_be_visible()
    expect(citizen.page.get_by_role("article").get_by_text("养老保险转移")).to_be_visible()


def test_an_internal_note_stays_inside(windows: Windows, town: Town) -> None:
    citizen, officer = Citizen(windows.open(), town.url), Officer(windows.open(), town.url)
    officer.come_on_duty(town.officer("civil"))
    citizen.ask("civil", "低保要去哪里申请？")
    officer.accept("低保要去哪里申请？")

    officer.press("Alt+n")
    officer.note_box.fill("他上周也问过，请核对户籍。")
    officer.note_box.press("Enter")
    officer.reads("他上周也问过，请核对户籍。")
    officer.press("Alt+n")
    officer.answer("您好，请到户籍所在地的乡镇申请。")

    citizen.reads("请到户籍所在地的乡镇申请")
    expect(citizen.page.get_by_text("请核对户籍")).to_have_count(0)
    citizen.page.reload()
    citizen.reads("请到户籍所在地的乡镇申请")
    expect(citizen.page.get_by_text("请核对户籍")).to_have_count(0)
    assert "请核对户籍" not in citizen.page.content()


def test_who_is_asked_to_wait_sees_a_card_until_the_next_answer(windows: Windows, town: Town) -> None:
    citizen, officer = Citizen(windows.open(), town.url), Officer(windows.open(), town.url)
    officer.come_on_duty(town.officer("tax"))
    citizen.ask("tax", "买二手房的契税是多少？")
    officer.accept("买二手房的契税是多少？")

    officer.hold("正在核对面积标准")
    card = citizen.talk.get_by_role("heading", name="请稍等片刻")
    expect(card).to_be_visible()
    citizen.sees("您可以先去忙，有答复会在这里通知您。")
    officer.answer("您好，九十平方米以下按百分之一。")
    citizen.reads("九十平方米以下按百分之一")
    expect(card).to_have_count(0)
