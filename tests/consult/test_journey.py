"""The main road: ask, be offered, be answered, end, rate."""

from __future__ import annotations

import pytest

from tests.consult.window import Window
from tests.duty.world import citizen, come_in, department, officer, roster

pytestmark = pytest.mark.django_db


def test_a_citizen_asks_is_answered_and_rates() -> None:
    desk = department("labour")
    chen = officer("chen-0312", desk)
    roster(chen, desk)
    come_in(chen)
    citizen_window, officer_window = Window(citizen("zhou")), Window(chen)

    talk = citizen_window.ask(desk)
    assert (talk["state"], talk["place"], talk["eta_minutes"]) == ("waiting", 1, 0)
    assert talk["number"].startswith("ZX")

    [row] = officer_window.desk()["waiting"]
    assert row["offered_to"] == chen.pk
    assert row["citizen"] == {"id": None, "name": "群*****", "verified": False, "anonymous": False}

    served = officer_window.accept(talk["id"])
    assert (served["state"], served["officer"]["id"]) == ("serving", chen.pk)
    officer_window.say(talk["id"], "从批准退休的次月起领。")
    ended = officer_window.end(talk["id"])
    assert (ended["state"], ended["outcome"], ended["subject"]) == ("ended", "answered", "养老待遇")
    assert ended["first_reply_at"] is not None

    rated = citizen_window.do(f"/consultations/{talk['id']}/rating", level=5, reasons=["态度好"], words="谢谢")
    assert rated["rating"] == {"level": 5, "reasons": ["态度好"], "words": "谢谢"}
    assert citizen_window.kinds(talk["id"]) == ["asked", "text", "queued", "assigned", "text", "ended"]
    assert officer_window.desk()["mine"] == []
