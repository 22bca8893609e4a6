"""A message travels: stored, acknowledged, delivered, once and in order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import connection

from tests.gateway.live import Person, Service, talk
from zhengwutong.journal import actions, bell
from zhengwutong.journal.actions import Seat
from zhengwutong.journal.models import Entry, Group
from zhengwutong.kernel.clock import now
from zhengwutong.kernel.transaction import write


def test_a_message_is_acknowledged_and_reaches_the_other_member(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen, officer)
    asking, answering = service.device(citizen), service.device(officer)
    ack = asking.say(stream, "k1", "您好")
    entry = answering.next()
    assert (ack["t"], ack["key"], ack["seq"]) == ("ack", "k1", 1)
    assert entry == {
        "t": "entry", "stream": stream, "seq": 1, "author": citizen.id, "key": "k1", "kind": "text", "body": "您好",
        "at": ack["at"],
    }  # fmt: skip
    assert Entry.objects.get(stream=stream, seq=1).body == "您好"


def test_every_device_of_both_people_is_told_but_the_one_it_came_from(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen, officer)
    first, second, other = service.device(citizen), service.device(citizen), service.device(officer)
    first.say(stream, "k1", "一")
    assert second.next()["body"] == other.next()["body"] == "一"
    second.say(stream, "k2", "二")
    assert first.next()["body"] == "二"


def test_a_repeated_message_is_stored_once_and_gets_the_same_number(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen, officer)
    asking, answering = service.device(citizen), service.device(officer)
    first = asking.say(stream, "k1", "您好")
    assert asking.say(stream, "k1", "您好") == first
    asking.say(stream, "k2", "在吗")
    assert [answering.next()["key"] for _ in range(2)] == ["k1", "k2"]


def test_the_same_key_with_another_body_is_refused(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    asking = service.device(citizen)
    asking.say(stream, "k1", "您好")
    err = asking.say(stream, "k1", "再见")
    assert (err["code"], err["key"], err["stream"]) == ("key_reused", "k1", stream)


def test_repeats_and_reused_keys_inside_one_batch(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    asking = service.device(citizen)
    for body in ("甲", "甲", "乙"):
        asking.send(t="send", stream=stream, key="k", body=body)
    answers = [asking.next() for _ in range(3)]
    assert [(one["t"], one.get("seq", one.get("code"))) for one in answers] == [
        ("ack", 1), ("ack", 1), ("err", "key_reused"),
    ]  # fmt: skip


def test_keys_belong_to_their_author(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen, officer)
    one, other = service.device(citizen), service.device(officer)
    assert one.say(stream, "k", "问")["seq"] == 1
    assert other.say(stream, "k", "答")["seq"] == 2


def test_messages_of_one_connection_keep_their_order(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen, officer)
    asking, answering = service.device(citizen), service.device(officer)
    for number in range(50):
        asking.send(t="send", stream=stream, key=f"k{number}", body=str(number))
    assert [answering.next()["body"] for _ in range(50)] == [str(number) for number in range(50)]


def test_numbers_have_no_gaps_while_sockets_and_actions_write_at_once(service: Service) -> None:
    people = [Person() for _ in range(4)]
    stream = talk(*people)
    devices = [service.device(person) for person in people]

    def speak(place: int) -> None:
        for number in range(20):
            devices[place].send(t="send", stream=stream, key=f"{place}-{number}", body="说")
        devices[place].send(t="ping")

    def act() -> None:
        for _ in range(20):
            with write():
                actions.append(stream, author=None, kind="note", now=now())

    with ThreadPoolExecutor(5) as pool:
        work = [pool.submit(speak, place) for place in range(4)] + [pool.submit(close_after, act)]
        for one in work:
            one.result(20)
    for place, device in enumerate(devices):
        seen = set()
        while len(seen) < 100:
            frame = device.next()
            if frame["t"] in ("entry", "ack"):
                seen.add(frame["seq"])
        assert seen == set(range(1, 101)), place
    assert list(Entry.objects.filter(stream=stream).order_by("seq").values_list("seq", flat=True)) == list(
        range(1, 101)
    )


def close_after(act: Callable[[], None]) -> None:
    """Run in a thread of the test, and give its database connection back."""
    try:
        act()
    finally:
        connection.close()


def test_what_an_action_appends_reaches_followers_in_order(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    asking = service.device(citizen)
    with write():
        for number in range(3):
            actions.append(stream, author=None, kind="note", data={"number": number}, now=now())
    assert [asking.want("entry")["data"]["number"] for _ in range(3)] == [0, 1, 2]


def test_an_action_that_rolls_back_is_not_shown(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    asking = service.device(citizen)
    with suppress(RuntimeError), write():
        actions.append(stream, author=None, kind="never", now=now())
        raise RuntimeError
    with write():
        actions.append(stream, author=None, kind="shown", now=now())
    entry = asking.want("entry")
    assert (entry["seq"], entry["kind"]) == (1, "shown")


def test_a_closed_stream_takes_nothing_but_knows_what_it_took(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    asking = service.device(citizen)
    first = asking.say(stream, "k1", "您好")
    actions.close(stream)
    assert asking.say(stream, "k2", "还在吗")["code"] == "closed"
    assert asking.say(stream, "k1", "您好") == first
    actions.reopen(stream)
    assert asking.say(stream, "k2", "还在吗")["seq"] == 2


def test_not_a_member_and_not_there_are_the_same_answer(service: Service) -> None:
    stranger, citizen = Person(), Person()
    stream = talk(citizen)
    knocking = service.device(stranger)
    answers = [knocking.say(place, "k", "让我进来") for place in (stream, stream + 1000)]
    assert [(one["code"], one["text"]) for one in answers] == [(answers[0]["code"], answers[0]["text"])] * 2
    assert answers[0]["code"] == "not_found"
    assert not Entry.objects.filter(stream=stream).exists()


def test_the_right_to_write_can_be_taken_and_given(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    asking = service.device(citizen)
    actions.allow_writing(stream, citizen.id, False)
    assert asking.say(stream, "k1", "您好")["code"] == "not_allowed"
    actions.allow_writing(stream, citizen.id, True)
    assert asking.say(stream, "k1", "您好")["seq"] == 1


def test_who_joins_is_told_and_who_left_hears_nothing_more(service: Service) -> None:
    citizen, officer, colleague = Person(), Person(), Person()
    stream = talk(citizen, officer)
    asking, leaving, joining = (service.device(one) for one in (citizen, officer, colleague))
    with write():
        actions.leave(stream, officer.id)
        actions.join(stream, Seat(colleague.id), now=now())
    joined = joining.want("joined")
    assert joined["stream"]["id"] == stream
    assert leaving.want("left") == {"t": "left", "stream": stream}
    asking.say(stream, "k1", "现在谁在")
    assert joining.want("entry")["body"] == "现在谁在"
    leaving.send(t="ping")
    assert [frame["t"] for frame in leaving.upto("pong")] == ["pong"]
    assert leaving.say(stream, "k", "我还在")["code"] == "not_allowed"


def test_a_desk_hears_through_its_group(service: Service) -> None:
    officer, late = Person(), Person()
    group = make_group(officer)
    stream = actions.open_stream("desk", [Seat(-group)], now=now()).pk
    first, second = service.device(officer), service.device(late)
    with write():
        actions.append(stream, author=None, kind="row", now=now())
    assert first.want("entry")["kind"] == "row"
    actions.add_to_group(group, late.id)
    assert second.want("joined")["stream"]["last_seq"] == 1
    actions.remove_from_group(group, officer.id)
    assert first.want("left")["stream"] == stream
    assert second.say(stream, "k", "接")["seq"] == 2


def make_group(*people: Person) -> int:
    group = Group.objects.create(name="窗口").pk
    actions.set_group(group, [person.id for person in people])
    return group


def test_a_colleague_may_follow_what_his_desk_may_read(service: Service) -> None:
    citizen, colleague, stranger = Person(), Person(), Person()
    group = make_group(colleague)
    stream = actions.open_stream("talk", [Seat(citizen.id), Seat(-group, False, False)], now=now()).pk
    asking, looking, knocking = (service.device(one) for one in (citizen, colleague, stranger))
    looking.send(t="follow", stream=stream)
    assert looking.want("joined")["stream"]["may_write"] is False
    asking.say(stream, "k1", "您好")
    assert looking.want("entry")["body"] == "您好"
    looking.send(t="unfollow", stream=stream)
    assert looking.want("left")["stream"] == stream
    knocking.send(t="follow", stream=stream)
    assert knocking.want("err")["code"] == "not_found"


def test_read_marks_move_forward_only_and_others_see_them(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen, officer)
    asking, answering = service.device(citizen), service.device(officer)
    asking.say(stream, "k1", "一")
    asking.say(stream, "k2", "二")
    answering.send(t="seen", stream=stream, seq=2)
    assert asking.want("seen") == {"t": "seen", "stream": stream, "party": officer.id, "seq": 2}
    answering.send(t="seen", stream=stream, seq=1)
    answering.send(t="seen", stream=stream, seq=99)
    assert asking.say(stream, "k3", "三")["seq"] == 3
    assert answering.hello()[0]["streams"][0]["last_read"] in (2, 3)


def test_typing_is_passed_on_to_the_others_and_stored_nowhere(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen, officer)
    asking, answering = service.device(citizen), service.device(officer)
    asking.send(t="typing", stream=stream)
    assert answering.next() == {"t": "typing", "stream": stream, "user": citizen.id}
    assert not Entry.objects.filter(stream=stream).exists()


def test_hints_reach_followers_and_topics_reach_listeners(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen)
    asking, other = service.device(citizen, topics=["duty"]), service.device(officer)
    with write():
        actions.hint(stream, {"place": 2})
    assert asking.want("hint") == {"t": "hint", "stream": stream, "data": {"place": 2}}
    bell.topic("duty", {"waiting": 3})
    assert asking.next() == {"t": "hint", "topic": "duty", "data": {"waiting": 3}}
    other.send(t="ping")
    assert other.next()["t"] == "pong"
