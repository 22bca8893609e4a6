"""How often something may be repeated. Counted in fixed windows, in the process or in Valkey.

When Valkey does not answer, each process counts for itself: limits get coarser, they never fall away. It is asked again
after `AWAY` seconds, so that a sign-in, which counts many times, waits for a silent Valkey once and not each time.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv4Address, IPv6Network, ip_address
from time import monotonic
from typing import Any, TypeVar

import redis
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.http import HttpRequest

from zhengwutong.kernel.errors import TooFast

log = logging.getLogger("zhengwutong.limits")
Answer = TypeVar("Answer")
AWAY = 3.0  # seconds for which a Valkey that did not answer is left alone
away_until: dict[str, float] = {}  # by its address, for all threads


def spend(what: str, who: str | int, *, times: int, seconds: int, now: datetime) -> None:
    """Count one use of `what` by `who`; TooFast (with retry_after, seconds) when it is more than `times` per window."""
    key, passed = counter(what, who, seconds, now)
    counters = caches["default"]
    counters.add(key, 0, timeout=seconds + 5)
    try:
        used = counters.incr(key)
    except ValueError:  # the counter ran out between the two calls
        used = 1
    if used > times:
        raise TooFast(retry_after=seconds - passed)


def spent(what: str, who: str | int, *, times: int, seconds: int, now: datetime) -> bool:
    """Whether `spend` would refuse; nothing is counted."""
    key, _ = counter(what, who, seconds, now)
    used: int = caches["default"].get(key, 0)
    return used >= times


def counter(what: str, who: str | int, seconds: int, now: datetime) -> tuple[str, int]:
    """The name of the counter of this window, and how many seconds of the window have passed."""
    window, passed = divmod(int(now.timestamp()), seconds)
    name = hashlib.sha256(str(who).encode()).hexdigest()[:32]
    return f"limit:{what}:{seconds}:{window}:{name}", passed


def spend_address(what: str, request: HttpRequest, *, times: int, seconds: int, now: datetime) -> None:
    """The same per network address. ADDRESSES_WITHOUT_LIMIT (this machine, unless configured) are not counted."""
    address = request.META.get("REMOTE_ADDR", "")
    if address not in settings.ADDRESSES_WITHOUT_LIMIT:
        spend(what, neighbourhood(address), times=times, seconds=seconds, now=now)


def neighbourhood(address: str) -> str:
    """Whom limits per address count as one: an IPv4 address, or the 64 bits of IPv6 that one subscriber is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, 64), strict=False))


class ValkeyCounters(RedisCache):
    """Django's cache on Valkey; what it cannot do because Valkey is away, it does in this process."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self.reached(super().add, "add", args, kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self.reached(super().get, "get", args, kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self.reached(super().set, "set", args, kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return self.reached(super().incr, "incr", args, kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self.reached(super().delete, "delete", args, kwargs)

    def reached(self, there: Callable[..., Answer], verb: str, args: Any, kwargs: Any) -> Answer:
        server = str(self._servers)  # type: ignore[attr-defined]
        if monotonic() >= away_until.get(server, 0.0):
            try:
                return there(*args, **kwargs)
            except redis.RedisError as error:
                log.warning("Valkey: %s, counting in the process", type(error).__name__)
                away_until[server] = monotonic() + AWAY
        here: Callable[..., Answer] = getattr(caches["process"], verb)
        return here(*args, **kwargs)
