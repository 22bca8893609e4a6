"""The streams of a consultation over the socket, where neither desk nor role is asked: only who is a member."""

from __future__ import annotations

import pytest

from tests.access.cells import SIGNED_IN
from tests.access.live.places import kind
from tests.access.tables import streams
from tests.access.tables.streams import Rights
from tests.access.town import Town
from tests.gateway.live import Device, Service
from zhengwutong.cases.models import Case
from zhengwutong.consult.models import Consultation, Inquiry
from zhengwutong.journal.models import Stream

pytestmark = pytest.mark.one_database


def test_every_kind_of_stream_is_decided(town: Town) -> None:
    kinds = set(Stream.objects.values_list("kind", flat=True))
    assert {title.split()[0] for title in streams.TABLE} == kinds
    for title, cells in streams.TABLE.items():
        assert set(cells) == set(SIGNED_IN), title


@pytest.mark.parametrize("title", streams.TABLE)
def test_who_may(service: Service, town: Town, title: str) -> None:
    stream = the_stream(town, title)
    last = Stream.objects.get(pk=stream).last_seq
    found = {}
    for relation in SIGNED_IN:
        device = service.connect(town.windows[relation].client.session.session_key or "")
        device.hello()
        found[relation] = rights(device, stream, last, relation)
        device.close()
    wrong = {one: (found[one], decided) for one, decided in streams.TABLE[title].items() if found[one] != decided}
    assert wrong == {}


def the_stream(town: Town, title: str) -> int:
    talk = Consultation.objects.get(pk=town.talk)
    found = {
        "consultation": talk.stream_id,
        "notes": talk.notes_id,
        "inquiry": Inquiry.objects.get(pk=town.inquiry).stream_id,
        "desk": town.labour.desk_stream_id,
        "consultation that became a case": Case.objects.get(pk=town.accepted_case).stream,
        "notices of the citizen": town.person("owner").notices_id,
        "notices of the officer": town.person("serving").notices_id,
    }[title]
    assert found is not None
    return found


def rights(device: Device, stream: int, last: int, relation: str) -> Rights:
    """What this person is answered; `last` is the number of the newest entry before anybody wrote."""
    device.send(t="fetch", stream=stream, after=0, limit=200)
    page = device.next()
    device.send(t="follow", stream=stream)
    followed = kind(answer_of(device, "joined"))
    sent = kind(device.say(stream, f"by-{relation}", "在吗"))
    if page["t"] == "err":
        return Rights(page["code"], followed, sent)
    numbers = [one["seq"] for one in page["items"]]
    assert numbers == list(range(1, len(numbers) + 1))
    return Rights(streams.ALL if len(numbers) >= last else streams.PART, followed, sent)


def answer_of(device: Device, wanted: str) -> dict[str, object]:
    """The next frame of this kind or a refusal; what is pushed meanwhile is passed over."""
    while (frame := device.next())["t"] not in (wanted, "err"):
        pass
    return frame
