"""The wall clock. Doors read it once and pass it down; actions and queries take `now` as an argument."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(at: datetime) -> datetime:
    """The same moment on the office's clock (Asia/Shanghai)."""
    return at.astimezone(SHANGHAI)


def millis(at: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC: how entries and frames carry a moment."""
    return int(at.timestamp() * 1000)


def from_millis(value: int) -> datetime:
    """The inverse of `millis`, aware, in UTC."""
    return datetime.fromtimestamp(value / 1000, UTC)
