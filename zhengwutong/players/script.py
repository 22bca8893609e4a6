"""What is to be played: each question with its reply, and the mishap mixed in. Pure; chance is an argument."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

LONGEST = 1800  # characters in one message; the service takes 2,000
SAMPLE = Path(__file__).with_name("sample.csv")


class Turn(Enum):
    """What happens between the question and the answer."""

    PLAIN = "plain"
    HOLD = "hold"
    TRANSFER = "transfer"
    CITIZEN_DROPS = "citizen drops"
    OFFICER_DROPS = "officer drops"
    OFF_HOURS = "off hours"


WEIGHTS = {
    Turn.PLAIN: 62,
    Turn.HOLD: 12,
    Turn.TRANSFER: 8,
    Turn.CITIZEN_DROPS: 8,
    Turn.OFFICER_DROPS: 6,
    Turn.OFF_HOURS: 4,
}


@dataclass(frozen=True)
class Scene:
    """One question: to which desk, in which messages, what is answered, and what goes wrong meanwhile."""

    number: int
    desk: str
    question: tuple[str, ...]
    reply: tuple[str, ...]
    turn: Turn
    then_to: str = ""


class Unreadable(Exception):
    """The file of questions cannot be used; the message says why."""


def questions(path: Path) -> list[tuple[str, str]]:
    """The pairs (question, reply) of a CSV file with those two columns, UTF-8; empty questions are left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = {"question", "reply"} - set(rows.fieldnames or ())
            if missing:
                raise Unreadable(f"{path} has no column {' and no column '.join(sorted(missing))}")
            pairs = [(clean(row["question"]), clean(row["reply"])) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise Unreadable(f"{path} cannot be read: {problem}") from problem
    kept = [(question, reply or "已记录，谢谢您的反映。") for question, reply in pairs if question]
    if not kept:
        raise Unreadable(f"{path} holds no question")
    return kept


def clean(text: str | None) -> str:
    """The text without characters no message may hold."""
    return (text or "").replace("\x00", "").replace("\ufffd", "").strip()


def scenes(
    pairs: Sequence[tuple[str, str]], *, open_desks: Sequence[str], closed_desks: Sequence[str], chance: random.Random
) -> list[Scene]:
    """A scene for every pair. Off-hours questions go to the closed desks; without any, none are mixed in."""
    turns = [turn for turn in WEIGHTS if turn is not Turn.OFF_HOURS or closed_desks]
    drawn = chance.choices(turns, [WEIGHTS[turn] for turn in turns], k=len(pairs))
    made = []
    for number, ((question, reply), turn) in enumerate(zip(pairs, drawn, strict=True)):
        desk = chance.choice(list(closed_desks if turn is Turn.OFF_HOURS else open_desks))
        others = [other for other in open_desks if other != desk]
        if turn is Turn.TRANSFER and not others:
            turn = Turn.PLAIN
        then_to = chance.choice(others) if turn is Turn.TRANSFER else ""
        made.append(Scene(number, desk, in_messages(question), in_messages(reply), turn, then_to))
    return made


def in_messages(text: str) -> tuple[str, ...]:
    """A long text as several messages, none longer than the service takes."""
    return tuple(text[start : start + LONGEST].strip() or "…" for start in range(0, len(text), LONGEST))
