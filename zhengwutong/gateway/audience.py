"""What the live delivery reads from the journal, in a reading thread: who follows a stream, and what is new in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from zhengwutong.gateway.frames import StreamInfo
from zhengwutong.journal.entries import EntryView
from zhengwutong.journal.models import GroupMember, Member
from zhengwutong.journal.queries import LONGEST_PAGE, Head, Part, heads, parts


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
    present = heads(wanted)
    changed = [one.stream for one in present if wanted[one.stream][1] != one.audience]
    there = places(changed)
    missed = [missing(one, wanted[one.stream][0]) for one in present]
    return {
        one.stream: News(one.kind, one.open, one.last_seq, one.audience, entries, there.get(one.stream))
        for one, entries in zip(present, parts(missed), strict=True)
    }


def missing(one: Head, pushed: int | None) -> Part:
    """What came after a number, a page at most; None asks for no entries."""
    after = one.last_seq if pushed is None else pushed
    return Part(one.stream, after, min(one.last_seq, after + LONGEST_PAGE))


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
    return {one.stream: (one.last_seq, one.audience) for one in heads(stream_ids)}


def newest_membership() -> int:
    """The highest id of a membership: grows whenever somebody joins a stream for the first time."""
    newest: int | None = Member.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def streams_joined_since(membership: int) -> list[int]:
    """The streams that got members after that one."""
    return list(Member.objects.filter(pk__gt=membership).values_list("stream_id", flat=True).distinct()[:5000])
