"""The whole town listens while things happen, asks for every stream there is, and nobody hears what is not his.

What is searched, and how a leak fails the test, is in `tests.access.canaries`; over HTTP the matrix does the same.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.access import canaries
from tests.access.cells import AT_THE_DESK, LIKE_A_VISITOR, SIGNED_IN
from tests.access.live.places import ABSENT
from tests.access.town import READERS, WORKING, Town
from tests.gateway.live import Device, Service
from zhengwutong.cases.models import Case
from zhengwutong.consult.models import Consultation
from zhengwutong.journal import actions
from zhengwutong.journal.models import Stream
from zhengwutong.kernel.clock import now

pytestmark = pytest.mark.one_database

READ = [
    "/consultations", "/consultations/{talk_id}", "/consultations/{talk_id}/entries", "/consultations/{talk_id}/record",
    "/consultations/{talk_id}/context", "/consultations/{waiting}", "/desk", "/desk/inquiries", "/desk/cases", "/cases",
    "/cases/{case_id}", "/cases/{case_id}/entries", "/phrases", "/me", "/duty/board",
]  # fmt: skip


def test_nobody_hears_what_is_not_his(service: Service, town: Town) -> None:
    devices = {relation: connected(service, town, relation) for relation in SIGNED_IN}
    for device in devices.values():
        asks_for_everything(device)
    things_happen(town)
    for relation, device in devices.items():
        hears_to_the_end(device, town, relation)
        for path in READ:
            town.windows[relation].get(path.format(**town.names))
    assert not canaries.caught()


def test_whoever_lost_his_session_hears_nothing_at_all(service: Service, town: Town) -> None:
    for relation in LIKE_A_VISITOR:
        device = service.connect(town.windows[relation].client.session.session_key or "gone")
        with suppress(ConnectionClosed):
            device.send(t="hello", cursors={town.labour.desk_stream_id: 0})
        code, frames = device.closed()
        assert (code, {frame["t"] for frame in frames}) == (4401, {"bye"})


def test_the_sweep_finds_a_leak(service: Service, town: Town) -> None:
    """A word for the owner alone, said where the stranger listens."""
    device = connected(service, town, "stranger")
    word = canaries.plant("word", town.person("owner"))
    notices = town.person("stranger").notices_id
    assert notices is not None
    actions.append(notices, author=None, kind="note", body=word, now=now())
    while device.next().get("body") != word:
        pass
    assert {leak.who for leak in canaries.caught()} == {"stranger (citizen)"}


def connected(service: Service, town: Town, relation: str) -> Device:
    device = service.connect(town.windows[relation].client.session.session_key or "")
    device.hello(topics=["duty"])
    return device


def asks_for_everything(device: Device) -> None:
    """Every stream there is, by each frame that brings entries."""
    streams = list(Stream.objects.order_by("pk").values_list("pk", flat=True))
    for stream in streams:
        device.send(t="follow", stream=stream)
        device.send(t="fetch", stream=stream, limit=200)
    device.hello(cursors=dict.fromkeys(streams, 0), topics=["duty"])
    device.send(t="send", stream=ABSENT, key="asked", body="。")
    while device.next().get("key") != "asked":
        pass


def things_happen(town: Town) -> None:
    """Everything that pushes something to somebody, with words of its own."""
    own, serving, talk = town.windows["owner"], town.windows["serving"], f"/consultations/{town.talk}"
    own.say(town.talk, town.secret("live word", *READERS))
    own.do(f"{talk}/recall", seq=own.say(town.talk, town.secret("live withdrawn word", *READERS))["seq"])
    serving.do(f"{talk}/hold", minutes=3, reason=town.secret("reason of a hold", *READERS))
    answer = serving.say(town.talk, town.secret("live answer", *READERS))["seq"]
    serving.do(f"{talk}/correct", seq=answer, body=town.secret("correction", *READERS))
    serving.do(f"{talk}/notes", body=town.secret("live note", *AT_THE_DESK), key="live")
    reply = town.secret("reply to an inquiry", *AT_THE_DESK, "asked")
    town.windows["asked"].do(f"/inquiries/{town.inquiry}/entries", body=reply, key="live")
    for what in ("name of stranger", "region of stranger"):
        canaries.share(town.secrets[what], *(town.person(one) for one in AT_THE_DESK))
    town.windows["colleague"].accept(town.waiting)
    words = town.secret("answer to a case", *WORKING)
    town.windows["handler"].do(f"/cases/{town.accepted_case}/answer", body=words)
    serving.end(town.talk, text=town.secret("last word", *READERS))
    own.do(f"{talk}/rating", level=1, words=town.secret("words of a bad rating", "owner"))
    assert Consultation.objects.get(pk=town.talk).state == "ended"
    assert Case.objects.get(pk=town.accepted_case).answer == words


def hears_to_the_end(device: Device, town: Town, relation: str) -> None:
    """Everything pushed until a last line in one's own notices."""
    notices = town.person(relation).notices_id
    assert notices is not None
    actions.append(notices, author=None, kind="note", body="到此为止", now=now())
    while device.next().get("body") != "到此为止":
        pass
