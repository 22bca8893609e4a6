"""Hands that stay on the keys: a whole conversation without the mouse, and Chinese input that never sends by itself."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.people import Citizen, Officer, Person
from tests.browser.world import Town
from tests.servers.chromium import Windows


def test_an_officer_serves_a_conversation_without_the_mouse(windows: Windows, town: Town) -> None:
    citizen, officer = Citizen(windows.open(), town.url), Officer(windows.open(), town.url)
    officer.come_on_duty(town.officer("drc"))
    citizen.ask("drc", "水价听证会怎么报名？")

    officer.accept("水价听证会怎么报名？")
    officer.type("您好，")
    officer.press("Shift+Enter")
    officer.type("请在公告后五日内到发改委网站报名。")
    officer.press("Enter")
    citizen.reads("请在公告后五日内到发改委网站报名。")
    officer.press("Alt+w")
    expect(officer.dialog.get_by_label("在做什么")).to_be_focused()
    officer.press("Control+Enter")
    citizen.sees("您可以先去忙")
    expect(officer.dialog).to_have_count(0)
    officer.press("Escape")
    officer.press("r")
    expect(officer.box).to_be_focused()
    officer.type("核实过了，下周一截止。")
    officer.press("Enter")
    citizen.reads("下周一截止")
    officer.press("Alt+q")
    expect(officer.dialog.get_by_label("事由", exact=True)).to_be_focused()
    officer.press("Control+a")
    officer.type("水价听证")
    officer.press("Control+Enter")

    citizen.sees("本次咨询已答复")
    expect(officer.dialog).to_have_count(0)


def compose(person: Person, box: Locator, pinyin: str, characters: str) -> None:
    """Write as with a Chinese input method: letters under way, Enter, then the characters chosen."""
    box.focus()
    keyboard = person.page.context.new_cdp_session(person.page)
    keyboard.send(
        "Input.imeSetComposition", {"text": pinyin, "selectionStart": len(pinyin), "selectionEnd": len(pinyin)}
    )
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    keyboard.send("Input.insertText", {"text": characters})
    expect(box).to_have_value(characters)


def test_choosing_characters_with_enter_sends_nothing(windows: Windows, town: Town) -> None:
    citizen, officer = Citizen(windows.open(), town.url), Officer(windows.open(), town.url)
    officer.come_on_duty(town.officer("etc"))
    citizen.ask("etc", "典当行归谁管？")
    officer.accept("典当行归谁管？")

    for person, other, words in ((citizen, officer, "在杭州"), (officer, citizen, "请稍候")):
        compose(person, person.box, "zaihangzhou", words)
        expect(person.message(words)).to_have_count(0)
        person.box.press("Enter")
        person.reads(words)
        other.reads(words)
        expect(other.message("zaihangzhou")).to_have_count(0)
