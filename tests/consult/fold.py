"""The desk's lists as a client keeps them: a snapshot, the desk's entries, and the entries of talks it follows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from zhengwutong.consult.models import Consultation
from zhengwutong.journal.entries import EntryView
from zhengwutong.journal.queries import Part, parts
from zhengwutong.people.models import Office

LINE = 80


class DeskClient:
    """`rows` by consultation. Lines come whole; between two of them the talk's own entries keep the last words."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.heard = 0
        self.read: dict[int, int] = {}

    def hear(self, desk: Office) -> None:
        """Apply what the desk's stream has told since the last time."""
        assert desk.desk_stream_id is not None
        while entries := parts([Part(desk.desk_stream_id, self.heard, 2**60)])[0]:
            for entry in entries:
                self.apply(entry)
            self.heard = entries[-1].seq

    def apply(self, entry: EntryView) -> None:
        data = entry.data or {}
        if entry.kind == "row":
            self.rows[data["row"]["id"]] = data["row"]
        elif entry.kind == "gone":
            self.rows.pop(data["id"], None)

    def follow(self, talks: Collection[Consultation]) -> None:
        """Apply what was said in the talks since the last time: in service only, as an officer follows his own."""
        news = parts([Part(talk.stream_id, self.read.get(talk.pk, 0), 2**60) for talk in talks])
        for talk, entries in zip(talks, news, strict=True):
            for entry in entries:
                self.read[talk.pk] = entry.seq
                row = self.rows.get(talk.pk)
                if row is not None and row["officer"] is not None:
                    said(row, entry, citizen=talk.citizen_id)


def said(row: dict[str, Any], entry: EntryView, *, citizen: int) -> None:
    """One entry of a talk on the line of its desk."""
    if row["last"] is not None and entry.at < row["last"]["at"]:
        return
    row["last"] = {"kind": entry.kind, "body": entry.body[:LINE], "at": entry.at, "author": entry.author}
    if entry.kind == "text" and entry.author is not None:
        side = "last_citizen_at" if entry.author == citizen else "last_officer_at"
        row[side] = entry.at
        row["unread"] += entry.author == citizen
