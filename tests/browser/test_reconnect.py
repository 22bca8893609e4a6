"""A line that breaks, a service that crashes, a page that is reloaded: nothing is lost, nothing comes twice."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.people import Citizen, Officer
from tests.browser.world import Town
from tests.servers.chromium import Windows

LOST = "网络断了，您写的内容已存在本机，连上后自动发送。"
BACK = "已恢复连接，{} 条消息已发出。"


def in_conversation(windows: Windows, town: Town, desk: str) -> tuple[Citizen, Officer]:
    """A citizen whose question was just accepted at the desk."""
    citizen, officer = Citizen(windows.open(), town.url), Officer(windows.open(), town.url)
    officer.come_on_duty(town.officer(desk))
    citizen.ask(desk, "第一句，先问一下")
    officer.accept("第一句，先问一下")
    citizen.sees_status("第一句", "已读")
    return citizen, officer


def test_what_is_written_without_a_line_arrives_once_and_in_order(windows: Windows, town: Town) -> None:
    citizen, officer = in_conversation(windows, town, "education")

    citizen.page.context.set_offline(True)
    citizen.sees_banner(LOST)
    citizen.say("第二句，断网时写的")
    citizen.say("第三句，也是断网时写的")
    citizen.sees_status("第三句", "发送中")
    expect(officer.message("第二句")).to_have_count(0)
    citizen.page.context.set_offline(False)

    citizen.sees_banner(BACK.format(2))
    citizen.sees_status("第三句", "已读")
    officer.answer("第四句，都收到了")
    for person in (citizen, officer):
        person.reads_in_order("第一句", "第二句", "第三句", "第四句")


def test_a_crash_of_the_service_loses_no_word(windows: Windows, town: Town) -> None:
    citizen, officer = in_conversation(windows, town, "transport")

    town.installation.kill()
    citizen.sees_banner(LOST)
    citizen.say("第二句，服务停了")
    citizen.sees_status("第二句", "发送中")
    officer.box.fill("第三句，我也照样写")
    officer.box.press("Enter")
    town.installation.start()

    citizen.sees_status("第二句", "已读")
    citizen.reads("第三句")
    officer.reads("第二句")
    officer.answer("第四句，接着说")
    citizen.reads("第四句")
    order = "第一句", "第二句", "第三句", "第四句"
    expect(citizen.messages(*order)).to_have_count(4)
    kept = said(citizen, *order)
    for person in (citizen, officer):
        person.page.reload()
        expect(person.messages(*order)).to_have_count(4)
        assert said(person, *order) == kept
    assert (kept[0], kept[-1]) == ("第一句", "第四句")


def said(person: Citizen | Officer, *wanted: str) -> list[str]:
    """Which of these words stand there, from top to bottom."""
    return re.findall("|".join(wanted), "\n".join(person.messages(*wanted).all_inner_texts()))


def test_an_unsent_message_survives_a_reload(windows: Windows, town: Town) -> None:
    citizen, officer = in_conversation(windows, town, "personnel")

    town.installation.kill()
    citizen.sees_banner(LOST)
    citizen.say("第二句，还没发出去")
    citizen.sees_status("第二句", "发送中")
    citizen.box.fill("还没写完的一句")
    town.installation.start()
    citizen.page.reload()

    citizen.sees_status("第二句", "已读")
    expect(citizen.box).to_have_value("还没写完的一句")
    officer.reads_in_order("第一句", "第二句")
