"""What a citizen and an officer do at their windows, and what they see there: roles, labels and words only."""

from __future__ import annotations

import re
from itertools import count
from typing import ClassVar

from playwright.sync_api import Locator, Page, expect

from tests.access import recorder
from zhengwutong.demo.world import Account

PATIENCE_MS = 25_000
INSIDE = "内部备注 · 群众看不到"
serial = count(1)


class Person:
    """Somebody at a window, whom canaries may be meant for: `pk`, `username`, `role` (`tests.access.canaries`)."""

    role: ClassVar[str]
    is_citizen: ClassVar[bool]

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.pk = -next(serial)  # nobody in a database has such a one
        self.username = f"window {-self.pk}"
        recorder.sits(self, page)
        page.set_default_timeout(PATIENCE_MS)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    @property
    def talk(self) -> Locator:
        """The conversation that is open."""
        return self.page.get_by_role("region", name=re.compile("^与.+的对话$"))

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def message(self, words: str) -> Locator:
        """The bubble with these words."""
        return self.talk.get_by_role("article").filter(has_text=words)

    def messages(self, *wanted: str) -> Locator:
        """What was said with any of these words, from top to bottom, without what stays inside."""
        said = self.talk.get_by_role("article").filter(has_not_text=INSIDE)
        return said.filter(has_text=re.compile("|".join(map(re.escape, wanted))))

    def reads(self, words: str) -> None:
        """Wait until the bubble with these words is there."""
        expect(self.message(words).first).to_be_visible()

    def sees_banner(self, words: str) -> None:
        """Wait until these words stand above the conversation."""
        expect(self.page.get_by_text(words)).to_be_visible()

    def reads_in_order(self, *wanted: str) -> None:
        """Exactly these messages of those which contain one of them, each once, in this order."""
        expect(self.messages(*wanted)).to_have_text([re.compile(re.escape(words)) for words in wanted])

    def sees(self, words: str) -> None:
        """Wait until these words stand somewhere in the conversation."""
        expect(self.talk.get_by_text(words).first).to_be_visible()

    def sign_in(self, account: Account) -> None:
        """By the login page, as whoever has this account."""
        self.go("/login")
        if account.role == "officer":
            self.page.get_by_text("值班人员", exact=True).click()
        self.page.get_by_label("用户名").fill(account.username)
        self.page.get_by_label("密码", exact=True).fill(account.password)
        self.page.get_by_role("button", name="登录", exact=True).click()


class Citizen(Person):
    """Somebody with a question."""

    role, is_citizen = "citizen", True

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="写消息")

    def ask_from_portal(self, question: str, department: str) -> None:
        """Ask at the front door without an account."""
        self.go("/")
        self.page.get_by_label("您的问题").fill(question)
        self.page.get_by_role("button", name="问一问").click()
        self.dialog.get_by_role("button", name=department).click()
        expect(self.box).to_have_value(question)
        self.send()

    def ask(self, desk: str, question: str) -> None:
        """Ask at a desk by its own address."""
        self.go(f"/chat/{desk}")
        self.say(question)
        self.reads(question)

    def say(self, words: str) -> None:
        self.box.fill(words)
        self.send()

    def send(self) -> None:
        self.box.press("Enter")

    def rate(self, words: str = "") -> None:
        """Very satisfied, in these words too; the dialog is gone afterwards."""
        self.talk.get_by_role("button", name="评价本次服务").click()
        self.dialog.get_by_text("非常满意", exact=True).click()
        if words:
            self.dialog.get_by_role("textbox").fill(words)
        self.dialog.get_by_role("button", name="提交评价").click()
        expect(self.dialog).to_have_count(0)

    def sees_status(self, words: str, status: str) -> None:
        """Wait until one's own message with these words says how it stands: 已保存, 已读."""
        expect(self.message(words).get_by_text(status)).to_be_visible()


class CitizenOnPhone(Citizen):
    """The same with a thumb: Enter writes a new line, the button sends."""

    def send(self) -> None:
        self.page.get_by_role("button", name=re.compile("^(发送|留言)$")).click()

    def rate(self, words: str = "") -> None:
        """Satisfied, on a page of its own, which leads back to the conversation."""
        self.talk.get_by_role("button", name="评价本次服务").tap()
        expect(self.page.get_by_role("heading", name="评价本次服务")).to_be_visible()
        self.page.get_by_text("满意", exact=True).tap()
        if words:
            self.page.get_by_role("textbox").fill(words)
        self.page.get_by_role("button", name="提交评价").tap()
        expect(self.talk).to_be_visible()


class Officer(Person):
    """Somebody on duty."""

    role, is_citizen = "officer", False

    @property
    def queue(self) -> Locator:
        return self.page.get_by_role("complementary", name="接待队列")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="答复群众")

    @property
    def note_box(self) -> Locator:
        return self.page.get_by_role("textbox", name="内部备注")

    def come_on_duty(self, account: Account) -> None:
        """Sign in and wait until the desk is live."""
        self.sign_in(account)
        expect(self.page.get_by_role("status").filter(has_text="连接正常")).to_be_visible()

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)

    def type(self, words: str) -> None:
        """At the place where the focus is, as fingers do."""
        self.page.keyboard.insert_text(words)

    def accept(self, question: str) -> None:
        """Take the next person, who asks this, without the mouse; the box has the focus afterwards."""
        expect(self.queue.get_by_text(question)).to_be_visible()
        self.press("n")
        expect(self.box).to_be_focused()
        self.reads(question)

    def answer(self, words: str) -> None:
        self.box.fill(words)
        self.box.press("Enter")
        self.reads(words)
        expect(self.box).to_have_value("")

    def confirm(self) -> None:
        """Say yes to the dialog that is open."""
        self.press("Control+Enter")
        expect(self.dialog).to_have_count(0)

    def hold(self, reason: str) -> None:
        """Let the citizen wait five minutes while something is looked up."""
        self.press("Alt+w")
        self.dialog.get_by_label("在做什么").fill(reason)
        self.confirm()

    def end(self, subject: str) -> None:
        """End the conversation as answered."""
        self.press("Alt+q")
        self.dialog.get_by_label("事由", exact=True).fill(subject)
        self.confirm()
