"""What acts because time has passed does not act on a clock that has jumped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from zhengwutong.kernel import common_clock, rounds
from zhengwutong.kernel.clock import now
from zhengwutong.kernel.rounds import Rounds


def test_after_a_jump_of_the_clock_a_round_waits_until_presence_is_written_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed = 0.0
    monkeypatch.setattr(rounds, "monotonic", lambda: 1000 + passed)
    monkeypatch.setattr(rounds.common_clock, "agrees_with", lambda moment: True)
    began, ahead = now(), timedelta(hours=2)
    job = Rounds("test", print, every=1)
    for passed in (0.0, 1.0):
        assert job.trusts(began + timedelta(seconds=passed))
    for passed in (2.0, 21.0):
        assert not job.trusts(began + ahead + timedelta(seconds=passed))
    passed = 23.0
    assert job.trusts(began + ahead + timedelta(seconds=passed))


@pytest.mark.django_db
def test_a_clock_two_hours_ahead_is_not_the_installations() -> None:
    assert common_clock.agrees_with(now())
    assert not common_clock.agrees_with(now() + timedelta(hours=2))
    assert not common_clock.agrees_with(now() - timedelta(days=1))
