"""No page keeps anybody out: axe finds nothing serious, light and dark, on a desktop and on a phone."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.people import Citizen, Officer, Person
from tests.browser.world import Town
from tests.servers.axe import serious_findings
from tests.servers.chromium import Windows

SIZES: tuple[ViewportSize, ...] = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})
LIGHTS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
COLOURS_HAVE_CHANGED = "Promise.allSettled(document.getAnimations().map(one => one.finished))"


class Findings:
    """What axe found so far, each with the name of the page, its size and its light."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def look_at(self, name: str, page: Page) -> None:
        """The page as it stands, in each size and light, moving pictures at rest. The dark changes colours only."""
        for size in SIZES:
            page.set_viewport_size(size)
            for light in LIGHTS:
                page.emulate_media(color_scheme=light, reduced_motion="reduce")
                page.evaluate(COLOURS_HAVE_CHANGED)
                found = serious_findings(page, colours_only=light != LIGHTS[0])
                self.lines += [f"{name} {size['width']} {light} {line}" for line in found]
        page.set_viewport_size(SIZES[0])

    def assert_none(self) -> None:
        assert not self.lines, "\n".join(self.lines)


def test_pages_open_to_everybody_keep_nobody_out(windows: Windows, town: Town) -> None:
    visitor = Person(windows.open(), town.url)
    heading = {
        "/": "有事想问政府",
        "/login": "登录",
        "/register": "注册",
        "/chat": "聊天窗口",
        "/chat/civil": "省民政厅",
        "/chat/agriculture": "省农业厅",
        "/nowhere": "没有找到这个页面",
    }
    found = Findings()
    for path, words in heading.items():
        visitor.go(path)
        expect(visitor.page.get_by_role("heading", name=words).first).to_be_visible()
        found.look_at(path, visitor.page)
    found.assert_none()


def test_a_consultation_keeps_nobody_out(windows: Windows, town: Town) -> None:
    citizen, officer = Citizen(windows.open(), town.url), Officer(windows.open(), town.url)
    found = Findings()
    officer.come_on_duty(town.officer("security"))
    found.look_at("desk without a talk", officer.page)
    citizen.ask("security", "身份证丢了怎么补？")
    found.look_at("waiting", citizen.page)
    officer.accept("身份证丢了怎么补？")
    officer.answer("您好，请到户籍所在地的派出所补办。")
    citizen.reads("请到户籍所在地的派出所补办")
    found.look_at("desk with a talk", officer.page)
    for keys, name in (("Alt+t", "transfer"), ("Alt+w", "hold"), ("Alt+q", "completing")):
        officer.press(keys)
        expect(officer.dialog).to_be_visible()
        found.look_at(f"dialog of {name}", officer.page)
        officer.press("Escape")
        expect(officer.dialog).to_have_count(0)
    officer.hold("正在核实")
    citizen.sees("您可以先去忙")
    found.look_at("asked to wait", citizen.page)
    officer.answer("核实过了，带户口簿就可以。")
    officer.end("补办身份证")
    citizen.talk.get_by_role("button", name="评价本次服务").click()
    citizen.dialog.get_by_text("满意", exact=True).click()
    found.look_at("rating", citizen.page)
    found.assert_none()


def test_what_is_kept_of_a_consultation_keeps_nobody_out(windows: Windows, town: Town) -> None:
    citizen = Citizen(windows.open(), town.url)
    found = Findings()
    citizen.ask("agriculture", "种粮补贴怎么领？")
    expect(citizen.talk.get_by_role("heading", name="留言编号")).to_be_visible()
    found.look_at("message left", citizen.page)
    citizen.go("/affairs")
    citizen.page.get_by_role("link", name="种粮补贴怎么领？").click()
    expect(citizen.page.get_by_role("heading", name="办理进度")).to_be_visible()
    found.look_at("affairs", citizen.page)
    citizen.page.get_by_role("link", name="保存记录").click()
    expect(citizen.page.get_by_role("heading", name="咨询记录")).to_be_visible()
    found.look_at("record", citizen.page)
    citizen.go("/me")
    expect(citizen.page.get_by_role("heading", name="登录的设备")).to_be_visible()
    found.look_at("/me", citizen.page)
    found.assert_none()
