"""Before any script has run the page is there to be read, and what comes late takes the place that was kept for it."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.people import Citizen
from tests.browser.world import Town
from tests.servers.axe import serious_findings
from tests.servers.chromium import Windows

SCRIPTS_OF_THE_CLIENT = re.compile(r"/assets/.+\.js")
ANSWERS = re.compile(r"/api/")
A_LITTLE = 0.05  # what Lighthouse calls good is 0.1
SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) shifted += one.value })
  .observe({ type: 'layout-shift', buffered: true });
"""
LATER = "document.getAnimations().forEach(one => one.finish())"
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
Role = Literal["link", "heading"]
A_DESK: tuple[Role, str] = ("link", "省?民政厅")
OPEN = {"desktop": Windows.open, "phone": Windows.open_phone}
on_both = pytest.mark.parametrize("device", OPEN)


class Held:
    """Requests that wait until they are let go."""

    def __init__(self, page: Page, which: re.Pattern[str]) -> None:
        self.waiting: list[Route] = []
        self.held = True
        page.route(which, self.take)

    def take(self, route: Route) -> None:
        if self.held:
            self.waiting.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        self.held = False
        for route in self.waiting:
            route.continue_()


@on_both
def test_the_portal_can_be_read_before_its_scripts_have_come(windows: Windows, town: Town, device: str) -> None:
    page = OPEN[device](windows)
    scripts = Held(page, SCRIPTS_OF_THE_CLIENT)
    page.goto(town.url, wait_until="commit")
    expect(page.get_by_role("heading", name="有事想问政府，")).to_be_visible()
    expect(page.get_by_role("heading", name="网上值班室")).to_be_visible()
    expect(page.get_by_text("浙江政务通").first).to_be_visible()
    expect(page.get_by_text("A question for the government")).to_be_hidden()
    assert serious_findings(page) == []
    expect(page.get_by_text("还没有打开")).to_be_hidden()
    page.evaluate(LATER)
    expect(page.get_by_text("还没有打开")).to_be_visible()
    scripts.let_go()
    expect(page.get_by_label("您的问题")).to_be_visible()
    expect(page.get_by_role("heading", name="有事想问政府，")).to_have_count(1)


@on_both
def test_every_page_says_whose_it_is_before_its_scripts_have_come(windows: Windows, town: Town, device: str) -> None:
    page = OPEN[device](windows)
    Held(page, SCRIPTS_OF_THE_CLIENT)
    for path in ("/chat", "/chat/civil", "/desk", "/affairs", "/login", "/nowhere"):
        page.goto(town.url + path, wait_until="commit")
        expect(page.get_by_text("浙江政务通").locator("visible=true"), path).to_have_count(1)


def test_an_english_browser_is_met_in_english(windows: Windows, town: Town) -> None:
    page = windows.open(locale="en-GB")
    scripts = Held(page, SCRIPTS_OF_THE_CLIENT)
    page.goto(town.url, wait_until="commit")
    expect(page.get_by_role("heading", name="A question for the government?")).to_be_visible()
    expect(page.get_by_text("有事想问政府，")).to_be_hidden()
    scripts.let_go()
    expect(page.get_by_label("Your question")).to_be_visible()


def test_without_scripts_the_page_says_what_to_do(windows: Windows, town: Town) -> None:
    page = windows.open(java_script_enabled=False)
    page.goto(town.url)
    expect(page.get_by_role("main").get_by_text("浙江政务通")).to_be_visible()
    instead = page.locator("noscript p")  # playwright finds nothing in there by its words
    expect(instead).to_be_visible()
    assert "拨打 12345" in instead.inner_text()


@on_both
@pytest.mark.parametrize(
    ("path", "role", "name"), [("/", *A_DESK), ("/chat", *A_DESK), ("/chat/civil", "heading", "省民政厅")]
)
def test_what_comes_late_pushes_nothing_away(
    windows: Windows, town: Town, device: str, path: str, role: Role, name: str
) -> None:
    page = OPEN[device](windows)
    page.add_init_script(SHIFTS)
    answers = Held(page, ANSWERS)
    page.goto(town.url + path)
    expect(page.get_by_role("status").filter(has_text="正在载入").first).to_be_attached()
    page.evaluate(TWO_FRAMES)
    answers.let_go()
    expect(page.get_by_role(role, name=re.compile(name)).first).to_be_visible()
    page.evaluate(TWO_FRAMES)
    assert page.evaluate("shifted") < A_LITTLE


def test_an_officers_desk_stays_where_it_is(windows: Windows, town: Town) -> None:
    officer = Citizen(windows.open(), town.url)
    officer.sign_in(town.officer("civil"))
    expect(officer.page.get_by_role("heading", name="接待队列")).to_be_visible()
    officer.page.add_init_script(SHIFTS)
    officer.go("/desk")
    expect(officer.page.get_by_role("status").filter(has_text="连接正常")).to_be_visible()
    officer.page.evaluate(TWO_FRAMES)
    assert officer.page.evaluate("shifted") < A_LITTLE


@pytest.mark.parametrize("path", ["/", "/chat"])
def test_what_is_asked_for_ahead_is_asked_for_once(windows: Windows, town: Town, path: str) -> None:
    page = windows.open()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(town.url)))
    page.goto(town.url + path)
    expect(page.get_by_role("link", name=re.compile(A_DESK[1])).first).to_be_visible()
    for answer in ("/api/me", "/api/offices"):
        assert asked.count(answer) == 1, asked
    scripts = [one for one in asked if SCRIPTS_OF_THE_CLIENT.search(one)]
    assert len(scripts) == len(set(scripts))
