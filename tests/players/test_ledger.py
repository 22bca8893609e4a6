"""The checker of `simulate` is itself checked on histories in which one thing is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from zhengwutong.players.ledger import Report, Sent, compare, percentile, undelivered

CITIZEN, OFFICER = 7, 8


def entry(seq: int, author: int | None, body: str, key: str | None = None) -> dict[str, Any]:
    return {"seq": seq, "author": author, "kind": "text", "body": body, "key": key}


def history() -> tuple[list[Sent], list[dict[str, Any]]]:
    """A sound conversation: what was acknowledged, and what is stored."""
    stored = [
        entry(1, None, ""),
        entry(2, CITIZEN, "户口怎么迁？", "a"),
        entry(3, OFFICER, "请带身份证。", "b"),
        entry(4, CITIZEN, "谢谢。", "c"),
    ]
    sent = [Sent(1, one["author"], one["key"], one["body"], one["seq"]) for one in stored if one["key"]]
    return sent, stored


def checked(sent: list[Sent], stored: list[dict[str, Any]]) -> tuple[int, int, int]:
    report = Report()
    compare(report, sent, stored)
    return report.lost, report.duplicated, report.out_of_order


def test_a_sound_history_has_nothing_wrong() -> None:
    assert checked(*history()) == (0, 0, 0)


def test_an_acknowledged_message_that_is_not_stored_is_lost() -> None:
    sent, stored = history()
    lost, _, disordered = checked(sent, stored[:-1])
    assert (lost, disordered) == (1, 0)


def test_a_message_stored_with_other_words_is_lost() -> None:
    sent, stored = history()
    stored[2]["body"] = "请带护照。"
    assert checked(sent, stored) == (1, 0, 0)


def test_a_message_stored_twice_is_duplicated() -> None:
    sent, stored = history()
    assert checked(sent, [*stored, {**stored[1], "seq": 5}]) == (0, 1, 0)


def test_two_messages_of_one_author_that_changed_places_are_out_of_order() -> None:
    sent, stored = history()
    sent[0], sent[2] = (
        Sent(1, CITIZEN, "a", sent[0].body, 4),
        Sent(1, CITIZEN, "c", sent[2].body, 2),
    )
    stored[1], stored[3] = entry(2, CITIZEN, "谢谢。", "c"), entry(4, CITIZEN, "户口怎么迁？", "a")
    assert checked(sent, stored) == (0, 0, 1)


def test_a_missing_number_is_out_of_order() -> None:
    sent, stored = history()
    stored[0]["seq"] = 0
    assert checked(sent, stored)[2] == 1


def test_what_never_arrived_or_arrived_altered_is_undelivered() -> None:
    _, stored = history()
    received = {one["seq"]: one for one in stored}
    assert undelivered(received, stored) == 0
    assert undelivered({**received, 3: {**stored[2], "body": "别的话"}}, stored) == 1
    del received[2]
    assert undelivered(received, stored) == 1


@pytest.mark.parametrize(
    "spoilt", [{"lost": 1}, {"duplicated": 1}, {"out_of_order": 1}, {"waited_while_seat_free": 1}, {"answered": 1}]
)
def test_a_report_with_anything_wrong_is_not_clean(spoilt: dict[str, int]) -> None:
    assert Report(asked=2, answered=2).clean
    assert not Report(**{"asked": 2, "answered": 2, **spoilt}).clean


def test_percentiles_are_values_that_occurred() -> None:
    assert percentile([], 0.5) == 0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile(list(map(float, range(100))), 0.95) == 95.0
