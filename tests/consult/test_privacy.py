"""Who sees what: masked names and numbers, looks put on record, private words in nobody else's bytes."""

from __future__ import annotations

import pytest

from tests.consult.place import department, on_duty, served, visitor
from tests.consult.window import Window, code
from zhengwutong.kernel import audit
from zhengwutong.kernel.models import AuditRecord
from zhengwutong.people.models import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Office:
    return department("labour")


@pytest.fixture
def chen(desk: Office) -> Window:
    return on_duty("chen", desk)


@pytest.fixture
def zhou(db: None) -> Window:
    window = visitor("zhou")
    person = window.person
    assert person is not None
    person.name, person.phone, person.region = "周明远", "+8613812345206", "杭州市西湖区"
    person.save()
    return window


def test_before_acceptance_the_desk_sees_a_surname_and_nothing_else(desk: Office, chen: Window, zhou: Window) -> None:
    talk = zhou.ask(desk)["id"]
    [row] = chen.desk()["waiting"]
    assert row["citizen"] == {"id": None, "name": "周**", "verified": False, "anonymous": False}
    seen = [chen.talk(talk), chen.read(f"/consultations/{talk}/context"), chen.read(f"/consultations/{talk}/record")]
    for private in ("明远", "5206", "西湖"):
        assert private not in str(seen)


def test_after_acceptance_the_number_is_still_masked(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    context = chen.read(f"/consultations/{talk}/context")
    assert context["citizen"]["name"] == "周明远"
    assert context["citizen"]["phone_masked"] == "138****5206"
    assert context["citizen"]["region"] == "杭州市西湖区"


def test_a_number_in_full_needs_a_reason_and_leaves_a_record(desk: Office, chen: Window, zhou: Window) -> None:
    lin = on_duty("lin", desk)
    talk = served(zhou, chen, desk)
    path = f"/consultations/{talk}/reveal"
    assert code(chen.post(path, field="phone", reason=" ")) == "invalid"
    assert code(chen.post(path, field="password", reason="想看看")) == "invalid"
    assert code(lin.post(path, field="phone", reason="想看看")) == "not_allowed"
    assert AuditRecord.objects.filter(action="consult.reveal").count() == 0
    assert chen.do(path, field="phone", reason="约定回电")["value"] == "+8613812345206"
    record = AuditRecord.objects.get(action="consult.reveal")
    assert (record.actor, record.reason, record.thing) == (chen.person.pk, "约定回电", f"consultation:{talk}")
    assert "5206" not in str(record.facts)
    assert audit.first_broken() is None


def test_a_colleagues_look_is_put_on_record_and_ones_own_is_not(desk: Office, chen: Window, zhou: Window) -> None:
    lin = on_duty("lin", desk)
    talk = served(zhou, chen, desk)
    for window in (zhou, chen):
        window.talk(talk)
        window.entries(talk)
        window.read(f"/consultations/{talk}/record")
    assert not AuditRecord.objects.filter(action="consult.read").exists()
    lin.talk(talk)
    lin.entries(talk)
    lin.read(f"/consultations/{talk}/record")
    lin.get(f"/consultations/{talk}/record.txt")
    lin.read(f"/consultations/{talk}/context")
    looks = AuditRecord.objects.filter(action="consult.read")
    assert [look.actor for look in looks] == [lin.person.pk] * 5


def test_private_words_are_in_nobody_elses_bytes(desk: Office, chen: Window, zhou: Window) -> None:
    other = department("population")
    wu, stranger = on_duty("wu", other), visitor("stranger")
    talk = served(zhou, chen, desk)
    zhou.say(talk, "canary-talk")
    chen.do(f"/consultations/{talk}/notes", body="canary-note", key="n")
    chen.do(f"/consultations/{talk}/inquiries", desk="population", question="canary-inquiry")
    chen.say(talk, "好")
    chen.end(talk)
    zhou.do(f"/consultations/{talk}/rating", level=1, words="canary-rating")
    seen = {
        "stranger": everything(stranger, talk),
        "citizen": everything(zhou, talk),
        "officer": everything(chen, talk),
        "asked": everything(wu, talk),
    }
    assert canaries(seen["stranger"]) == set()
    assert canaries(seen["citizen"]) == {"talk", "rating"}
    assert canaries(seen["officer"]) == {"talk", "inquiry"}, "notes are read in their own stream"
    assert canaries(seen["asked"]) == {"inquiry"}


LOOKS = (
    "/consultations",
    "/consultations/{0}",
    "/consultations/{0}/entries",
    "/consultations/{0}/record",
    "/consultations/{0}/record.txt",
    "/consultations/{0}/context",
    "/desk",
    "/desk/waiting",
    "/desk/messages",
    "/desk/inquiries",
    "/desk/colleagues?desk=labour",
    "/desk/transfer-options?consultation={0}",
    "/phrases",
    "/duty/board",
)


def everything(window: Window, talk: int) -> str:
    """All bytes of every look this person can take."""
    return "".join(window.get(look.format(talk)).content.decode() for look in LOOKS)


def canaries(text: str) -> set[str]:
    return {bird for bird in ("talk", "note", "inquiry", "rating") if f"canary-{bird}" in text}
