"""What the live delivery reads from the journal, in a reading thread: who follows a stream, and what is new in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from zhengwutong.gateway.frames import StreamInfo
from zhengwutong.journal.entries import EntryView
from zhengwutong.journal.models import GroupMember, Member, Stream
from zhengwutong.journal.queries import LONGEST_PAGE, entries_after


class Place(NamedTuple):
    """A user's present membership in a stream."""

    follow: bool
    may_write: bool
    last_read: int
    since: int


class News(NamedTuple):
    """A stream as it stood at one moment, with entries after the number that was asked for.

    `places` is None when the audience is the one already known.
    """

    kind: str
    open: bool
    last_seq: int
    audience: int
    entries: list[EntryView]
    places: dict[int, Place] | None


def news(wanted: Mapping[int, tuple[int | None, int | None]]) -> dict[int, News]:
    """News of streams: what came after a number (None: no entries) and, unless the audience is known, who is there.

    The number, the audience and the window of entries are of one moment, so that an entry stored for another audience
    is never among those of this one.
    """
    streams = Stream.objects.filter(pk__in=wanted).values_list("pk", "kind", "open", "last_seq", "audience")
    rows = list(streams)
    changed = [stream for stream, _, _, _, audience in rows if wanted[stream][1] != audience]
    present = places(changed)
    found: dict[int, News] = {}
    for stream, kind, is_open, last_seq, audience in rows:
        after = wanted[stream][0]
        entries = [] if after is None or after >= last_seq else entries_after(stream, after, last_seq, LONGEST_PAGE)
        found[stream] = News(kind, is_open, last_seq, audience, entries, present.get(stream))
    return found


def places(stream_ids: Collection[int]) -> dict[int, dict[int, Place]]:
    """The present members of streams, groups taken apart into their people."""
    found: dict[int, dict[int, Place]] = {stream: {} for stream in stream_ids}
    if not stream_ids:
        return found
    rows = list(
        Member.objects.filter(stream_id__in=stream_ids, until=None).values_list(
            "stream_id", "party", "follow", "may_write", "last_read", "since"
        )
    )
    people: defaultdict[int, list[int]] = defaultdict(list)
    for group, user in GroupMember.objects.filter(group_id__in={-row[1] for row in rows if row[1] < 0}).values_list(
        "group_id", "user_id"
    ):
        people[-group].append(user)
    for stream, party, follow, may_write, last_read, since in sorted(rows, key=lambda row: row[1]):
        for user in people[party] if party < 0 else [party]:
            before = found[stream].get(user)
            found[stream][user] = Place(
                follow or (before is not None and before.follow),
                may_write or (before is not None and before.may_write),
                last_read if party > 0 or before is None else before.last_read,
                since if before is None else min(since, before.since),
            )
    return found


def info(stream_id: int, news: News, place: Place) -> StreamInfo:
    """The stream as its frame tells this user."""
    return StreamInfo(stream_id, news.kind, news.open, news.last_seq, place.last_read, place.may_write)


def last_seqs(stream_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """The last number and the audience of each stream: what the poll compares."""
    found: dict[int, tuple[int, int]] = {}
    wanted = list(stream_ids)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = Stream.objects.filter(pk__in=part).values_list("pk", "last_seq", "audience")
        found.update({stream: (last_seq, audience) for stream, last_seq, audience in rows})
    return found


def newest_membership() -> int:
    """The highest id of a membership: grows whenever somebody joins a stream for the first time."""
    newest: int | None = Member.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def streams_joined_since(membership: int) -> list[int]:
    """The streams that got members after that one."""
    return list(Member.objects.filter(pk__gt=membership).values_list("stream_id", flat=True).distinct()[:5000])
