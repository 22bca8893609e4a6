"""How often something may be repeated, in one process and through Valkey, and when Valkey is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import RequestFactory, override_settings

from tests.servers.relay import relay
from tests.servers.valkey import valkey
from zhengwutong.kernel import limits
from zhengwutong.kernel.errors import TooFast
from zhengwutong.kernel.limits import spend, spend_address

NOW = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(params=["process", "valkey"])
def counters(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param == "process":
        caches["default"].clear()
        yield
    else:
        with through(request.getfixturevalue("valkey_server").url):
            caches["default"].clear()
            yield


def through(url: str) -> override_settings:
    """The counters of a large installation: its Valkey is silent when it does not answer within a second."""
    remote = {
        "BACKEND": "zhengwutong.kernel.limits.ValkeyCounters",
        "LOCATION": url,
        "OPTIONS": {"socket_timeout": 1},
    }
    return override_settings(CACHES={**settings.CACHES, "default": remote})


def allowed(times: int, **how: object) -> int:
    """How many of so many uses were let through."""
    done = 0
    for _ in range(times):
        try:
            spend("look-up", **{"who": "1", "times": 3, "seconds": 60, "now": NOW, **how})  # type: ignore[arg-type]
        except TooFast:
            continue
        done += 1
    return done


def test_so_many_per_window_and_no_more(counters: None) -> None:
    assert allowed(5) == 3


def test_the_next_window_starts_afresh(counters: None) -> None:
    allowed(5)
    assert allowed(5, now=NOW + timedelta(seconds=60)) == 3


def test_everybody_is_counted_for_themselves(counters: None) -> None:
    allowed(5)
    assert allowed(5, who="2") == 3


def test_the_refusal_says_when_the_window_ends(counters: None) -> None:
    allowed(3)
    with pytest.raises(TooFast) as refusal:
        spend("look-up", "1", times=3, seconds=60, now=NOW + timedelta(seconds=45))
    assert refusal.value.facts["retry_after"] == 15


def test_limits_do_not_fall_away_with_valkey() -> None:
    caches["process"].clear()
    with valkey() as server, through(server.url):
        assert allowed(2) == 2
        server.kill()
        assert allowed(6) == 3, "each process goes on counting for itself"


def test_a_valkey_that_has_gone_silent_is_waited_for_once() -> None:
    caches["process"].clear()
    with valkey() as server, relay(server.port) as wire, through(f"redis://127.0.0.1:{wire.port}/0"):
        assert allowed(2) == 2
        wire.silence()
        began = monotonic()
        assert allowed(20) == 3
        assert monotonic() - began < limits.AWAY, "forty questions, a second each"
        wire.mend()
        limits.away_until.clear()
        assert allowed(2) == 1, "the counts kept there are counted on"


def test_this_machines_own_address_is_not_counted() -> None:
    caches["default"].clear()
    here = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1")
    for _ in range(5):
        spend_address("look-up", here, times=1, seconds=60, now=NOW)
    elsewhere = RequestFactory().get("/", REMOTE_ADDR="203.0.113.7")
    spend_address("look-up", elsewhere, times=1, seconds=60, now=NOW)
    with pytest.raises(TooFast):
        spend_address("look-up", elsewhere, times=1, seconds=60, now=NOW)
