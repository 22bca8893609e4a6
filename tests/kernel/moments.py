"""Moments for the tests of this room."""

from datetime import UTC, datetime

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
NAIVE = datetime(2026, 9, 1, 12, 0)  # noqa: DTZ001  # what must never leave
