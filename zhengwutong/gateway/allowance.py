"""How much one user, and one address, may send and hold open at a time. Counted in this process."""

from __future__ import annotations

from collections import Counter
from time import monotonic

from django.conf import settings

FORGOTTEN = 120.0  # seconds after which an unused purse is full again in any case


class Purse:
    """Refills with `rate` per second up to `burst`."""

    __slots__ = ("at", "burst", "left", "rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self.left = burst
        self.at = now

    def take(self, now: float) -> float:
        """Spend one; 0 when there was one, else the seconds until there is."""
        left = self.left + (now - self.at) * self.rate
        self.at = now
        if left > self.burst:
            left = self.burst
        if left < 1:
            self.left = left
            return (1 - left) / self.rate
        self.left = left - 1
        return 0.0


class Allowances:
    """The purses and open connections of everybody connected to this process."""

    def __init__(self) -> None:
        self.limits: dict[str, int] = settings.LIVE_LIMITS
        self.exempt: frozenset[str] = frozenset(settings.ADDRESSES_WITHOUT_LIMIT)
        self.of_user: dict[int, Purse] = {}
        self.of_address: dict[str, Purse] = {}
        self.open: Counter[str] = Counter()
        self.calling: Counter[str] = Counter()

    def user(self, user: int) -> Purse:
        """The purse all connections of a user share."""
        purse = self.of_user.get(user)
        if purse is None:
            purse = Purse(self.limits["user_frames"], self.limits["user_burst"], monotonic())
            self.of_user[user] = purse
        return purse

    def address(self, address: str) -> Purse | None:
        """The purse all connections from an address share; None for an address without limit."""
        if address in self.exempt:
            return None
        purse = self.of_address.get(address)
        if purse is None:
            purse = Purse(self.limits["address_frames"], self.limits["address_burst"], monotonic())
            self.of_address[address] = purse
        return purse

    def enter(self, address: str) -> bool:
        """Count one more socket from an address; False when these are too many."""
        self.open[address] += 1
        return address in self.exempt or self.open[address] <= self.limits["address_sockets"]

    def exit(self, address: str) -> None:
        """The inverse of `enter`, also of one that answered False."""
        self.open[address] -= 1
        if not self.open[address]:
            del self.open[address]

    def call(self, address: str) -> bool:
        """The same of a connection that speaks HTTP, or has not spoken; a proxy of ours may have any number."""
        self.calling[address] += 1
        free = address in self.exempt or address in settings.TRUSTED_PROXIES
        return free or self.calling[address] <= settings.HTTP_LIMITS["address_connections"]

    def hang_up(self, address: str) -> None:
        """The inverse of `call`."""
        self.calling[address] -= 1
        if not self.calling[address]:
            del self.calling[address]

    def sweep(self, now: float) -> None:
        """Forget purses nobody has used for a while."""
        for user in [user for user, purse in self.of_user.items() if now - purse.at > FORGOTTEN]:
            del self.of_user[user]
        for address in [address for address, purse in self.of_address.items() if now - purse.at > FORGOTTEN]:
            del self.of_address[address]
