"""From a file of questions to scenes: readable errors, nothing cut off, chance only from its source."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengwutong.players.script import LONGEST, SAMPLE, Turn, Unreadable, in_messages, questions, scenes

PAIRS = [(f"问题{number}", f"答复{number}") for number in range(300)]


def cast(seed: int, closed: list[str]) -> list[Turn]:
    made = scenes(PAIRS, open_desks=["civil", "tax"], closed_desks=closed, chance=random.Random(seed))
    return [scene.turn for scene in made]


def test_the_sample_that_ships_is_readable() -> None:
    assert len(questions(SAMPLE)) >= 10


def test_one_seed_is_one_play() -> None:
    assert cast(3, ["health"]) == cast(3, ["health"])
    assert cast(3, ["health"]) != cast(4, ["health"])


def test_every_mishap_occurs_and_off_hours_only_with_a_closed_desk() -> None:
    assert set(cast(1, ["health"])) == set(Turn)
    assert Turn.OFF_HOURS not in cast(1, [])


def test_a_transfer_leads_to_another_open_desk() -> None:
    made = scenes(PAIRS, open_desks=["civil", "tax"], closed_desks=["health"], chance=random.Random(1))
    for scene in made:
        if scene.turn is Turn.TRANSFER:
            assert {scene.desk, scene.then_to} == {"civil", "tax"}
        elif scene.turn is Turn.OFF_HOURS:
            assert scene.desk == "health"


@pytest.mark.parametrize(
    ("text", "says"), [("title,body\n一,二\n", "no column"), ("question,reply\n,无题\n", "holds no question")]
)
def test_a_file_that_cannot_be_played_says_why(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "questions.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=says):
        questions(file)


def test_a_missing_file_says_why(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        questions(tmp_path / "nowhere.csv")


@given(st.text(alphabet="问答，。甲乙丙", min_size=1, max_size=3 * LONGEST))
def test_a_long_text_is_cut_into_messages_and_nothing_is_lost(text: str) -> None:
    parts = in_messages(text)
    assert "".join(parts) == text
    assert all(len(part) <= LONGEST for part in parts)
