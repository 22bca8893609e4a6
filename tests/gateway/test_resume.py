"""Who was away gets exactly the gap, then an explicit "caught up"."""

from __future__ import annotations

from tests.gateway.live import Person, Service, talk
from zhengwutong.journal import actions
from zhengwutong.journal.actions import Seat
from zhengwutong.journal.models import Entry
from zhengwutong.kernel.clock import now
from zhengwutong.kernel.transaction import write


def fill(stream: int, count: int) -> None:
    with write():
        for number in range(count):
            actions.append(stream, author=None, kind="note", body=str(number + 1), now=now())


def test_hello_tells_who_one_is_and_what_one_follows(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    fill(stream, 3)
    welcome, caught_up = service.connect(citizen.session).hello()
    assert welcome["user"] == citizen.id
    assert welcome["streams"] == [
        {"id": stream, "kind": "talk", "open": True, "last_seq": 3, "last_read": 0, "may_write": True}
    ]
    assert caught_up == {"t": "caught_up"}


def test_the_gap_and_nothing_but_the_gap(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    fill(stream, 5)
    answer = service.connect(citizen.session).hello(cursors={stream: 2})
    assert [frame["t"] for frame in answer] == ["welcome", "entries", "caught_up"]
    assert [entry["seq"] for entry in answer[1]["items"]] == [3, 4, 5]
    assert answer[1]["more"] is False


def test_a_client_that_has_everything_gets_nothing(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    fill(stream, 2)
    answer = service.connect(citizen.session).hello(cursors={stream: 2})
    assert [frame["t"] for frame in answer] == ["welcome", "caught_up"]


def test_a_gap_that_is_too_large_comes_in_pages(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    fill(stream, 450)
    device = service.connect(citizen.session)
    _, page, _ = device.hello(cursors={stream: 0})
    seqs = [entry["seq"] for entry in page["items"]]
    while page["more"]:
        device.send(t="fetch", stream=stream, after=page["next"], limit=200)
        page = device.want("entries")
        seqs += [entry["seq"] for entry in page["items"]]
    assert seqs == list(range(1, 451))


def test_fetch_goes_backwards_from_the_newest(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    fill(stream, 7)
    device = service.device(citizen)
    device.send(t="fetch", stream=stream, limit=3)
    newest = device.want("entries")
    device.send(t="fetch", stream=stream, before=newest["next"], limit=10)
    older = device.want("entries")
    assert [entry["seq"] for entry in newest["items"]] == [5, 6, 7]
    assert [entry["seq"] for entry in older["items"]] == [1, 2, 3, 4]
    assert (newest["more"], older["more"]) == (True, False)


def test_a_number_the_server_never_gave_is_an_old_cursor(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    fill(stream, 1)
    answer = service.connect(citizen.session).hello(cursors={stream: 9})
    assert [(frame["code"], frame["stream"]) for frame in answer if frame["t"] == "err"] == [("old_cursor", stream)]


def test_a_cursor_for_somebody_elses_stream_reads_nothing(service: Service) -> None:
    stranger, citizen = Person(), Person()
    stream = talk(citizen)
    fill(stream, 2)
    answer = service.connect(stranger.session).hello(cursors={stream: 0, stream + 500: 0})
    assert [frame.get("code") for frame in answer] == [None, "not_found", "not_found", None]
    assert answer[0]["streams"] == []


def test_a_member_sees_only_his_window(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen)
    fill(stream, 2)
    actions.join(stream, Seat(officer.id, since=2), now=now())
    fill(stream, 2)
    actions.leave(stream, officer.id)
    fill(stream, 2)
    device = service.device(officer)
    device.send(t="fetch", stream=stream, after=0)
    assert [entry["seq"] for entry in device.want("entries")["items"]] == [3, 4]
    _, page, _ = device.hello(cursors={stream: 0})
    assert [entry["seq"] for entry in page["items"]] == [3, 4]


def test_a_withdrawn_entry_is_served_without_its_body(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    device = service.device(citizen)
    device.say(stream, "k1", "说错了")
    actions.withdraw(stream, 1)
    device.send(t="fetch", stream=stream)
    assert device.want("entries")["items"][0] == {
        "stream": stream, "seq": 1, "author": citizen.id, "key": "k1", "kind": "text", "body": "", "withdrawn": True,
        "at": Entry.objects.get(stream=stream, seq=1).at,
    }  # fmt: skip


def test_nothing_is_missed_between_reading_and_following(service: Service) -> None:
    """Somebody who keeps reconnecting while another writes ends up with every number."""
    writer, reader = Person(), Person()
    stream = talk(writer, reader)
    speaking = service.device(writer)
    have: set[int] = set()
    for round_number in range(5):
        for number in range(10):
            speaking.send(t="send", stream=stream, key=f"{round_number}-{number}", body="说")
        device = service.connect(reader.session)
        for frame in device.hello(cursors={stream: max(have, default=0)}):
            have |= numbers_in(frame)
        device.close()
    device = service.connect(reader.session)
    for frame in device.hello(cursors={stream: max(have, default=0)}):
        have |= numbers_in(frame)
    while len(have) < 50:
        have |= numbers_in(device.next())
    assert have == set(range(1, 51))


def numbers_in(frame: dict) -> set[int]:  # type: ignore[type-arg]
    if frame["t"] == "entries":
        return {entry["seq"] for entry in frame["items"]}
    return {frame["seq"]} if frame["t"] == "entry" else set()


def test_hello_may_be_repeated(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    device = service.device(citizen)
    fill(stream, 2)
    device.upto("entry")
    assert [frame["t"] for frame in device.hello(cursors={stream: 1})] == ["welcome", "entries", "caught_up"]


def test_the_address_may_say_hello(service: Service) -> None:
    citizen = Person()
    assert service.connect(citizen.session, path="/ws?hello").next()["t"] == "welcome"
