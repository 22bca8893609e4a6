"""Streams as subjects use them: numbers, keys, windows, groups. Acceptance by the socket is proved in tests/gateway."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from zhengwutong.journal import actions, bell, observers, queries
from zhengwutong.journal.actions import Seat
from zhengwutong.journal.entries import EntryView, Stored
from zhengwutong.journal.models import Entry, Group, Stream
from zhengwutong.kernel.errors import KeyReused, NotAllowed, NotFound, StreamClosed
from zhengwutong.kernel.transaction import write

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CITIZEN, OFFICER, STRANGER = 11, 12, 13
pytestmark = pytest.mark.django_db


@pytest.fixture
def stream() -> int:
    return actions.open_stream("talk", [Seat(CITIZEN), Seat(OFFICER)], now=NOW).pk


@pytest.fixture
def rung() -> Iterator[list[bell.Message]]:
    messages: list[bell.Message] = []
    bell.listen(messages.append)
    yield messages
    bell.unlisten(messages.append)


def say(stream: int, user: int, body: str, key: str = "") -> int:
    return actions.say(user, stream, key=key or body, body=body, now=NOW).seq


def seqs(page: queries.Page) -> list[int]:
    return [entry.seq for entry in page.entries]


def test_entries_are_numbered_from_one(stream: int) -> None:
    assert [say(stream, CITIZEN, "一"), say(stream, OFFICER, "二"), say(stream, CITIZEN, "三")] == [1, 2, 3]
    assert Stream.objects.get(pk=stream).last_seq == 3


def test_saying_it_again_changes_nothing(stream: int) -> None:
    first = actions.say(CITIZEN, stream, key="k", body="您好", now=NOW)
    again = actions.say(CITIZEN, stream, key="k", body="您好", now=NOW)
    assert (again.seq, again.at, again.repeated) == (first.seq, first.at, True)
    with pytest.raises(KeyReused):
        actions.say(CITIZEN, stream, key="k", body="别的", now=NOW)
    assert Entry.objects.filter(stream=stream).count() == 1


def test_an_action_of_the_service_repeats_by_key_too(stream: int) -> None:
    first = actions.append(stream, author=None, kind="due", key="due-1", now=NOW)
    assert actions.append(stream, author=None, kind="due", key="due-1", now=NOW) == Stored(
        first.seq, first.at, repeated=True
    )


def test_who_may_say_something(stream: int) -> None:
    with pytest.raises(NotFound):
        say(stream, STRANGER, "让我进来")
    actions.allow_writing(stream, OFFICER, False)
    with pytest.raises(NotAllowed):
        say(stream, OFFICER, "答")
    actions.close(stream)
    with pytest.raises(StreamClosed):
        say(stream, CITIZEN, "问")
    with pytest.raises(StreamClosed):
        actions.append(stream, author=None, kind="late", now=NOW)
    with pytest.raises(NotFound):
        actions.append(stream + 1000, author=None, kind="nowhere", now=NOW)


def test_reading_is_for_members(stream: int) -> None:
    say(stream, CITIZEN, "一")
    with pytest.raises(NotFound):
        queries.read(STRANGER, stream)
    assert queries.read(OFFICER, stream).entries[0] == EntryView(
        stream, 1, CITIZEN, "text", "一", 1_795_395_600_000, "一"
    )


def test_pages_in_both_directions(stream: int) -> None:
    for number in range(1, 8):
        say(stream, CITIZEN, str(number))
    assert seqs(queries.read(CITIZEN, stream, limit=3)) == [5, 6, 7]
    older = queries.read(CITIZEN, stream, before=5, limit=3)
    assert (seqs(older), older.more) == ([2, 3, 4], True)
    oldest = queries.read(CITIZEN, stream, before=2, limit=3)
    assert (seqs(oldest), oldest.more) == ([1], False)
    newer = queries.read(CITIZEN, stream, after=4, limit=2)
    assert (seqs(newer), newer.more) == ([5, 6], True)
    assert seqs(queries.read(CITIZEN, stream, after=7)) == []


def test_a_window_ends_where_somebody_left_and_opens_again(stream: int) -> None:
    say(stream, CITIZEN, "一")
    actions.leave(stream, OFFICER)
    say(stream, CITIZEN, "二")
    assert seqs(queries.read(OFFICER, stream)) == [1]
    with pytest.raises(NotAllowed):
        say(stream, OFFICER, "还在")
    actions.join(stream, Seat(OFFICER, since=2), now=NOW)
    assert seqs(queries.read(OFFICER, stream)) == [1, 2]


def test_who_joins_late_sees_what_comes_after(stream: int) -> None:
    say(stream, CITIZEN, "一")
    actions.join(stream, Seat(STRANGER, since=1), now=NOW)
    say(stream, CITIZEN, "二")
    assert seqs(queries.read(STRANGER, stream)) == [2]


def test_two_windows_that_do_not_touch_are_not_made_one() -> None:
    """Left at 1 as oneself, in again from 3 through a group: number 2 was never his."""
    group = Group.objects.create(name="窗口").pk
    actions.set_group(group, [OFFICER])
    stream = actions.open_stream("talk", [Seat(CITIZEN), Seat(OFFICER)], now=NOW).pk
    say(stream, CITIZEN, "一")
    actions.leave(stream, OFFICER)
    for body in ("二", "三"):
        say(stream, CITIZEN, body)
    actions.join(stream, Seat(-group, since=2), now=NOW)
    say(stream, CITIZEN, "四")
    assert seqs(queries.read(OFFICER, stream)) == [3, 4]


def test_a_group_reads_and_writes_as_its_people_do() -> None:
    group = Group.objects.create(name="窗口").pk
    actions.set_group(group, [OFFICER])
    stream = actions.open_stream("desk", [Seat(-group)], now=NOW).pk
    assert queries.parties_of(OFFICER) == [OFFICER, -group]
    assert say(stream, OFFICER, "一") == 1
    actions.add_to_group(group, STRANGER)
    actions.remove_from_group(group, OFFICER)
    assert seqs(queries.read(STRANGER, stream)) == [1]
    with pytest.raises(NotFound):
        queries.read(OFFICER, stream)


def test_every_change_of_membership_changes_the_audience(stream: int) -> None:
    group = Group.objects.create(name="窗口").pk
    audiences = [Stream.objects.get(pk=stream).audience]
    for change in (
        lambda: actions.join(stream, Seat(-group), now=NOW),
        lambda: actions.add_to_group(group, STRANGER),
        lambda: actions.remove_from_group(group, STRANGER),
        lambda: actions.allow_writing(stream, OFFICER, False),
        lambda: actions.leave(stream, OFFICER),
    ):
        change()
        audiences.append(Stream.objects.get(pk=stream).audience)
    assert audiences == sorted(set(audiences))


def test_a_withdrawn_body_is_served_to_nobody(stream: int) -> None:
    say(stream, CITIZEN, "说错了")
    actions.withdraw(stream, 1)
    entry = queries.read(OFFICER, stream).entries[0]
    assert (entry.body, entry.data, entry.withdrawn) == ("", None, True)
    assert queries.last_entries([stream])[stream].body == ""
    assert Entry.objects.get(stream=stream, seq=1).body == "说错了"
    with pytest.raises(NotFound):
        actions.withdraw(stream, 2)


def test_read_marks_go_forward_up_to_the_last_number(stream: int) -> None:
    say(stream, CITIZEN, "一")
    say(stream, CITIZEN, "二")
    for seq in (1, 99, 1):
        actions.mark_read(OFFICER, stream, seq)
    assert queries.read_marks([stream]) == {stream: {CITIZEN: 0, OFFICER: 2}}
    with pytest.raises(NotFound):
        actions.mark_read(STRANGER, stream, 1)


def test_last_entries_of_many_streams(stream: int) -> None:
    empty = actions.open_stream("talk", [Seat(CITIZEN)], now=NOW).pk
    say(stream, CITIZEN, "一")
    say(stream, CITIZEN, "二")
    assert {key: entry.body for key, entry in queries.last_entries([stream, empty]).items()} == {stream: "二"}
    assert queries.last_entries([]) == {}


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_not_without(rung: list[bell.Message]) -> None:
    stream = actions.open_stream("talk", [Seat(CITIZEN)], now=NOW).pk
    with write():
        actions.append(stream, author=None, kind="note", now=NOW)
        actions.hint(stream, {"x": 1})
        assert rung == [bell.Moved([stream])]
    assert rung == [bell.Moved([stream]), bell.Rang([(stream, 1)]), bell.Hinted(stream, None, {"x": 1})]


@pytest.mark.django_db(transaction=True)
def test_observers_hear_of_their_kind_and_disturb_nobody() -> None:
    heard: queue.SimpleQueue[list[EntryView]] = queue.SimpleQueue()

    def fail(entries: list[EntryView]) -> None:
        raise RuntimeError("an observer with a fault")

    observers.observe("watched", fail)
    observers.observe("watched", heard.put)
    try:
        streams = [actions.open_stream(kind, [Seat(CITIZEN)], now=NOW).pk for kind in ("watched", "unwatched")]
        for stream in reversed(streams):
            say(stream, CITIZEN, "一")
        assert [entry.stream for entry in heard.get(timeout=10)] == [streams[0]]
        assert heard.empty()
    finally:
        observers.forget("watched")
