"""Whatever comes into anybody's window, and whatever it shows, is his to read.

Each private word is a canary (`tests.access.canaries`): the windows hear every answer and every frame.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.access import canaries
from tests.access.canaries import plant
from tests.browser.people import Citizen, Officer
from tests.browser.world import Town
from tests.servers.chromium import Windows


def test_nobody_is_sent_or_shown_what_is_not_his(windows: Windows, town: Town) -> None:
    owner, other, passer_by = (Citizen(windows.open(), town.url) for _ in range(3))
    serving, elsewhere = (Officer(windows.open(), town.url) for _ in range(2))
    talk = plant("低保要去哪里申请？", owner, serving), plant("请到户籍所在地申请。", owner, serving)
    note = plant("他上周也问过。", serving)
    passer_by.go("/")
    serving.come_on_duty(town.officer("civil"))
    elsewhere.come_on_duty(town.officer("tax"))

    owner.ask("civil", talk[0])
    another = plant("契税怎么算？", other, elsewhere)
    other.ask("tax", another)
    serving.accept(talk[0])
    elsewhere.accept(another)
    serving.press("Alt+n")
    serving.note_box.fill(note)
    serving.note_box.press("Enter")
    serving.reads(note)
    serving.press("Alt+n")
    serving.answer(talk[1])
    owner.reads(talk[1])
    serving.end(plant("低保", owner, serving))
    owner.sees("本次咨询已答复")
    owner.rate(plant("说得很清楚。", owner))

    for window in (owner, other, passer_by, serving, elsewhere):
        window.page.reload()
    owner.reads(talk[1])
    other.reads(another)
    elsewhere.reads(another)
    expect(passer_by.page.get_by_label("您的问题")).to_be_visible()
    expect(serving.queue.get_by_text("现在没有接待中的会话。")).to_be_visible()
    windows.close()
    assert canaries.caught() == []


def test_a_word_in_the_wrong_window_is_found(windows: Windows, town: Town) -> None:
    """The control: somebody says what was meant for another's eyes, and reads it again in his own window."""
    meant_for, instead = Citizen(windows.open(), town.url), Citizen(windows.open(), town.url)
    word = plant("公积金怎么提取？", meant_for)
    instead.ask("construction", word)
    instead.sees_status(word, "已保存")
    instead.page.reload()
    instead.reads(word)
    windows.close()
    leaks = canaries.caught()
    assert {leak.who for leak in leaks} == {f"{instead.username} (citizen)"}
    ways = {leak.where.split("http")[0].strip() for leak in leaks}
    assert ways == {"a frame", "the page", "GET", "POST"}
