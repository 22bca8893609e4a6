"""The tests of a file find the same town, in which one moment lasts; what a test does there is taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.town import Town
from tests.clock import the_clock_stands_still
from tests.consult.conftest import nothing_kept
from tests.people.conftest import signed_in_as, staff
from zhengwutong.kernel import clock

__all__ = ["nothing_kept", "signed_in_as", "staff", "the_clock_stands_still"]


@pytest.fixture(scope="module")
def town(laid_out: None) -> Iterator[Town]:
    """Made once for a file. A test that changes more than the database puts it back, as `asked` does."""
    with pytest.MonkeyPatch.context() as patch:
        moment = clock.now()
        patch.setattr(clock, "now", lambda: moment)
        yield Town()
