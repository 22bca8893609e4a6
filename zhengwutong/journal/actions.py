"""What subjects do to streams, inside their own `write()` transaction. The bell rings after the commit.

Who takes part in several streams at once locks them first: `lock`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F

from zhengwutong.journal import bell, observers
from zhengwutong.journal.batch import Known, Wanted, again
from zhengwutong.journal.entries import EntryView, Stored
from zhengwutong.journal.models import Entry, Group, GroupMember, Member, Stream
from zhengwutong.journal.queries import windows
from zhengwutong.kernel.clock import millis
from zhengwutong.kernel.errors import NotAllowed, NotFound, Refusal, StreamClosed
from zhengwutong.kernel.transaction import after_commit, write


class Seat(NamedTuple):
    """A party's place in a stream: it sees what comes after `since`."""

    party: int
    may_write: bool = True
    follow: bool = True
    since: int = 0


def open_stream(kind: str, seats: Sequence[Seat], *, now: datetime) -> Stream:
    """A new stream of a kind with its first members."""
    with write():
        stream = Stream.objects.create(kind=kind, created_at=now)
        Member.objects.bulk_create(Member(stream=stream, **seat._asdict()) for seat in seats)
        after_commit(lambda: bell.send(bell.Moved([stream.pk])))
    return stream


def lock(stream_ids: Collection[int]) -> dict[int, Stream]:
    """Hold streams until the transaction ends, in the order that keeps two transactions from waiting for each other."""
    return {stream.pk: stream for stream in Stream.objects.filter(pk__in=stream_ids).order_by("pk").select_for_update()}


def append(
    stream_id: int,
    *,
    author: int | None,
    kind: str,
    body: str = "",
    data: dict[str, Any] | None = None,
    key: str | None = None,
    now: datetime,
) -> Stored:
    """Add an entry in the service's name, whoever its author is; membership is not asked. StreamClosed when closed."""
    with write():
        stream = locked(stream_id)
        repeated = stored_before(stream_id, author, key, kind, body, data) if key is not None else None
        if repeated is not None:
            return repeated
        if not stream.open:
            raise StreamClosed
        return add(stream, author=author, kind=kind, body=body, data=data, key=key, now=now)


def say(
    user_id: int,
    stream_id: int,
    *,
    key: str,
    body: str,
    kind: str = "text",
    data: dict[str, Any] | None = None,
    now: datetime,
) -> Stored:
    """Add what a user says, as the `send` frame does: he must be a member who may write, and the stream open.

    The same key again gives the first number, also after the stream was closed; with another body KeyReused.
    """
    with write():
        stream = locked(stream_id)
        repeated = stored_before(stream_id, user_id, key, kind, body, data)
        if repeated is not None:
            return repeated
        window = windows(user_id, [stream_id]).get(stream_id)
        if window is None:
            raise NotFound
        if not stream.open:
            raise StreamClosed
        if not window.may_write:
            raise NotAllowed
        return add(stream, author=user_id, kind=kind, body=body, data=data, key=key, now=now)


def locked(stream_id: int) -> Stream:
    stream = Stream.objects.select_for_update().filter(pk=stream_id).first()
    if stream is None:
        raise NotFound
    return stream


def stored_before(
    stream_id: int, author: int | None, key: str, kind: str, body: str, data: dict[str, Any] | None
) -> Stored | None:
    row = Entry.objects.filter(key=key, stream=stream_id, author=author).first()
    if row is None:
        return None
    before = Known(row.seq, row.at, row.kind, row.body, row.data)
    outcome = again(Wanted(stream_id, author or 0, key, kind, body, data), before)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def add(
    stream: Stream,
    *,
    author: int | None,
    kind: str,
    body: str,
    data: dict[str, Any] | None,
    key: str | None,
    now: datetime,
) -> Stored:
    """Give the entry the next number of a stream that is locked."""
    seq, at = stream.last_seq + 1, millis(now)
    Entry.objects.bulk_create(
        [Entry(stream=stream, seq=seq, author=author, key=key, kind=kind, body=body, data=data, at=at)]
    )
    Stream.objects.filter(pk=stream.pk).update(last_seq=seq)
    stream.last_seq = seq
    entry = EntryView(stream.pk, seq, author, kind, body, at, key, data)
    after_commit(lambda: announce(stream.kind, entry))
    return Stored(seq, at)


def announce(kind: str, entry: EntryView) -> None:
    bell.ring(entry.stream, entry.seq)
    observers.tell({kind: [entry]})


def join(stream_id: int, seat: Seat, *, now: datetime) -> None:
    """Make a party a member, or a member again with the rights of this seat.

    Somebody who comes back keeps what he could see before: `since` never grows.
    """
    with write():
        locked(stream_id)
        member = Member.objects.filter(stream=stream_id, party=seat.party).first()
        if member is None:
            Member.objects.create(stream_id=stream_id, **seat._asdict())
        else:
            member.may_write, member.follow, member.until = seat.may_write, seat.follow, None
            member.since = min(member.since, seat.since)
            member.save()
        moved([stream_id])


def leave(stream_id: int, party: int) -> None:
    """End a membership at the stream's present last number; what came before stays readable to it."""
    with write():
        stream = locked(stream_id)
        if Member.objects.filter(stream=stream_id, party=party, until=None).update(until=stream.last_seq):
            moved([stream_id])


def allow_writing(stream_id: int, party: int, may_write: bool) -> None:
    """Give or take the right to write; reading stays as it is."""
    with write():
        locked(stream_id)
        if Member.objects.filter(stream=stream_id, party=party).update(may_write=may_write):
            moved([stream_id])


def close(stream_id: int) -> None:
    """Let the stream take no more entries."""
    with write():
        locked(stream_id)
        Stream.objects.filter(pk=stream_id).update(open=False)


def reopen(stream_id: int) -> None:
    """Let a closed stream take entries again."""
    with write():
        locked(stream_id)
        Stream.objects.filter(pk=stream_id).update(open=True)
        moved([stream_id])


def mark_read(user_id: int, stream_id: int, seq: int) -> None:
    """Raise the user's read mark; it never goes back nor beyond the last number. NotFound if he is no member."""
    with write():
        window = windows(user_id, [stream_id]).get(stream_id)
        if window is None:
            raise NotFound
        top = min(seq, window.until)
        party = window.party
        if Member.objects.filter(stream=stream_id, party=party, last_read__lt=top).update(last_read=top):
            after_commit(lambda: bell.send(bell.Marked(stream_id, party, top, user_id)))


def withdraw(stream_id: int, seq: int) -> None:
    """Serve an entry's body to nobody any more. The caller appends the `recall` entry that tells of it."""
    with write():
        if not Entry.objects.filter(stream=stream_id, seq=seq).update(withdrawn=True):
            raise NotFound


def hint(stream_id: int, data: Any) -> None:
    """Push a fact, never stored, to the stream's connected followers once the transaction is committed."""
    after_commit(lambda: bell.hint(stream_id, data))


def set_group(group_id: int, user_ids: Iterable[int]) -> None:
    """Make these users, and nobody else, the people of a group."""
    with write():
        wanted = set(user_ids)
        present = set(GroupMember.objects.filter(group=group_id).values_list("user_id", flat=True))
        GroupMember.objects.filter(group=group_id, user_id__in=present - wanted).delete()
        GroupMember.objects.bulk_create(
            GroupMember(group_id=group_id, user_id=user) for user in sorted(wanted - present)
        )
        if wanted != present:
            group_moved(group_id)


def add_to_group(group_id: int, user_id: int) -> None:
    """Make a user one of the group; nothing happens if he is."""
    with write():
        if GroupMember.objects.get_or_create(group_id=group_id, user_id=user_id)[1]:
            group_moved(group_id)


def remove_from_group(group_id: int, user_id: int) -> None:
    """Take a user out of the group; nothing happens if he was not in it."""
    with write():
        if GroupMember.objects.filter(group_id=group_id, user_id=user_id).delete()[0]:
            group_moved(group_id)


def group_moved(group_id: int) -> None:
    """Everything the group is a member of and that is open has another audience now."""
    party = Group(pk=group_id).party
    moved(
        list(
            Stream.objects.filter(members__party=party, members__until=None, open=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    )


def moved(stream_ids: list[int]) -> None:
    """Note within the transaction that the audience changed, and tell the live delivery after it."""
    if not stream_ids:
        return
    if connection.features.has_select_for_update:
        lock(stream_ids)
    Stream.objects.filter(pk__in=stream_ids).update(audience=F("audience") + 1)
    after_commit(lambda: bell.send(bell.Moved(stream_ids)))
