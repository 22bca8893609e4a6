"""A talk that has ended, and the case it became."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from tests.duty.world import citizen, department, officer
from zhengwutong.cases import actions
from zhengwutong.cases.models import Case
from zhengwutong.journal import actions as journal
from zhengwutong.journal.models import Stream
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office, PostRole, User

consultations = count(1)


class Taken(NamedTuple):
    """A case with everybody who has to do with it. `handler` works for its office."""

    case: Case
    citizen: User
    officer: User
    handler: User
    office: Office
    talk: Stream


def ended_talk(*people: User) -> Stream:
    seats = [journal.Seat(person.pk) for person in people]
    talk = journal.open_stream("consultation", seats, now=clock.now())
    journal.say(people[0].pk, talk.pk, key="first", body="请问缴费记录怎么核对？", now=clock.now())
    journal.close(talk.pk)
    return talk


def taken(
    name: str = "water", *, days: int = 5, asked_at: datetime | None = None, now: datetime | None = None
) -> Taken:
    """A question that an officer took to the back office of a department."""
    moment = now or clock.now()
    office = department(name, hours=None)
    asker, answering = citizen(f"c-{name}"), officer(f"o-{name}", office)
    handler = officer(f"h-{name}", office, role=PostRole.HANDLER)
    talk = ended_talk(asker, answering)
    case = open_case(answering, asker, office, talk, days=days, asked_at=asked_at, now=moment)
    return Taken(case, asker, answering, handler, office, talk)


def open_case(
    by: User,
    asker: User,
    office: Office,
    talk: Stream,
    *,
    days: int = 5,
    summary: str = "核对 2014 年的缴费记录",
    asked_at: datetime | None = None,
    now: datetime,
) -> Case:
    return actions.open(
        by,
        consultation=next(consultations),
        stream=talk.pk,
        citizen=asker,
        office=office,
        days=days,
        summary=summary,
        asked_at=asked_at or now - timedelta(minutes=10),
        now=now,
    )
