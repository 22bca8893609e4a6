"""How connections end: revoked, replaced, too slow, silent, and by a deploy."""

from __future__ import annotations

import json
from time import monotonic

import pytest
from django.contrib.auth import HASH_SESSION_KEY

from tests.gateway.live import Person, Service, running, signed_in, talk
from tests.gateway.wire import Wire
from zhengwutong.gateway import heartbeat
from zhengwutong.journal import actions
from zhengwutong.journal.models import Entry
from zhengwutong.kernel.clock import now
from zhengwutong.kernel.transaction import write
from zhengwutong.people.sessions import SessionStore


def test_a_revoked_session_closes_its_sockets_and_no_others(service: Service) -> None:
    citizen = Person()
    other_session = signed_in(citizen.user)
    first, second, elsewhere = (service.connect(key) for key in (citizen.session, citizen.session, other_session))
    for device in (first, second, elsewhere):
        device.hello()
    SessionStore(citizen.session).delete()
    for device in (first, second):
        code, frames = device.closed()
        assert (code, frames[-1]["code"]) == (4401, 4401)
    elsewhere.send(t="ping")
    assert elsewhere.next()["t"] == "pong"
    assert service.connect(citizen.session).closed()[0] == 4401


def test_a_session_that_is_renewed_ends_under_its_old_key(service: Service) -> None:
    citizen = Person()
    device = service.device(citizen)
    SessionStore(citizen.session).cycle_key()
    assert device.closed()[0] == 4401


def test_a_revocation_that_rolls_back_closes_nothing(service: Service) -> None:
    citizen = Person()
    device = service.device(citizen)
    with pytest.raises(LookupError), write():
        delete_and_fail(citizen.session)
    device.send(t="ping")
    assert device.next()["t"] == "pong"


def delete_and_fail(session: str) -> None:
    SessionStore(session).delete()
    raise LookupError


def test_a_changed_password_or_a_closed_account_lets_nobody_in(service: Service) -> None:
    citizen, closed = Person(), Person()
    session = SessionStore(citizen.session)
    session[HASH_SESSION_KEY] = "something else"
    session.save()
    closed.user.is_active = False
    closed.user.save()
    assert service.connect(citizen.session).closed()[0] == 4401
    assert service.connect(closed.session).closed()[0] == 4401


def test_a_slow_reader_is_cut_and_loses_nothing(service: Service) -> None:
    citizen, officer = Person(), Person()
    stream = talk(citizen, officer)
    slow = Wire(service, officer.session, receive=4096)
    slow.frame(0x1, b'{"t":"hello"}')
    while json.loads(slow.read()[1])["t"] != "caught_up":
        pass
    count = 0
    gateway = service.gateway
    while any(session.user == officer.id and not session.closing for session in list(gateway.sessions)):
        with write():
            for _ in range(20):
                actions.append(stream, author=None, kind="note", body="长" * 5000, now=now())
        count += 20
        assert count < 2000, "somebody who reads nothing was never cut"
    device = service.connect(officer.session)
    have = [entry["seq"] for entry in device.hello(cursors={stream: 0})[1]["items"]]
    while have[-1] < count:
        device.send(t="fetch", stream=stream, after=have[-1], limit=200)
        have += [entry["seq"] for entry in device.want("entries")["items"]]
    assert have == list(range(1, count + 1))


def test_a_slow_reader_that_goes_on_reading_is_told_to_resume(service: Service) -> None:
    citizen = Person()
    stream = talk(citizen)
    slow = Wire(service, citizen.session, receive=4096)
    slow.frame(0x1, b'{"t":"hello"}')
    while json.loads(slow.read()[1])["t"] != "caught_up":
        pass
    session = next(one for one in service.gateway.sessions if one.user == citizen.id)
    while not session.closing:
        with write():
            for _ in range(20):
                actions.append(stream, author=None, kind="note", body="长" * 5000, now=now())
    last = b""
    while (frame := slow.read())[0] != 0x8:
        last = frame[1]
    assert int.from_bytes(frame[1][:2], "big") == 1013
    assert (json.loads(last)["t"], json.loads(last)["code"]) == ("bye", 1013)


def test_somebody_silent_is_pinged_then_dropped_and_somebody_who_answers_is_not(service: Service) -> None:
    """The sweep of the connections, at moments of the test's choosing."""
    silent, alive = Person(), Person()
    dumb, answering = Wire(service, silent.session), service.device(alive)
    dumb.frame(0x1, b'{"t":"hello"}')
    while json.loads(dumb.read()[1])["t"] != "caught_up":
        pass
    sweep(service, monotonic() + heartbeat.QUIET + 1, silent, alive)
    assert dumb.read()[0] == 0x9
    answering.send(t="ping")
    assert answering.next()["t"] == "pong"
    sweep(service, monotonic() + heartbeat.SILENT - 1, silent, alive)
    sweep(service, monotonic() + heartbeat.SILENT + 1, silent)
    with pytest.raises(ConnectionError):
        dumb.read()
    answering.send(t="ping")
    assert answering.next()["t"] == "pong"


def sweep(service: Service, moment: float, *people: Person) -> None:
    gateway = service.gateway
    wanted = {person.id for person in people}

    def look() -> None:
        for session in list(gateway.sessions):
            if session.user in wanted:
                gateway.heartbeat.look(session, moment)

    gateway.loop.call_soon_threadsafe(look)


def test_a_deploy_says_goodbye_after_storing_what_it_took(shared_database: None) -> None:
    with running() as service:
        citizen = Person()
        stream = talk(citizen)
        device = service.device(citizen)
        for number in range(30):
            device.send(t="send", stream=stream, key=f"k{number}", body="说")
        device.want("ack")
        service.server.should_exit = True
        code, frames = device.closed()
    acknowledged = 1 + sum(frame["t"] == "ack" for frame in frames)
    assert (code, frames[-1]["t"], frames[-1]["code"]) == (1012, "bye", 1012)
    assert Entry.objects.filter(stream=stream).count() >= acknowledged
