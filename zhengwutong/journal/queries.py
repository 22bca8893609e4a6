"""Reading streams. What takes a user asks whether he is a member; what does not is for callers that have asked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F
from django.db.models import Window as Over
from django.db.models.functions import RowNumber

from zhengwutong.journal.entries import EntryView, Page, view
from zhengwutong.journal.models import GroupMember, Member
from zhengwutong.kernel.errors import NotFound

COLUMNS = "stream_id, seq, author, key, kind, body, data, at, withdrawn"
LONGEST_PAGE = 200
MOST_FOLLOWED = 500  # streams of one party


class Window(NamedTuple):
    """What a user may see of a stream: `since < seq <= until`. `party` is the membership read marks belong to."""

    party: int
    since: int
    until: int
    may_write: bool
    last_read: int
    follow: bool
    current: bool


def parties_of(user_id: int) -> list[int]:
    """The parties a user acts for: himself, then his groups as negative numbers."""
    return parties_of_all([user_id])[user_id]


def parties_of_all(user_ids: Collection[int]) -> dict[int, list[int]]:
    """The same for many users in one query."""
    found = {user: [user] for user in user_ids}
    for user, group in GroupMember.objects.filter(user_id__in=user_ids).values_list("user_id", "group"):
        found[user].append(-group)
    return found


class Standing(NamedTuple):
    """A stream, and what one user may see of it, at one moment."""

    stream: int
    kind: str
    open: bool
    last_seq: int
    audience: int
    window: Window


def windows(user_id: int, stream_ids: Collection[int]) -> dict[int, Window]:
    """What the user may see of each of these streams; those of which he is no member are left out."""
    return {stream: one.window for stream, one in standings(parties_of(user_id), stream_ids).items()}


def standings(parties: Collection[int], stream_ids: Collection[int]) -> dict[int, Standing]:
    """These streams as they stand for whoever acts for these parties; the newest first."""
    found: dict[int, Standing] = {}
    for one in memberships(parties, stream_ids):
        include(found, one)
    return found


class Asked(NamedTuple):
    """Somebody asks how he stands with the streams he names and, unless he only asks about those, follows."""

    user: int
    named: frozenset[int]
    only_named: bool = False


def standings_of(asked: Sequence[Asked]) -> list[dict[int, Standing]]:
    """For each who asks: those of his streams he may read, the newest first. Three queries, however many ask.

    Of the streams somebody follows only open ones count, and of each of his parties the MOST_FOLLOWED newest.
    """
    acting = parties_of_all({one.user for one in asked})
    wanted = [set(one.named) for one in asked]
    followed = followed_by({party for one in asked if not one.only_named for party in acting[one.user]})
    for one, streams in zip(asked, wanted, strict=True):
        if not one.only_named:
            streams.update(stream for party in acting[one.user] for stream in followed.get(party, ()))
    parties = {party for one in asked for party in acting[one.user]}
    by_party: defaultdict[int, list[Standing]] = defaultdict(list)
    for standing in memberships(parties, set().union(*wanted)):
        by_party[standing.window.party].append(standing)
    return [standing_of(acting[one.user], streams, by_party) for one, streams in zip(asked, wanted, strict=True)]


def standing_of(parties: list[int], wanted: set[int], by_party: Mapping[int, list[Standing]]) -> dict[int, Standing]:
    """What the memberships of these parties say of the wanted streams."""
    own = [one for party in parties for one in by_party.get(party, ()) if one.stream in wanted]
    found: dict[int, Standing] = {}
    for one in sorted(own, key=lambda standing: -standing.stream):
        include(found, one)
    return found


def memberships(parties: Collection[int], stream_ids: Collection[int]) -> Iterator[Standing]:
    """Each membership of one of these parties in one of these streams, of the newest stream first."""
    if not stream_ids:
        return
    rows = Member.objects.filter(stream_id__in=stream_ids, party__in=parties).order_by("-stream_id")
    for stream, kind, is_open, last_seq, audience, party, since, until, *rights in rows.values_list(
        "stream_id", "stream__kind", "stream__open", "stream__last_seq", "stream__audience",
        "party", "since", "until", "may_write", "last_read", "follow",
    ):  # fmt: skip
        may_write, last_read, follow = rights
        current = until is None
        end = last_seq if until is None else until
        window = Window(party, since, end, bool(may_write) and current, last_read, bool(follow) and current, current)
        yield Standing(stream, kind, is_open, last_seq, audience, window)


def include(found: dict[int, Standing], one: Standing) -> None:
    """Add a membership to what is known; a second way into one stream widens the first."""
    known = found.get(one.stream)
    found[one.stream] = one if known is None else one._replace(window=joined(known.window, one.window))


def followed_by(parties: Collection[int]) -> dict[int, list[int]]:
    """The open streams each of these parties follows, MOST_FOLLOWED at most, the newest."""
    if not parties:
        return {}
    newest = Over(RowNumber(), partition_by="party", order_by=F("stream_id").desc())
    rows = Member.objects.filter(party__in=parties, follow=True, until=None, stream__open=True)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for party, stream in rows.annotate(place=newest).filter(place__lte=MOST_FOLLOWED).values_list("party", "stream_id"):
        found[party].append(stream)
    return found


def joined(one: Window, other: Window) -> Window:
    """Two ways into one stream: both views when they touch, else the current one; the mark of one's own membership."""
    own = max(one, other, key=lambda window: (window.current, window.party))
    touching = max(one.since, other.since) <= min(one.until, other.until)
    return own._replace(
        since=min(one.since, other.since) if touching else own.since,
        until=max(one.until, other.until) if touching else own.until,
        may_write=one.may_write or other.may_write,
        follow=one.follow or other.follow,
        current=one.current or other.current,
    )


def read(user_id: int, stream_id: int, *, after: int | None = None, before: int | None = None, limit: int = 50) -> Page:
    """A page of what the user may see: after a number, before a number, or the newest. NotFound if he is no member."""
    window = windows(user_id, [stream_id]).get(stream_id)
    if window is None:
        raise NotFound
    return page(stream_id, window.since, window.until, after=after, before=before, limit=limit)


def page(
    stream_id: int, since: int, until: int, *, after: int | None = None, before: int | None = None, limit: int = 50
) -> Page:
    """A page of the entries `since < seq <= until`, for a caller that knows this window is allowed."""
    limit = max(1, min(limit, LONGEST_PAGE))
    low = since if after is None else max(since, after)
    high = until if before is None else min(until, before - 1)
    order = "DESC" if after is None else "ASC"
    found = select(
        f"stream_id = %s AND seq > %s AND seq <= %s ORDER BY seq {order} LIMIT %s", [stream_id, low, high, limit + 1]
    )
    more = len(found) > limit
    entries = found[:limit]
    return Page(entries if after is not None else entries[::-1], more)


class Head(NamedTuple):
    """A stream as it stands, whoever looks."""

    stream: int
    kind: str
    open: bool
    last_seq: int
    audience: int


def heads(stream_ids: Iterable[int]) -> list[Head]:
    """These streams as they stand, in one query, for the live delivery."""
    wanted = ",".join(f"{stream:d}" for stream in stream_ids)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, kind, open, last_seq, audience FROM journal_stream WHERE id IN ({wanted})")  # noqa: S608
        return [Head(stream, kind, bool(is_open), *rest) for stream, kind, is_open, *rest in cursor.fetchall()]


class Part(NamedTuple):
    """The entries `after < seq <= until` of a stream; false when there can be none."""

    stream: int
    after: int
    until: int

    def __bool__(self) -> bool:
        return self.after < self.until


# A walk along the index for each part. Left to itself PostgreSQL reads the whole table instead until it is large.
ENTRIES_OF_A_PART = {
    "sqlite": "SELECT place, {columns} FROM part CROSS JOIN journal_entry "
    "WHERE stream_id = stream AND seq > low AND seq <= high",
    "postgresql": "SELECT place, {columns} FROM part CROSS JOIN LATERAL (SELECT * FROM journal_entry "
    "WHERE stream_id = stream AND seq > low AND seq <= high ORDER BY seq OFFSET 0) entry",
}


def parts(wanted: Sequence[Part]) -> list[list[EntryView]]:
    """The entries of each part, in one query, for a caller that knows these windows are allowed."""
    found: list[list[EntryView]] = [[] for _ in wanted]
    rows = [f"({place},{one.stream:d},{one.after:d},{one.until:d})" for place, one in enumerate(wanted) if one]
    if not rows:
        return found
    entries = ENTRIES_OF_A_PART[connection.vendor].format(columns=COLUMNS)
    statement = f"WITH part(place, stream, low, high) AS (VALUES {','.join(rows)}) {entries} ORDER BY place, seq"
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for place, *row in cursor.fetchall():
            found[place].append(seen(row))
    return found


def last_entries(stream_ids: Collection[int]) -> dict[int, EntryView]:
    """The newest entry of each stream that has one. For callers that have checked who is asking."""
    if not stream_ids:
        return {}
    places = ",".join(["%s"] * len(stream_ids))
    newest = f"SELECT id, last_seq FROM journal_stream WHERE id IN ({places})"  # noqa: S608
    found = select(f"(stream_id, seq) IN ({newest})", list(stream_ids))
    return {entry.stream: entry for entry in found}


def read_marks(stream_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """How far each party has read, by stream. For callers that have checked who is asking."""
    marks: dict[int, dict[int, int]] = {stream: {} for stream in stream_ids}
    for stream, party, seq in Member.objects.filter(stream_id__in=stream_ids).values_list(
        "stream_id", "party", "last_read"
    ):
        marks[stream][party] = seq
    return marks


def select(condition: str, values: Iterable[Any]) -> list[EntryView]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM journal_entry WHERE {condition}", list(values))  # noqa: S608
        return [seen(row) for row in cursor.fetchall()]


def seen(row: Sequence[Any]) -> EntryView:
    """What a reader may see of a row as the raw cursor gives it."""
    return view((*row[:6], decoded(row[6]), *row[7:]))


def decoded(data: Any) -> Any:
    """A JSON column as the raw cursor gives it: text on SQLite and, under Django, on PostgreSQL."""
    return json.loads(data) if isinstance(data, str) else data
