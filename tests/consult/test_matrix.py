"""Every operation of this room against every relation to a consultation; the list comes from the API itself.

A cell that nobody decided fails. Each answer is looked at in the same world and taken back again.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.consult.place import department, on_duty, roster, served, visitor
from tests.consult.window import Window, code
from tests.duty.world import come_in, officer, staff
from zhengwutong.consult import phrases
from zhengwutong.consult.api import router
from zhengwutong.kernel.endpoint import service
from zhengwutong.people.models import PostRole, Role

NOBODY, HIDDEN, FORBIDDEN, TOO_LATE = "sign_in_needed", "not_found", "not_allowed", "conflict"

# Who stands in which relation to the consultation. "asked": serves the desk that was asked beside the chat.
CITIZENS = ("owner", "stranger")
AT_THE_DESK = ("serving", "colleague", "lead")
OTHER_DESKS = ("asked", "elsewhere")
WITHOUT_A_DESK = ("handler", "secretary", "inspector", "system_admin", "security_admin", "audit_admin")
RELATIONS = ("visitor", *CITIZENS, *AT_THE_DESK, *OTHER_DESKS, *WITHOUT_A_DESK)

Row = dict[str, str | None]


def row(*allowed: str, **refused: str) -> Row:
    """None for those allowed, a code for the rest. Groups may be named: citizens, at_the_desk, other_desks, others."""
    found: Row = {"visitor": NOBODY}
    groups = {
        "citizens": CITIZENS,
        "at_the_desk": AT_THE_DESK,
        "other_desks": OTHER_DESKS,
        "others": WITHOUT_A_DESK,
    }
    for name, answer in refused.items():
        found |= dict.fromkeys(groups.get(name, (name,)), answer)
    return found | dict.fromkeys(allowed)


OWNER = row("owner", stranger=HIDDEN, at_the_desk=HIDDEN, other_desks=HIDDEN, others=HIDDEN)
CITIZEN = row(*CITIZENS, at_the_desk=FORBIDDEN, other_desks=FORBIDDEN, others=FORBIDDEN)
READERS = row("owner", *AT_THE_DESK, stranger=HIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
WRITERS = row(
    "owner", "serving", stranger=HIDDEN, colleague=FORBIDDEN, lead=FORBIDDEN, other_desks=HIDDEN, others=FORBIDDEN
)
DESK = row(*AT_THE_DESK, citizens=FORBIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
SERVING = row("serving", citizens=FORBIDDEN, colleague=FORBIDDEN, lead=FORBIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
ANY_DESK = row(*AT_THE_DESK, *OTHER_DESKS, citizens=FORBIDDEN, others=FORBIDDEN)

TABLE: dict[str, Row] = {
    "POST /api/consultations": CITIZEN,
    "GET /api/consultations": CITIZEN,
    "GET /api/consultations/{talk_id}": READERS,
    "GET /api/consultations/{talk_id}/entries": READERS,
    "POST /api/consultations/{talk_id}/entries": WRITERS,
    "GET /api/consultations/{talk_id}/record": READERS,
    "GET /api/consultations/{talk_id}/record.txt": READERS,
    "POST /api/consultations/{talk_id}/end": WRITERS,
    "POST /api/consultations/{talk_id}/leave-message": OWNER,
    "POST /api/consultations/{talk_id}/rating": OWNER,
    "POST /api/consultations/{talk_id}/recall": OWNER,
    "GET /api/desk": ANY_DESK,
    "GET /api/desk/waiting": ANY_DESK,
    "GET /api/desk/messages": ANY_DESK,
    "GET /api/desk/inquiries": ANY_DESK,
    "GET /api/desk/colleagues": DESK,
    "GET /api/desk/transfer-options": DESK,
    "POST /api/desk/take": ANY_DESK | dict.fromkeys(OTHER_DESKS, HIDDEN),
    "POST /api/consultations/{talk_id}/accept": DESK,
    "POST /api/consultations/{talk_id}/decline": DESK | dict.fromkeys(("colleague", "lead"), TOO_LATE),
    "POST /api/consultations/{talk_id}/hold": SERVING,
    "POST /api/consultations/{talk_id}/transfer": SERVING,
    "POST /api/consultations/{talk_id}/handover": SERVING,
    "POST /api/consultations/{talk_id}/back-office": SERVING,
    "POST /api/consultations/{talk_id}/correct": SERVING,
    "POST /api/consultations/{talk_id}/inquiries": SERVING,
    "POST /api/consultations/{talk_id}/notes": DESK,
    "GET /api/consultations/{talk_id}/context": DESK,
    "POST /api/consultations/{talk_id}/reveal": DESK | {"colleague": FORBIDDEN},
    "POST /api/inquiries/{inquiry_id}/entries": DESK | {"asked": None},
    "GET /api/phrases": ANY_DESK,
    "POST /api/phrases": ANY_DESK,
    "PATCH /api/phrases/{phrase_id}": ANY_DESK | dict.fromkeys(("colleague", "lead", *OTHER_DESKS), HIDDEN),
    "DELETE /api/phrases/{phrase_id}": ANY_DESK | dict.fromkeys(("colleague", "lead", *OTHER_DESKS), HIDDEN),
}

FORMS: dict[str, dict[str, Any]] = {
    "POST /api/consultations": {"desk": "tax", "body": "您好", "key": "matrix"},
    "POST /api/consultations/{talk_id}/entries": {"body": "您好", "key": "matrix"},
    "POST /api/consultations/{talk_id}/rating": {"level": 5},
    "POST /api/consultations/{talk_id}/hold": {"minutes": 3, "reason": "核实"},
    "POST /api/consultations/{talk_id}/transfer": {"desk": "tax", "summary": "由贵局负责"},
    "POST /api/consultations/{talk_id}/back-office": {
        "office": "labour",
        "days": 5,
        "subject": "社保",
        "summary": "请核对",
    },
    "POST /api/consultations/{talk_id}/inquiries": {"desk": "tax", "question": "请确认"},
    "POST /api/consultations/{talk_id}/notes": {"body": "行动不便", "key": "matrix"},
    "POST /api/consultations/{talk_id}/reveal": {"field": "phone", "reason": "核对预约"},
    "POST /api/inquiries/{inquiry_id}/entries": {"body": "可以", "key": "matrix"},
    "POST /api/phrases": {"title": "开场", "body": "您好"},
    "PATCH /api/phrases/{phrase_id}": {"title": "结束"},
}

WAITING = {"leave-message", "accept", "decline"}


def operations() -> list[str]:
    api = service()
    api.add_router("", router)
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


class World:
    """A conversation, somebody waiting, a conversation that has ended, and everybody who may want something of them."""

    def __init__(self) -> None:
        here, asked, elsewhere = department("labour"), department("population"), department("tax")
        self.windows: dict[str, Window] = {"visitor": Window(None)}
        self.windows |= {"owner": visitor("owner"), "stranger": visitor("stranger")}
        self.windows |= {"serving": on_duty("serving", here)}
        own, serving = self.windows["owner"], self.windows["serving"]
        self.ended = served(own, serving, here)
        serving.say(self.ended, "好")
        serving.end(self.ended)
        self.served = served(own, serving, here)
        self.answer = serving.say(self.served, "您好")["seq"]
        self.word = own.say(self.served, "谢谢")["seq"]
        self.windows |= {"asked": on_duty("asked", asked), "elsewhere": on_duty("elsewhere", elsewhere)}
        self.inquiry = serving.do(f"/consultations/{self.served}/inquiries", desk="population", question="请确认")["id"]
        self.waiting = self.windows["stranger"].ask(here)["id"]
        self.windows["waiting owner"] = self.windows["stranger"]
        self.windows["colleague"] = on_duty("colleague", here)
        lead = officer("lead", here, role=PostRole.LEAD)
        roster(lead, here)
        come_in(lead)
        self.windows["lead"] = Window(lead)
        self.windows["handler"] = Window(officer("handler", here, role=PostRole.HANDLER))
        for name in WITHOUT_A_DESK[1:]:
            self.windows[name] = Window(staff(name, Role(name)))
        self.phrase = phrases.add(serving.person, title="开场", body="您好").pk

    def window(self, operation: str, relation: str) -> Window:
        """Of somebody waiting the owner is the other citizen."""
        if self.about(operation) == self.waiting and relation in CITIZENS:
            return self.windows["stranger" if relation == "owner" else "owner"]
        return self.windows[relation]

    def about(self, operation: str) -> int:
        verb = operation.rpartition("/")[2]
        return self.waiting if verb in WAITING else self.ended if verb == "rating" else self.served

    def form(self, operation: str, relation: str) -> dict[str, Any]:
        verb = operation.rpartition("/")[2]
        if verb == "end" and relation not in CITIZENS:
            return {"outcome": "answered", "subject": "养老"}
        if verb == "handover":
            return {"officer": self.windows["colleague"].person.pk}
        if verb == "recall":
            return {"seq": self.word}
        if verb == "correct":
            return {"seq": self.answer, "body": "您好，更正如下"}
        return FORMS.get(operation, {})

    def path(self, operation: str) -> str:
        path = operation.split()[1].format(
            talk_id=self.about(operation), inquiry_id=self.inquiry, phrase_id=self.phrase
        )
        queries = {"/api/desk/colleagues": "?desk=labour", "/api/desk/transfer-options": f"?consultation={self.served}"}
        return path + queries.get(path, "")


def test_every_cell_is_decided() -> None:
    assert set(operations()) == set(TABLE)
    for operation, cells in TABLE.items():
        assert set(cells) == set(RELATIONS), operation


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(4))
def test_who_may(world: World, part: int) -> None:
    wrong = {}
    for operation in sorted(TABLE)[part::4]:
        for relation in RELATIONS:
            answer = asked(world, operation, relation)
            if answer != TABLE[operation][relation]:
                wrong[operation, relation] = answer, TABLE[operation][relation]
    assert wrong == {}


def asked(world: World, operation: str, relation: str) -> str | None:
    """The refusal's code, None for success; whatever it did is taken back."""
    client: Client = world.window(operation, relation).client
    body = None if operation.startswith("GET") else world.form(operation, relation)
    with transaction.atomic():
        method = operation.split()[0].lower()
        answer = getattr(client, method)(
            world.path(operation), body, **({} if body is None else {"content_type": "application/json"})
        )
        transaction.set_rollback(True)
    assert answer.status_code < 500, (operation, relation, answer.content)
    if answer.status_code < 300:
        return None
    return code(answer)
