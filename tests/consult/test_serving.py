"""In conversation: answering, holding, asking another office, notes, corrections, recalls, ending, rating."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.consult.place import department, later, on_duty, served, told, visitor
from tests.consult.window import Window, code, content
from zhengwutong.consult import citizen
from zhengwutong.consult.models import Consultation, Rating
from zhengwutong.journal.actions import mark_read
from zhengwutong.journal.models import Entry
from zhengwutong.kernel import clock
from zhengwutong.kernel.errors import Conflict
from zhengwutong.people.models import Destination, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Office:
    return department("labour")


@pytest.fixture
def chen(desk: Office) -> Window:
    return on_duty("chen", desk)


@pytest.fixture
def zhou(db: None) -> Window:
    return visitor("zhou")


def test_a_hold_lasts_until_the_officers_next_word(desk: Office, chen: Window, zhou: Window) -> None:
    other = department("population")
    talk = served(zhou, chen, desk)
    held = chen.do(f"/consultations/{talk}/hold", minutes=3, reason="向计生委核实", asking=other.key)
    assert (held["state"], held["hold"]["asking"]["key"]) == ("held", "population")
    [row] = chen.desk()["mine"]
    assert row["hold"]["reason"] == "向计生委核实"
    zhou.say(talk, "好的")
    later(1)
    assert zhou.talk(talk)["state"] == "held", "the citizen's own words do not end it"
    chen.say(talk, "可以在居住地办。")
    later(2)
    assert (zhou.talk(talk)["state"], zhou.talk(talk)["hold"]) == ("serving", None)
    assert zhou.kinds(talk)[-2:] == ["text", "resumed"]


def test_holding_again_is_a_new_promise(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    first = chen.do(f"/consultations/{talk}/hold", minutes=3, reason="核实")["hold"]["promised_at"]
    second = chen.do(f"/consultations/{talk}/hold", minutes=10, reason="还在核实")["hold"]["promised_at"]
    assert second > first
    assert zhou.kinds(talk).count("hold") == 2


def test_the_first_reply_is_a_persons_first_word(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    zhou.say(talk)
    later(1)
    assert zhou.talk(talk)["first_reply_at"] is None
    chen.say(talk, "您好")
    chen.say(talk, "第二句")
    later(2)
    first = next(entry for entry in zhou.entries(talk) if entry["body"] == "您好")
    assert Consultation.objects.get(pk=talk).first_reply_at == clock.from_millis(first["at"])


def test_another_office_is_asked_without_the_citizen_seeing_it(desk: Office, chen: Window, zhou: Window) -> None:
    other = department("population")
    wu, nobody = on_duty("wu", other), on_duty("nobody", department("tax"))
    talk = served(zhou, chen, desk)
    asked = chen.do(f"/consultations/{talk}/inquiries", desk="population", question="要不要原籍证明")
    assert (asked["from"]["key"], asked["to"]["key"]) == ("labour", "population")
    [line] = wu.read("/desk/inquiries")["items"]
    assert line["question"] == "要不要原籍证明"
    replied = wu.do(f"/inquiries/{line['id']}/entries", body="不用", key="a")
    assert wu.do(f"/inquiries/{line['id']}/entries", body="不用", key="a") == {**replied, "repeated": True}
    [line] = chen.read("/desk/inquiries")["items"]
    assert (line["answered_by"], line["last"]) == (wu.person.name, "不用")
    assert told(chen.person)[-1] == "inquiry"
    assert chen.read(f"/consultations/{talk}/context")["inquiries"][0]["id"] == line["id"]
    assert "不用" not in str(zhou.entries(talk))
    assert code(nobody.post(f"/inquiries/{line['id']}/entries", body="我看看", key="b")) == "not_found"
    assert code(wu.get(f"/consultations/{talk}")) == "not_found", "who is asked does not see the talk"


def test_notes_are_for_the_desks_people_only(desk: Office, chen: Window, zhou: Window) -> None:
    lin = on_duty("lin", desk)
    talk = served(zhou, chen, desk)
    chen.do(f"/consultations/{talk}/notes", body="老人行动不便", key="n")
    notes = chen.talk(talk)["notes_stream"]
    assert Entry.objects.filter(stream=notes, body="老人行动不便").exists()
    assert content(lin.post(f"/consultations/{talk}/notes", body="我来过", key="n"))["seq"] == 2
    assert code(zhou.post(f"/consultations/{talk}/notes", body="我也看看", key="n")) == "not_allowed"
    assert zhou.talk(talk)["notes_stream"] is None
    assert "行动不便" not in str(zhou.entries(talk))


def test_an_answer_is_corrected_and_stays(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    said = chen.say(talk, "三个工作日")["seq"]
    own = zhou.say(talk, "好")["seq"]
    chen.do(f"/consultations/{talk}/correct", seq=said, body="五个工作日")
    last = zhou.entries(talk)[-1]
    assert (last["kind"], last["data"]) == ("correct", {"seq": said, "body": "五个工作日"})
    assert next(entry for entry in zhou.entries(talk) if entry["seq"] == said)["body"] == "三个工作日"
    assert code(chen.post(f"/consultations/{talk}/correct", seq=own, body="改群众的话")) == "not_found"


def test_a_word_is_taken_back_while_nobody_has_read_it(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    seq = zhou.say(talk, "我的身份证号是…")["seq"]
    zhou.do(f"/consultations/{talk}/recall", seq=seq)
    zhou.do(f"/consultations/{talk}/recall", seq=seq)
    taken = next(entry for entry in chen.entries(talk) if entry["seq"] == seq)
    assert (taken["withdrawn"], taken["body"]) == (True, "")
    assert zhou.kinds(talk).count("recall") == 1
    assert Entry.objects.get(stream=zhou.talk(talk)["stream"], seq=seq).body == "我的身份证号是…", "kept for the record"


def test_a_word_that_was_read_or_is_old_or_anothers_stays(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    seq = zhou.say(talk, "等等")["seq"]
    answer = chen.say(talk, "您好")["seq"]
    assert code(zhou.post(f"/consultations/{talk}/recall", seq=answer)) == "not_found"
    with pytest.raises(Conflict, match="2 分钟"):
        citizen.recall(zhou.person, talk, seq=seq, now=clock.now() + timedelta(minutes=3))
    mark_read(chen.person.pk, zhou.talk(talk)["stream"], seq)
    assert code(zhou.post(f"/consultations/{talk}/recall", seq=seq)) == "conflict"


def test_nothing_ends_as_answered_without_an_answer(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    refused = chen.post(f"/consultations/{talk}/end", outcome="answered", subject="养老")
    assert (code(refused), zhou.talk(talk)["state"]) == ("conflict", "serving")
    assert chen.end(talk, text="从次月起领。")["first_reply_at"] is not None


def test_answered_after_consulting_needs_somebody_consulted(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    chen.say(talk, "可以")
    assert code(chen.post(f"/consultations/{talk}/end", outcome="consulted", subject="户籍")) == "conflict"
    department("population")
    chen.do(f"/consultations/{talk}/inquiries", desk="population", question="请确认")
    assert chen.end(talk, "consulted")["outcome"] == "consulted"


def test_outside_our_remit_names_who_is_responsible(desk: Office, chen: Window, zhou: Window) -> None:
    place = Destination.objects.create(
        name="余杭区政府", group="市县", phone="0571-86222222", address="临平街道", hours="工作日 8:30–17:00"
    )
    talk = served(zhou, chen, desk)
    assert code(chen.post(f"/consultations/{talk}/end", outcome="outside", subject="拆迁")) == "invalid"
    ended = chen.end(talk, "outside", destination=place.pk)
    assert ended["destination"]["phone"] == "0571-86222222"
    assert zhou.entries(talk)[-1]["data"]["destination"]["address"] == "临平街道"


def test_an_officer_cannot_choose_other_outcomes(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    chen.say(talk, "好")
    for outcome in ("withdrawn", "transferred", "back_office", ""):
        assert code(chen.post(f"/consultations/{talk}/end", outcome=outcome, subject="养老")) == "invalid"
    assert code(chen.post(f"/consultations/{talk}/end", outcome="answered")) == "invalid"


def test_ending_twice_is_ending_once_and_nothing_follows(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    chen.say(talk, "好")
    chen.end(talk)
    assert chen.end(talk)["state"] == "ended"
    assert zhou.kinds(talk).count("ended") == 1
    for window in (zhou, chen):
        assert code(window.post(f"/consultations/{talk}/entries", body="还有", key="late")) in ("closed", "not_allowed")
    assert code(chen.post(f"/consultations/{talk}/hold", minutes=3, reason="核实")) == "conflict"


def test_the_citizen_ends_with_thanks_or_withdraws(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    chen.say(talk, "好")
    thanked = zhou.do(f"/consultations/{talk}/end")
    assert (thanked["outcome"], thanked["may_rate"]) == ("answered", True)
    lin = visitor("lin")
    waiting = lin.ask(desk)["id"]
    withdrawn = lin.do(f"/consultations/{waiting}/end")
    assert (withdrawn["outcome"], withdrawn["may_rate"]) == ("withdrawn", False)
    assert chen.desk()["waiting"] == []
    assert lin.do(f"/consultations/{waiting}/end")["outcome"] == "withdrawn"


def test_the_back_office_gives_number_deadline_and_code(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    ended = chen.do(
        f"/consultations/{talk}/back-office",
        office="labour",
        days=5,
        subject="养老补缴",
        summary="2014 年有 7 个月无记录",
    )
    assert (ended["outcome"], ended["state"]) == ("back_office", "ended")
    case = zhou.entries(talk)[-1]["data"]["case"]
    assert case["number"].startswith("BJ")
    assert zhou.talk(talk)["case"] == case
    said = next(entry["body"] for entry in zhou.entries(talk) if entry["author"] == chen.person.pk)
    assert case["number"] in said
    assert case["code"] in said
    assert "{" not in said


def test_one_rating_which_no_officer_sees(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    assert code(zhou.post(f"/consultations/{talk}/rating", level=5)) == "conflict"
    chen.say(talk, "好")
    chen.end(talk)
    assert told(zhou.person)[-1] == "invited_to_rate"
    for level in (0, 6):
        assert code(zhou.post(f"/consultations/{talk}/rating", level=level)) == "invalid"
    zhou.do(f"/consultations/{talk}/rating", level=1, reasons=["没听懂"], words="没说清楚")
    zhou.do(f"/consultations/{talk}/rating", level=1, reasons=["没听懂"], words="没说清楚")
    assert code(zhou.post(f"/consultations/{talk}/rating", level=5)) == "conflict"
    assert Rating.objects.count() == 1
    seen = [chen.talk(talk), chen.entries(talk), chen.desk(), chen.read(f"/consultations/{talk}/record")]
    assert "没说清楚" not in str(seen)
    assert chen.talk(talk)["rating"] is None


def test_a_rating_may_be_given_for_fifteen_days(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    chen.say(talk, "好")
    chen.end(talk)
    with pytest.raises(Conflict):
        citizen.rate(zhou.person, talk, level=5, reasons=[], words="", now=clock.now() + timedelta(days=16))
    citizen.rate(zhou.person, talk, level=5, reasons=[], words="", now=clock.now() + timedelta(days=14))


def test_the_record_holds_everything_said(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    chen.do(f"/consultations/{talk}/hold", minutes=3, reason="核实")
    chen.say(talk, "从次月起领。")
    chen.end(talk)
    record = zhou.read(f"/consultations/{talk}/record")
    assert [line["kind"] for line in record["lines"]] == zhou.kinds(talk)
    assert record["outcome"] == "已答复"
    saved = zhou.get(f"/consultations/{talk}/record.txt")
    assert saved["Content-Type"].startswith("text/plain")
    assert f"{record['number']}.txt" in saved["Content-Disposition"]
    text = saved.content.decode()
    assert "从次月起领。" in text
    assert "值班员chen" in text


def test_the_same_word_twice_is_one(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    first = zhou.say(talk, "您好", key="k")
    assert zhou.say(talk, "您好", key="k") == {**first, "repeated": True}
    assert code(zhou.post(f"/consultations/{talk}/entries", body="别的", key="k")) == "key_reused"


def test_entries_page_in_both_directions(desk: Office, chen: Window, zhou: Window) -> None:
    talk = served(zhou, chen, desk)
    for number in range(10):
        zhou.say(talk, f"第 {number} 句")
    newest = zhou.read(f"/consultations/{talk}/entries", limit=4)
    older = zhou.read(f"/consultations/{talk}/entries", before=newest["next"], limit=100)
    assert [entry["seq"] for entry in older["items"] + newest["items"]] == list(range(1, 15))
    assert older["next"] is None
    oldest = zhou.read(f"/consultations/{talk}/entries", after=0, limit=4)
    assert [entry["seq"] for entry in oldest["items"]] == [1, 2, 3, 4]
    assert zhou.read(f"/consultations/{talk}/entries", after=oldest["next"], limit=1)["items"][0]["seq"] == 5
