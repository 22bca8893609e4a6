"""A newcomer alone with the demo world: somebody answers at once, and a real officer can take over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.people import Citizen, Officer
from tests.browser.world import Town, folder_like, running_town
from tests.servers.chromium import Windows

QUESTION = "办营业执照要带什么？"


@pytest.fixture
def played_town(new_town: Path) -> Iterator[Town]:
    """What the command `run` serves: demo officers at every desk."""
    with folder_like(new_town) as folder, running_town(folder) as town:
        yield town


def test_a_demo_officer_answers_and_hands_over_to_who_signs_in(windows: Windows, played_town: Town) -> None:
    citizen, officer = Citizen(windows.open(), played_town.url), Officer(windows.open(), played_town.url)
    on_duty = played_town.officer("commerce")

    citizen.ask_from_portal(QUESTION, "省工商局")
    citizen.sees("值班员演示值班员开始为您服务")
    citizen.reads("（演示答复）")
    officer.come_on_duty(on_duty)
    officer.accept(QUESTION)
    officer.answer("您好，我是真的值班员，请带身份证和场地证明。")

    citizen.reads("我是真的值班员")
    expect(citizen.page.get_by_text(f"值班员 {on_duty.name}（工号")).to_be_visible()
