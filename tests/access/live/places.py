"""One stream and everybody who may stand in some relation to it, with a witness who follows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.gateway.live import Device, Person, Service, talk
from zhengwutong.journal import actions
from zhengwutong.journal.actions import Seat
from zhengwutong.journal.models import Group
from zhengwutong.kernel.clock import now
from zhengwutong.people.sessions import SessionStore

ABSENT = 2**40
ENTRIES = 5


class Places:
    """`stream` is the one in question; for some relations it is another one, see `stream_of`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        names = ("writer", "reader", "by_group", "left", "late", "of_closed", "stranger", "device", "leaving")
        self.people = {name: Person() for name in (*names, "beside_closed", "nowhere", "silent", "witness", "revoked")}
        self.people["device"].user.anonymous = True
        self.people["device"].user.save()
        self.stream = self.filled(self.people["writer"], self.people["witness"], self.people["silent"])
        self.closed = self.filled(self.people["of_closed"])
        actions.close(self.closed)
        self.witness = service.device(self.people["witness"])

    def filled(self, *members: Person) -> int:
        """A stream with five entries; after the second one somebody leaves and somebody joins."""
        stream = talk(*members, self.people["left"], self.people["revoked"], self.people["leaving"])
        group = Group.objects.create(name="desk")
        actions.add_to_group(group.pk, self.people["by_group"].id)
        actions.join(stream, Seat(group.party, may_write=False, follow=False), now=now())
        actions.join(stream, Seat(self.people["reader"].id, may_write=False), now=now())
        for number in range(ENTRIES):
            actions.append(stream, author=members[0].id, kind="text", body="说", key=f"e{number}", now=now())
            if number == 1:
                actions.leave(stream, self.people["left"].id)
                actions.join(stream, Seat(self.people["late"].id, since=2), now=now())
        return stream

    def stream_of(self, relation: str) -> int:
        if relation == "nowhere":
            return ABSENT
        return self.closed if relation in ("of_closed", "beside_closed") else self.stream

    @contextmanager
    def device(self, relation: str) -> Iterator[Device]:
        """A connection that stands in this relation and has said hello, where that is part of it."""
        session, options = self.people.get(relation, self.people["writer"]).session, {}
        if relation == "without_session":
            session = ""
        elif relation == "revoked":
            SessionStore(session).delete()
        elif relation == "foreign_page":
            options = {"origin": "https://elsewhere.example"}
        device = self.service.connect(session, **options)
        if relation not in ("silent", "revoked", "without_session", "foreign_page"):
            device.hello()
        try:
            yield device
        finally:
            with suppress(ConnectionClosed):
                device.close()


def answers(device: Device, frame: dict[str, Any], *, waits: bool) -> list[dict[str, Any]]:
    """Everything said to the device because of a frame; `waits`: an answer is due, and comes in its own time.

    A message of one's own after it, refused by the same writer, tells that nothing more will come.
    """
    found: list[dict[str, Any]] = []
    try:
        device.send(**frame)
        if waits:
            found.append(device.next())
        device.send(t="send", stream=ABSENT, key="after", body="。")
        while (one := device.next()).get("key") != "after":
            found.append(one)
    except ConnectionClosed:
        assert device.connection.close_code is not None
        return [{"t": str(device.connection.close_code)}]
    return found


def kind(frame: dict[str, Any]) -> str:
    """The frame's tag, or the code of a refusal."""
    return str(frame["code"] if frame["t"] == "err" else frame["t"])
