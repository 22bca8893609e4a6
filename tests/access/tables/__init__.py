"""The decisions, a table per room. A key is an operation of the contract, with a word behind it for a further row."""

from __future__ import annotations

from tests.access.cells import Row
from tests.access.tables import cases, consult, duty, people

TABLE: dict[str, Row] = {**people.TABLE, **duty.TABLE, **consult.TABLE, **cases.TABLE}


def operation_of(title: str) -> str:
    """`METHOD /path` of a row's title."""
    return " ".join(title.split()[:2])
