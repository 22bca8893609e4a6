"""Each test of this room has a town of its own, in which one moment lasts."""

from __future__ import annotations

import pytest

from tests.access.town import Town
from tests.consult.conftest import nothing_kept, the_clock_stands_still
from tests.people.conftest import signed_in_as, staff

__all__ = ["nothing_kept", "signed_in_as", "staff", "the_clock_stands_still"]


@pytest.fixture
def town(db: None) -> Town:
    return Town()
