"""To another department, to a colleague, and back."""

from __future__ import annotations

import pytest

from tests.consult.place import department, keep_hours, later, loses_connection, on_duty, served, told, visitor
from tests.consult.window import code
from zhengwutong.consult import inquiry
from zhengwutong.consult.models import Consultation, QueueEntry
from zhengwutong.journal.actions import say
from zhengwutong.journal.models import Entry
from zhengwutong.journal.queries import read
from zhengwutong.kernel import clock
from zhengwutong.kernel.errors import NotAllowed, NotFound
from zhengwutong.people import departures
from zhengwutong.people.actions import end_post
from zhengwutong.people.models import Post

pytestmark = pytest.mark.django_db

PASS_ON = {
    "desk": "construction",
    "summary": "群众问公积金，由贵厅负责",
    "words": "这件事由省建设厅负责，我帮您转过去。",
}


def test_another_department_accepts_and_sees_what_was_said_before() -> None:
    here, there = department("labour"), department("construction")
    chen, wu, zhou = on_duty("chen", here), on_duty("wu", there), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/notes", body="已核对社保", key="n")
    asked_at = Consultation.objects.get(pk=talk).asked_at
    moved = chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    assert (moved["state"], moved["desk"]["key"], moved["officer"]) == ("waiting", "construction", None)
    entry = next(one for one in zhou.entries(talk) if one["kind"] == "transferred")
    assert entry["data"]["to"]["key"] == "construction"
    assert entry["data"]["reason_for_citizen"] == PASS_ON["words"]
    assert chen.desk()["mine"] == []
    assert wu.desk()["waiting"][0]["offered_to"] == wu.person.pk

    served_there = wu.accept(talk)
    assert served_there["officer"]["id"] == wu.person.pk
    assert zhou.talk(talk)["number"] == served_there["number"]
    assert [one["kind"] for one in wu.entries(talk)][:3] == ["asked", "text", "queued"]
    notes = read(wu.person.pk, served_there["notes_stream"]).entries
    assert [note.body for note in notes] == ["已核对社保", PASS_ON["summary"]]
    assert PASS_ON["summary"] not in str(zhou.entries(talk))
    assert Consultation.objects.get(pk=talk).asked_at == asked_at
    assert {entry.entered_at for entry in QueueEntry.objects.all()} == {asked_at}
    assert told(zhou.person) == ["assigned", "transferred", "assigned"]


def test_whoever_passed_it_on_sees_nothing_more_once_it_was_accepted() -> None:
    here, there = department("labour"), department("construction")
    chen, wu, zhou = on_duty("chen", here), on_duty("wu", there), visitor("zhou")
    talk = served(zhou, chen, here)
    stream = zhou.talk(talk)["stream"]
    chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    assert chen.talk(talk)["state"] == "waiting", "until then he may look whether it was accepted"
    wu.accept(talk)
    wu.say(talk, "公积金可以提取。")
    assert code(chen.get(f"/consultations/{talk}")) == "not_found"
    assert "公积金可以提取。" not in str(read(chen.person.pk, stream, limit=200).entries)
    assert code(chen.post(f"/consultations/{talk}/entries", body="我再说一句", key="x")) == "not_found"


def test_whoever_passed_it_on_cannot_take_it_at_the_other_desk() -> None:
    here, there = department("labour"), department("construction")
    chen, wu, zhou = on_duty("chen", here), on_duty("wu", there), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    assert code(chen.post(f"/consultations/{talk}/accept")) == "conflict"
    assert wu.accept(talk)["officer"]["id"] == wu.person.pk


def test_nobody_accepts_within_a_minute_and_it_comes_back_to_the_officer() -> None:
    here, there = department("labour"), department("construction")
    chen, zhou = on_duty("chen", here), visitor("zhou")
    on_duty("wu", there)
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    later(59)
    assert zhou.talk(talk)["desk"]["key"] == "construction"
    later(61)
    back = zhou.talk(talk)
    assert (back["desk"]["key"], back["state"], back["officer"]["id"]) == ("labour", "serving", chen.person.pk)
    entries = zhou.entries(talk)
    assert [one["kind"] for one in entries[-2:]] == ["returned", "assigned"]
    assert entries[-2]["data"]["because"] == "not_accepted"
    assert entries[-1]["data"]["returned"] is True
    later(62)
    assert zhou.kinds(talk).count("returned") == 1


def test_it_comes_back_to_the_desk_when_its_officer_is_full() -> None:
    here = department("labour", capacity=1)
    department("construction")
    chen, zhou, other = on_duty("chen", here), visitor("zhou"), visitor("other")
    talk = served(zhou, chen, here)
    waits = other.ask(here)["id"]
    chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    chen.accept(waits)
    later(61)
    back = zhou.talk(talk)
    assert (back["desk"]["key"], back["state"], back["place"]) == ("labour", "waiting", 1)
    assert not Entry.objects.filter(stream=back["stream"], kind="assigned", data__returned=True).exists()


def test_declined_by_everybody_it_comes_back_at_once() -> None:
    here, there = department("labour"), department("construction")
    chen, wu, zhou = on_duty("chen", here), on_duty("wu", there), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    wu.do(f"/consultations/{talk}/decline")
    assert zhou.talk(talk)["officer"]["id"] == chen.person.pk


def test_to_a_closed_department_it_is_left_as_a_message() -> None:
    here, closed = department("labour"), department("construction", hours=[])
    chen, zhou = on_duty("chen", here), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    left = zhou.talk(talk)
    assert (left["state"], left["off_hours"], left["opens_at"] is not None) == ("waiting", True, True)
    assert zhou.kinds(talk)[-2:] == ["transferred", "message_left"]
    later(120)
    assert zhou.talk(talk)["desk"]["key"] == "construction", "it waits for the morning"
    assert code(chen.get(f"/consultations/{talk}")) == "not_found"
    keep_hours(closed, [["00:00", "24:00"]])
    wu = on_duty("wu", closed)
    later(121)
    assert [row["id"] for row in wu.desk()["messages"]] == [talk]


def test_one_conversation_of_a_citizen_at_a_desk_at_a_time() -> None:
    here, there = department("labour"), department("construction")
    chen, wu, zhou = on_duty("chen", here), on_duty("wu", there), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    assert zhou.ask(here, "还有一件事")["id"] == talk, "it may still come back"
    later(61)
    assert zhou.talk(talk)["desk"]["key"] == "labour"
    second = served(zhou, wu, there)
    assert second != talk
    assert code(chen.post(f"/consultations/{talk}/transfer", **PASS_ON)) == "conflict"


def test_to_ones_own_department_is_refused() -> None:
    here = department("labour")
    chen = on_duty("chen", here)
    talk = served(visitor("zhou"), chen, here)
    assert code(chen.post(f"/consultations/{talk}/transfer", desk="labour", summary="转")) == "conflict"


def test_a_colleague_accepts() -> None:
    here = department("labour")
    chen, lin, zhou = on_duty("chen", here), on_duty("lin", here), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/handover", officer=lin.person.pk, summary="我要开会")
    [row] = lin.desk()["waiting"]
    assert (row["only_for"], row["offered_to"]) == (lin.person.pk, lin.person.pk)
    assert code(chen.post(f"/consultations/{talk}/accept")) == "conflict", "it is kept for the colleague"
    lin.accept(talk)
    assert zhou.talk(talk)["officer"]["id"] == lin.person.pk
    lin.say(talk, "我接着答复您。")
    assert code(chen.post(f"/consultations/{talk}/entries", body="我也说", key="x")) == "not_allowed"


def test_a_colleague_who_does_not_accept_is_away_and_it_comes_back() -> None:
    here = department("labour")
    chen, lin, zhou = on_duty("chen", here), on_duty("lin", here), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/handover", officer=lin.person.pk)
    later(61)
    assert zhou.talk(talk)["officer"]["id"] == chen.person.pk
    assert told(lin.person) == ["offer", "missed"]


def test_a_colleague_declines() -> None:
    here = department("labour")
    chen, lin, zhou = on_duty("chen", here), on_duty("lin", here), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/handover", officer=lin.person.pk)
    lin.do(f"/consultations/{talk}/decline")
    assert zhou.talk(talk)["officer"]["id"] == chen.person.pk


def test_a_colleague_who_is_not_there_or_full_or_of_another_desk_is_refused() -> None:
    here = department("labour", capacity=1)
    chen, lin = on_duty("chen", here), on_duty("lin", here)
    stranger = on_duty("stranger", department("tax"))
    talk = served(visitor("zhou"), chen, here)
    served(visitor("wang"), lin, here)
    hand = f"/consultations/{talk}/handover"
    assert code(chen.post(hand, officer=lin.person.pk)) == "conflict"
    assert code(chen.post(hand, officer=stranger.person.pk)) == "invalid"
    assert code(chen.post(hand, officer=chen.person.pk)) == "conflict"
    loses_connection(lin.person)
    assert code(chen.post(hand, officer=lin.person.pk)) == "conflict"


def test_an_officer_who_is_gone_gives_his_conversations_back() -> None:
    here = department("labour")
    chen, zhou = on_duty("chen", here), visitor("zhou")
    talk = served(zhou, chen, here)
    loses_connection(chen.person)
    later(19)
    assert zhou.talk(talk)["state"] == "serving", "a page that is loaded again is no departure"
    later(21)
    assert (zhou.talk(talk)["state"], zhou.talk(talk)["place"]) == ("waiting", 1)
    returned = next(one for one in zhou.entries(talk) if one["kind"] == "returned")
    assert returned["data"] == {"to": {"key": "labour", "name": here.name}, "because": "officer_left"}
    assert told(zhou.person)[-1] == "returned"


def test_an_officer_who_loses_his_post_gives_his_conversations_back_and_hears_no_more() -> None:
    here = department("labour")
    chen, zhou = on_duty("chen", here), visitor("zhou")
    talk = served(zhou, chen, here)
    stream = Consultation.objects.get(pk=talk).stream_id
    end_post(Post.objects.get(user=chen.person), now=clock.now())
    later(1)
    zhou.say(talk, "还在吗")
    assert (zhou.talk(talk)["state"], zhou.talk(talk)["officer"]) == ("waiting", None)
    assert "还在吗" not in [entry.body for entry in read(chen.person.pk, stream).entries]
    with pytest.raises(NotAllowed):
        say(chen.person.pk, stream, key="k", body="我还在", now=clock.now())


def test_whoever_serves_no_desk_any_more_hears_no_answer_to_what_he_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departures, "observers", [inquiry.part])
    here, there = department("labour"), department("tax")
    chen, wu = on_duty("chen", here), on_duty("wu", there)
    talk = served(visitor("zhou"), chen, here)
    asked = chen.do(f"/consultations/{talk}/inquiries", desk="tax", question="请确认")
    end_post(Post.objects.get(user=chen.person), now=clock.now())
    answer = {"body": "可以", "key": "k"}
    assert code(chen.post(f"/inquiries/{asked['id']}/entries", **answer)) == "not_found"
    assert chen.read("/desk/inquiries")["items"] == []
    wu.do(f"/inquiries/{asked['id']}/entries", **answer)
    assert [entry.body for entry in read(chen.person.pk, asked["stream"]).entries] == ["请确认"]


def test_an_officer_whose_client_falls_silent_is_gone_after_three_heartbeats() -> None:
    here = department("labour")
    chen, zhou = on_duty("chen", here), visitor("zhou")
    talk = served(zhou, chen, here)
    later(44, present=False)
    assert zhou.talk(talk)["state"] == "serving"
    later(50, present=False)
    assert zhou.talk(talk)["state"] == "waiting"


def test_a_citizen_may_end_while_it_is_on_its_way() -> None:
    here, there = department("labour"), department("construction")
    chen, wu, zhou = on_duty("chen", here), on_duty("wu", there), visitor("zhou")
    talk = served(zhou, chen, here)
    chen.do(f"/consultations/{talk}/transfer", **PASS_ON)
    zhou.do(f"/consultations/{talk}/end")
    later(61)
    assert zhou.talk(talk)["state"] == "ended"
    assert wu.desk()["waiting"] == []
    assert code(wu.post(f"/consultations/{talk}/accept")) == "conflict"


def test_a_stream_nobody_was_admitted_to_is_not_there() -> None:
    here, other = department("labour"), department("tax")
    chen, stranger, zhou = on_duty("chen", here), on_duty("stranger", other), visitor("zhou")
    stream = zhou.talk(served(zhou, chen, here))["stream"]
    with pytest.raises(NotFound):
        read(stranger.person.pk, stream)
