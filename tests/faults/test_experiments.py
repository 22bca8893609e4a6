"""The quick selection: every experiment that has one, on both sizes; `make faults` runs all of them at full scale.

And the control: what is done behind the service's back is found, otherwise the zeros would say nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.faults.experiment import Experiment, Run, all_experiments, carry_out
from tests.faults.load import Crowd
from tests.faults.site import Site
from tests.gateway.stage import do
from tests.servers.service import Installation

QUICK = [one for one in all_experiments().values() if one.quick is not None]
CASES = [pytest.param(one, size, id=f"{size}-{one.name}") for one in QUICK for size in one.quick_sizes]
FEW = Crowd(talks=2, rate=20, over_http=0)


@pytest.fixture
def given(request: pytest.FixtureRequest, one: Experiment, size: str) -> Site:
    """The installation shared by this file's experiments, or the experiment's own."""
    if one.on is not None:
        return request.getfixturevalue("own_site")  # type: ignore[no-any-return]
    made = request.getfixturevalue(size)
    if size == "small":
        return Site(made)
    return Site(made, request.getfixturevalue("postgresql_server"), request.getfixturevalue("valkey_server"))


@pytest.fixture
def own_site(one: Experiment, size: str) -> Iterator[Site]:
    assert one.on is not None
    with one.on(size) as made:
        yield made


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("one", "size"), CASES)
def test_nothing_is_lost(one: Experiment, size: str, given: Site) -> None:
    outcome = carry_out(one, given, seed=1, whole=False)
    assert outcome.attempted > 0
    assert outcome.passed, str(outcome)


async def tamper(run: Run) -> None:
    await run.load.said(40)
    await run.load.be_quiet()
    first, second = (talk.stream for talk in run.load.talks)
    await asyncio.to_thread(do, run.site.installation, "tamper", first, second, 3)


@pytest.mark.timeout(180)
def test_a_message_struck_out_or_reworded_behind_the_service_is_found(small: Installation) -> None:
    one = Experiment("tamper", tamper, "", {}, {}, FEW, FEW, ("small",), ("small",), None)
    outcome = carry_out(one, Site(small), seed=1, whole=False)
    assert not outcome.passed
    assert outcome.verdict.counts == {"lost": 1, "undelivered": 0, "unexpected": 1, "duplicated": 0, "disordered": 0}
