"""Telling those concerned: entries of the talk, lines of the desk's list, and everybody's own notices.

A notice never holds what was said; a lock screen may show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from zhengwutong.consult import rows
from zhengwutong.consult.expectation import Expectation, waiting_at
from zhengwutong.consult.models import Consultation, Rank
from zhengwutong.consult.turn import Turn
from zhengwutong.journal.actions import append, hint
from zhengwutong.journal.entries import Stored
from zhengwutong.kernel.clock import millis
from zhengwutong.kernel.transaction import after_commit
from zhengwutong.people.models import Office, User

HINTED = 20


def entry(talk: Consultation, kind: str, data: dict[str, Any], *, now: datetime, by: User | None = None) -> Stored:
    """One thing that happened in the talk; `by` is who did it, None the service."""
    return append(talk.stream_id, author=by.pk if by else None, kind=kind, data=data, now=now)


def notice(to: User, kind: str, title: str, text: str, *, talk: Consultation, now: datetime, **facts: Any) -> None:
    """A line in somebody's own notices."""
    if to.notices_id is None:
        return
    data = {"kind": kind, "consultation": talk.pk, "number": talk.number, "title": title, "text": text, **facts}
    append(to.notices_id, author=None, kind="notice", data=data, now=now)


def office(one: Office) -> dict[str, str]:
    return {"key": one.key, "name": one.name}


def officer(one: User, desk: Office) -> dict[str, Any]:
    return {"id": one.pk, "name": one.name, "number": one.staff_number, "desk": desk.key}


def moment(at: datetime | None) -> int | None:
    """How entries carry a moment: milliseconds since 1970 UTC."""
    return None if at is None else millis(at)


def finish(turn: Turn) -> None:
    """Tell each desk what its lists look like now: first who left them, then every changed line in full."""
    for desk_id, talk_id in turn.left:
        append(desk_stream(turn.desks[desk_id]), author=None, kind="gone", data={"id": talk_id}, now=turn.now)
    streams = {desk.key: desk_stream(desk) for desk in turn.desks.values() if desk.desk_stream_id}
    for line in rows.rows(turn.changed).values():
        append(streams[line.desk], author=None, kind="row", data={"row": line.model_dump()}, now=turn.now)
    for desk_id in turn.moved_up:
        after_commit(partial(tell_places, turn, desk_id))


def desk_stream(desk: Office) -> int:
    if desk.desk_stream_id is None:
        raise ValueError(f"{desk.key} has no desk")
    return desk.desk_stream_id


def tell_places(turn: Turn, desk_id: int) -> None:
    """Hint their new place to the first of those who wait live; whoever is not told asks when he looks."""
    waiting = waiting_at(desk_id).values_list("rank", "consultation__stream")[:HINTED]
    places = [(place, stream) for place, (rank, stream) in enumerate(waiting, start=1) if rank == Rank.LIVE]
    if places:
        expected = Expectation(desk_id, turn.desk_now(desk_id))
        hint_each((stream, place, expected.minutes(place)) for place, stream in places)


def hint_each(places: Iterable[tuple[int, int, int | None]]) -> None:
    for stream, place, minutes in places:
        hint(stream, {"kind": "place", "place": place, "eta_minutes": minutes})
