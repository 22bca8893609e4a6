"""`zhengwutong simulate`: a whole play against a service of its own, and what its report says."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.servers.service import PASSED_ON, PROGRAM

FIGURES = {"asked", "answered", "first_reply_seconds", "lost", "duplicated", "out_of_order", "waited_while_seat_free"}


def simulate(*words: str) -> subprocess.CompletedProcess[str]:
    env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return subprocess.run([PROGRAM, "simulate", *words], env=env, capture_output=True, text=True, check=False)


@pytest.mark.timeout(300)
def test_questions_are_answered_and_nothing_is_lost(tmp_path: Path) -> None:
    report = tmp_path / "figures.json"
    done = simulate("--count", "12", "--citizens", "12", "--speed", "120", "--seed", "20", "--report", str(report))
    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads(report.read_text(encoding="utf-8"))
    assert figures.keys() >= FIGURES
    assert (figures["asked"], figures["answered"]) == (12, 12)
    assert figures["lost"] == figures["duplicated"] == figures["out_of_order"] == figures["waited_while_seat_free"] == 0
    assert figures["messages"] > 3 * 12
    assert len(figures["turns"]) == 6  # every mishap there is


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    done = simulate("--questions", str(tmp_path / "nowhere.csv"))
    assert done.returncode == 2
    assert "nowhere.csv" in done.stderr
