"""What the public board knows of the queues, and what those waiting are told while it moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import TestCase

from tests.consult.place import department, on_duty, served, visitor
from zhengwutong.consult import load as consult_load
from zhengwutong.consult.expectation import average_seconds
from zhengwutong.consult.models import Consultation, Outcome, State
from zhengwutong.duty import board, load
from zhengwutong.journal import bell
from zhengwutong.journal.actions import open_stream
from zhengwutong.kernel.clock import SHANGHAI
from zhengwutong.people.models import Office

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)


def row(window: Any, key: str) -> Any:
    board.forget()
    return next(one for one in window.read("/duty/board")["items"] if one["key"] == key)


def test_the_board_counts_those_waiting_and_how_busy_everybody_is() -> None:
    load.provide(consult_load.workload)
    desk = department("labour", capacity=3)
    chen, zhou = on_duty("chen", desk), visitor("zhou")
    assert (row(zhou, "labour")["waiting"], row(zhou, "labour")["state"]) == (0, "online")
    served(zhou, chen, desk)
    served(visitor("lin"), chen, desk)
    visitor("wang").ask(desk)
    assert (row(zhou, "labour")["waiting"], row(zhou, "labour")["state"]) == (1, "busy"), "two thirds of his limit"


def test_the_first_reply_is_averaged_over_today() -> None:
    load.provide(consult_load.workload)
    desk = department("labour")
    chen, zhou = on_duty("chen", desk), visitor("zhou")
    assert zhou.read("/duty/board")["stats"]["first_reply_seconds"] is None
    talk = Consultation.objects.get(pk=served(zhou, chen, desk))
    talk.first_reply_at = talk.asked_at + timedelta(seconds=46)
    talk.save()
    board.forget()
    assert zhou.read("/duty/board")["stats"]["first_reply_seconds"] == 46.0


def test_the_wait_is_told_from_the_last_twenty_conversations() -> None:
    desk = department("labour")
    for number in range(25):
        answered(desk, f"c{number}", minutes=100 if number < 5 else 2, seconds=number)
    assert average_seconds([desk.pk]) == {desk.pk: 120}


def answered(desk: Office, username: str, *, minutes: int, seconds: int) -> None:
    """A conversation that took so many minutes and ended so many seconds after noon, entered beside the doors."""
    ended = NOON + timedelta(seconds=seconds)
    Consultation.objects.create(
        number=f"T-{username}",
        citizen=visitor(username).person,
        key="k",
        desk=desk,
        state=State.ENDED,
        stream=open_stream("consultation", [], now=NOON),
        notes=open_stream("notes", [], now=NOON),
        question="问题",
        asked_at=NOON - timedelta(hours=3),
        accepted_at=ended - timedelta(minutes=minutes),
        ended_at=ended,
        outcome=Outcome.ANSWERED,
    )


def test_whoever_waits_is_told_his_new_place() -> None:
    desk = department("labour", capacity=1)
    chen = on_duty("chen", desk)
    talks = [visitor(name).ask(desk) for name in ("a", "b", "c")]
    heard: list[bell.Message] = []
    bell.listen(heard.append)
    try:
        with TestCase.captureOnCommitCallbacks(execute=True):
            chen.accept(talks[0]["id"])
    finally:
        bell.unlisten(heard.append)
    hints = {one.stream: one.data for one in heard if isinstance(one, bell.Hinted) and one.stream}
    assert hints == {
        talks[1]["stream"]: {"kind": "place", "place": 1, "eta_minutes": 5},
        talks[2]["stream"]: {"kind": "place", "place": 2, "eta_minutes": 10},
    }
