"""How a conversation ends: every question in exactly one lawful outcome with its compulsory facts.

| outcome | compulsory | by |
|---|---|---|
| answered | an answer of a person | officer, or the citizen's thanks |
| consulted | an answer, and another office was asked | officer |
| outside | a known destination with telephone, address, hours | officer |
| back_office | a case with number, office and deadline | officer |
| transferred | the next department accepted: the talk goes on there, its handover is the sender's outcome | – |
| withdrawn | nobody has answered yet | citizen |
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhengwutong.cases import actions as cases
from zhengwutong.consult import citizen, observe, serving, telling
from zhengwutong.consult.handling import at
from zhengwutong.consult.lifecycle import Move, move
from zhengwutong.consult.models import Consultation, Hold, Inquiry, Outcome
from zhengwutong.consult.turn import Turn
from zhengwutong.journal.actions import append
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.errors import Conflict, Invalid
from zhengwutong.people.models import Destination, Office, User

BY_OFFICER = (Outcome.ANSWERED, Outcome.CONSULTED, Outcome.OUTSIDE)
WEEKDAYS = "一二三四五六日"


def end(
    officer: User,
    talk_id: int,
    *,
    outcome: Outcome,
    subject: str,
    text: str = "",
    destination: Destination | None = None,
    now: datetime,
) -> Consultation:
    """End one's own conversation; `text` is a last word to the citizen. Refuses when a compulsory fact is missing."""
    with at(talk_id, officers=[officer.pk], now=now) as (turn, talk):
        if talk.ended_at is not None and (talk.officer_id, talk.outcome) == (officer.pk, outcome):
            return talk
        serving.check_chair(talk, officer)
        say(turn, talk, officer, text)
        check(talk, outcome, destination)
        talk.subject = subject
        talk.destination = destination if outcome == Outcome.OUTSIDE else None
        facts = {"destination": destination_facts(destination)} if destination and outcome == Outcome.OUTSIDE else {}
        move(talk, Move.END)
        citizen.finish(turn, talk, outcome, by=officer, facts=facts)
        return talk


def check(talk: Consultation, outcome: Outcome, destination: Destination | None) -> None:
    """The compulsory facts of each outcome; `Conflict` or `Invalid` says which one is missing."""
    if outcome not in BY_OFFICER:
        raise Invalid(fields={"outcome": "请选择一种办结方式。"})
    if outcome == Outcome.OUTSIDE:
        if destination is None:
            raise Invalid(fields={"destination": "请选择群众应找的单位。"})
        return
    if not citizen.has_answer(talk):
        raise Conflict("还没有答复群众，不能办结。")
    if outcome == Outcome.CONSULTED and not asked_another_office(talk):
        raise Conflict("这次没有会商记录，请按“已答复”办结。")


def asked_another_office(talk: Consultation) -> bool:
    asked = Hold.objects.filter(consultation=talk, asking__isnull=False)
    return asked.exists() or Inquiry.objects.filter(consultation=talk).exists()


def say(turn: Turn, talk: Consultation, officer: User, text: str) -> None:
    """A last word to the citizen, taken into account at once: it may be the first reply."""
    if text:
        append(talk.stream_id, author=officer.pk, kind="text", body=text, now=turn.now)
    observe.take_into_account(turn, talk)


def destination_facts(destination: Destination) -> dict[str, str]:
    return {
        "name": destination.name,
        "phone": destination.phone,
        "address": destination.address,
        "hours": destination.hours,
    }


def back_office(
    officer: User,
    talk_id: int,
    *,
    office: Office,
    days: int,
    subject: str,
    summary: str,
    words: str = "",
    now: datetime,
) -> Consultation:
    """转后台: the question becomes a case of an office with a deadline of so many working days.

    The citizen is told its number, deadline and look-up code; the answer will appear in the same conversation. In
    `words` {编号}, {查询码}, {截止日} and {承办} stand for what is known only now.
    """
    with at(talk_id, officers=[officer.pk], now=now) as (turn, talk):
        serving.check_chair(talk, officer)
        case = cases.open(
            officer,
            consultation=talk.pk,
            stream=talk.stream_id,
            citizen=talk.citizen,
            office=office,
            days=days,
            summary=summary,
            asked_at=talk.asked_at,
            now=now,
        )
        due_at = case.due_record.due_at
        facts = {"number": case.number, "code": case.code, "due_at": telling.moment(due_at), "office": office.name}
        say(turn, talk, officer, filled(words or WORDS, case.number, case.code, due_at, office.name))
        talk.subject = subject
        move(talk, Move.END)
        citizen.finish(turn, talk, Outcome.BACK_OFFICE, by=officer, facts={"case": facts})
        return talk


WORDS = (
    "您的问题需要进一步核实，已转{承办}办理，编号 {编号}，{截止日}前答复您。"
    "可在“我的办件”查看，或凭编号和查询码 {查询码} 查询。"
)


def filled(words: str, number: str, code: str, due_at: datetime, office: str) -> str:
    """The words to the citizen with the facts of the case in their places."""
    day = local(due_at)
    known: dict[str, Any] = {
        "{编号}": number,
        "{查询码}": code,
        "{截止日}": f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）",
        "{承办}": office,
    }
    for place, fact in known.items():
        words = words.replace(place, fact)
    return words
