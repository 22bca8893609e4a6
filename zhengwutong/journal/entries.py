"""What the journal hands out: entries as a reader may see them, pages of them, and what became of an append."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec


class EntryView(msgspec.Struct, omit_defaults=True, gc=False):
    """An entry as a reader may see it: a withdrawn one without its body and data. `at` is ms since 1970 UTC."""

    stream: int
    seq: int
    author: int | None
    kind: str
    body: str
    at: int
    key: str | None = None
    data: dict[str, Any] | None = None
    withdrawn: bool = False


class Page(NamedTuple):
    """Entries in the order of their numbers. `more`: the stream goes on in the direction that was asked for."""

    entries: list[EntryView]
    more: bool


class Stored(msgspec.Struct, frozen=True, gc=False):
    """Where an append ended up. `repeated`: it had been stored before under this number, and nothing was added."""

    seq: int
    at: int
    repeated: bool = False


def view(row: tuple[Any, ...]) -> EntryView:
    """The view of a row (stream, seq, author, key, kind, body, data, at, withdrawn), its data already decoded."""
    stream, seq, author, key, kind, body, data, at, withdrawn = row
    if withdrawn:
        return EntryView(stream, seq, author, kind, "", at, key, None, True)
    return EntryView(stream, seq, author, kind, body, at, key, data)
