"""The quick selection: every experiment that has one, on both sizes; `make faults` runs all of them at full scale."""

from __future__ import annotations

import pytest

from tests.faults.experiment import Experiment, all_experiments, carry_out
from tests.faults.site import Site

QUICK = [one for one in all_experiments().values() if one.quick is not None]
CASES = [pytest.param(one, size, id=f"{one.name}-{size}") for one in QUICK for size in one.sizes]


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
def own_site(one: Experiment, size: str):
    assert one.on is not None
    with one.on(size) as made:
        yield made


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("one", "size"), CASES)
def test_nothing_is_lost(one: Experiment, size: str, given: Site) -> None:
    outcome = carry_out(one, given, seed=1, whole=False)
    assert outcome.attempted > 0 or one.crowd.talks == 0
    assert outcome.passed, str(outcome)
