"""Two desks at work, and everything that may happen there: each happening with the operation it enters by.

A new unsafe operation of the contract fails `test_every_action_is_played` until it is played here, or named below among
those that tell nothing to a desk or a talk.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.consult.place import department, keep_hours, later, loses_connection, on_duty, visitor
from tests.consult.window import Window
from tests.duty.world import officer
from zhengwutong.cases.models import Case
from zhengwutong.kernel import clock
from zhengwutong.people.models import Destination, PostRole

THEN = datetime(2026, 11, 24, 10, 0, tzinfo=clock.SHANGHAI)
QUESTION = "退休金从哪个月开始领"
TALK = "/api/consultations/{talk_id}"


class World:
    """Two desks with three officers, one of them without a free seat left, and a citizen for each purpose."""

    def __init__(self) -> None:
        self.here = department("labour", capacity=3)
        self.there = department("construction")
        self.chen, self.lin = on_duty("chen", self.here), on_duty("lin", self.here)
        self.wu = on_duty("wu", self.there)
        self.zhou, self.wang = visitor("zhou"), visitor("wang")
        self.talk = int(self.zhou.ask(self.here, QUESTION, key="question-1")["id"])
        self.chen.accept(self.talk)
        self.chen.say(self.talk, "您好", key="answer-1")
        self.place = Destination.objects.create(name="余杭区政府", group="市县")
        self.waiting = self.wang.ask(self.here, QUESTION, key="question-2")["id"]
        noticed()

    def path(self, verb: str) -> str:
        return f"/consultations/{self.talk}/{verb}"

    def handler(self) -> Window:
        return Window(officer("handler", self.here, role=PostRole.HANDLER))

    def to_the_back_office(self) -> int:
        self.chen.do(self.path("back-office"), office="labour", days=5, subject="社保", summary="核对")
        return Case.objects.get(consultation=self.talk).pk


class HandClock:
    """One moment lasts until `passes`; a test puts `now` in the place of the clock's."""

    def __init__(self) -> None:
        self.moment = THEN

    def now(self) -> datetime:
        return self.moment


hand = HandClock()


def passes(seconds: float) -> None:
    """Time goes by, and the sweeper looks after what it brings."""
    hand.moment += timedelta(seconds=seconds)
    later(0)


def noticed() -> None:
    """What an observer, or the sweeper after it, notices of what was said."""
    passes(0)


class Happening(NamedTuple):
    """What is done, and the operation of the contract by which it comes in; empty for what time does."""

    play: Callable[[World], object]
    operation: str = ""


HAPPENINGS: dict[str, Happening] = {
    "ask": Happening(lambda w: visitor("new").ask(w.here, QUESTION, key="question-3"), "POST /api/consultations"),
    "ask while closed": Happening(
        lambda w: (keep_hours(w.here, []), visitor("new").ask(w.here, QUESTION, key="question-3")),
        "POST /api/consultations",
    ),
    "say": Happening(lambda w: w.zhou.say(w.talk, "请问还要带什么材料", key="word-1"), f"POST {TALK}/entries"),
    "answer": Happening(lambda w: w.chen.say(w.talk, "从次月起领", key="answer-2"), f"POST {TALK}/entries"),
    "accept": Happening(lambda w: w.lin.accept(w.waiting), f"POST {TALK}/accept"),
    "take": Happening(lambda w: w.chen.do("/desk/take"), "POST /api/desk/take"),
    "decline": Happening(lambda w: w.lin.do(f"/consultations/{w.waiting}/decline"), f"POST {TALK}/decline"),
    "hold": Happening(lambda w: w.chen.do(w.path("hold"), minutes=3, reason="核实"), f"POST {TALK}/hold"),
    "resume": Happening(
        lambda w: (
            w.chen.do(w.path("hold"), minutes=3, reason="核实"),
            w.chen.say(w.talk, "好了", key="answer-2"),
            passes(1),
        ),
        f"POST {TALK}/entries",
    ),
    "transfer": Happening(
        lambda w: w.chen.do(w.path("transfer"), desk="construction", summary="由贵厅负责"), f"POST {TALK}/transfer"
    ),
    "transfer, accepted": Happening(
        lambda w: (HAPPENINGS["transfer"].play(w), w.wu.accept(w.talk)), f"POST {TALK}/accept"
    ),
    "transfer, returned": Happening(lambda w: (HAPPENINGS["transfer"].play(w), passes(61))),
    "handover": Happening(
        lambda w: w.chen.do(w.path("handover"), officer=w.lin.person and w.lin.person.pk), f"POST {TALK}/handover"
    ),
    "handover, accepted": Happening(
        lambda w: (HAPPENINGS["handover"].play(w), w.lin.accept(w.talk)), f"POST {TALK}/accept"
    ),
    "inquiry": Happening(
        lambda w: w.chen.do(w.path("inquiries"), desk="construction", question="请确认"), f"POST {TALK}/inquiries"
    ),
    "inquiry, answered": Happening(
        lambda w: w.wu.do(
            f"/inquiries/{w.chen.do(w.path('inquiries'), desk='construction', question='请确认')['id']}/entries",
            body="可以",
            key="reply-1",
        ),
        "POST /api/inquiries/{inquiry_id}/entries",
    ),
    "back office": Happening(lambda w: w.to_the_back_office(), f"POST {TALK}/back-office"),
    "case accepted": Happening(
        lambda w: w.handler().do(f"/cases/{w.to_the_back_office()}/accept"), "POST /api/cases/{case_id}/accept"
    ),
    "case answered": Happening(
        lambda w: w.handler().do(f"/cases/{w.to_the_back_office()}/answer", body="已经补录。"),
        "POST /api/cases/{case_id}/answer",
    ),
    "outside": Happening(lambda w: w.chen.end(w.talk, "outside", destination=w.place.pk), f"POST {TALK}/end"),
    "end": Happening(lambda w: w.chen.end(w.talk), f"POST {TALK}/end"),
    "citizen ends": Happening(lambda w: w.zhou.do(w.path("end")), f"POST {TALK}/end"),
    "citizen withdraws": Happening(lambda w: w.wang.do(f"/consultations/{w.waiting}/end"), f"POST {TALK}/end"),
    "leave a message": Happening(
        lambda w: w.wang.do(f"/consultations/{w.waiting}/leave-message"), f"POST {TALK}/leave-message"
    ),
    "recall": Happening(
        lambda w: w.zhou.do(w.path("recall"), seq=w.zhou.say(w.talk, "错了", key="word-1")["seq"]),
        f"POST {TALK}/recall",
    ),
    "correct": Happening(
        lambda w: w.chen.do(w.path("correct"), seq=w.chen.say(w.talk, "三天", key="answer-2")["seq"], body="五天"),
        f"POST {TALK}/correct",
    ),
    "note": Happening(lambda w: w.chen.do(w.path("notes"), body="行动不便", key="n"), f"POST {TALK}/notes"),
    "declare": Happening(
        lambda w: w.lin.client.put("/api/duty/me", {"state": "busy"}, "application/json"), "PUT /api/duty/me"
    ),
    "offer runs out": Happening(lambda w: passes(41)),
    "officer is gone": Happening(lambda w: (loses_connection(w.chen.person), passes(21))),
    "desk closes": Happening(lambda w: (keep_hours(w.here, []), passes(1))),
}

# Unsafe operations of which neither a desk nor a talk is told anything.
TELLS_NEITHER = {
    "PATCH /api/me",
    "DELETE /api/me/sessions/{session_id}",
    "POST /api/people/anonymous",
    "POST /api/people/claim",
    "POST /api/people/invitations/{token}",
    "POST /api/admin/staff",
    "PATCH /api/admin/staff/{user_id}",
    "POST /api/admin/staff/{user_id}/invitation",
    "POST /api/admin/posts",
    "DELETE /api/admin/posts/{post_id}",
    "POST /api/admin/offices",
    "PATCH /api/admin/offices/{key}",
    "POST /api/admin/destinations",
    "PATCH /api/admin/destinations/{place_id}",
    "PUT /api/duty/roster",
    f"POST {TALK}/rating",
    f"POST {TALK}/reveal",
    "POST /api/phrases",
    "PATCH /api/phrases/{phrase_id}",
    "DELETE /api/phrases/{phrase_id}",
}
