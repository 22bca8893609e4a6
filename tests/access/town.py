"""A town at work: one conversation with everybody who may want something of it, and of the things around it.

The owner's question went to the transport desk (sender), was passed on to labour, served there by somebody who holds no
post any more (dismissed) and is now with `serving`, who asked the population desk (asked) beside it. Besides there are
a conversation that has ended, two that became cases, and somebody who waits. Every private text is a canary.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession

from tests.access.canaries import plant, plant_exact, plant_phone, share
from tests.access.cells import AT_THE_DESK, Row
from tests.consult.place import department, on_duty, roster
from tests.consult.window import Window
from tests.duty.world import citizen, come_in, officer, staff
from zhengwutong.cases.models import Case
from zhengwutong.consult import phrases
from zhengwutong.kernel import clock
from zhengwutong.people import actions, invitations
from zhengwutong.people.models import Destination, Office, Post, PostRole, Role, User
from zhengwutong.people.sessions import SessionStore

# Whom the texts of a conversation may reach: its citizen and the desk where it is; those before it up to their leaving.
READERS = ("owner", *AT_THE_DESK)
FORMER = ("sender", "dismissed")
WORKING = (*READERS, "handler")


class Town:
    """`windows` by relation; `names` are the ids and keys operations are about; `secrets` the private texts by what."""

    def __init__(self) -> None:
        self.windows: dict[str, Window] = {"visitor": Window(None)}
        self.secrets: dict[str, str] = {}
        self.may_reach: dict[str, tuple[str, ...]] = {}
        self.open_the_offices()
        self.people_come()
        self.talks_happen()
        self.others_come()
        self.sessions_end()
        self.names = self.what_there_is()

    def person(self, relation: str) -> User:
        found = self.windows[relation].person
        assert found is not None
        return found

    # --- what is private ---------------------------------------------------------------------------------------------

    def secret(self, what: str, *relations: str) -> str:
        """A canary that may reach these relations, whoever of them comes later too."""
        text = plant(what, *(self.windows[one].person for one in relations if one in self.windows))
        self.secrets[what], self.may_reach[text] = text, relations
        return text

    def comes(self, relation: str, window: Window) -> Window:
        self.windows[relation] = window
        for text, relations in self.may_reach.items():
            if relation in relations:
                share(text, window.person)
        return window

    def citizen(self, relation: str, *relations: str) -> Window:
        """A citizen whose name, number and address are canaries; `relations` may know the name."""
        person = citizen(relation)
        person.name = self.secret(f"name of {relation}", relation, *relations)
        person.phone, person.phone_verified = plant_phone(person), True
        person.email = f"{self.secret(f'address of {relation}', relation).split(' ')[0]}@example.cn"
        person.region = self.secret(f"region of {relation}", relation, *relations)
        person.save()
        self.secrets[f"phone of {relation}"] = person.phone
        window = self.comes(relation, Window(person))
        plant_exact(str(window.client.session.session_key), "session of a citizen")
        return window

    def revealed_by(self, row: Row, relation: str) -> list[str]:
        """The canaries an operation tells to a relation that may do it."""
        if not row.reveals or row.cells.get(relation, "") is not None:
            return []
        return [text for what, text in self.secrets.items() if what.endswith(f"of {row.reveals}")]

    # --- people ------------------------------------------------------------------------------------------------------

    def open_the_offices(self) -> None:
        self.labour, self.transport = department("labour"), department("transport")
        self.population, self.tax = department("population"), department("tax")
        self.place = Destination.objects.create(name="余杭区政府", group="市县", phone="0571-1", address="临平")

    def people_come(self) -> None:
        self.citizen("owner", *READERS, *FORMER)
        self.citizen("stranger")
        self.comes("device", Window(actions.open_anonymous(now=clock.now())))
        self.comes("sender", on_duty("sender", self.transport))
        self.comes("serving", on_duty("serving", self.labour))

    def others_come(self) -> None:
        self.comes("asked", on_duty("asked", self.population))
        self.comes("elsewhere", on_duty("elsewhere", self.tax))
        self.comes("colleague", on_duty("colleague", self.labour))
        self.comes("lead", leading("lead", self.labour))
        self.comes("helping", leading("helping", self.tax, helps=self.labour))
        self.comes("handler", Window(officer("handler", self.labour, role=PostRole.HANDLER)))
        self.comes("handler_elsewhere", Window(officer("handler-tax", self.tax, role=PostRole.HANDLER)))
        for name in ("secretary", "inspector", "system_admin", "security_admin", "audit_admin"):
            self.comes(name, Window(staff(name, Role(name))))
        self.comes("unproved", Window(staff("unproved", Role.SYSTEM_ADMIN)))
        administrator = self.person("system_admin")
        administrator.demo = True  # whoever only plays needs no second factor
        administrator.save()

    def sessions_end(self) -> None:
        """Somebody whose session was ended, and somebody whose account is closed."""
        self.windows["revoked"] = Window(self.person("serving"))
        SessionStore().delete(self.windows["revoked"].client.session.session_key)
        self.windows["locked"] = Window(staff("locked", Role.SYSTEM_ADMIN))
        User.objects.filter(username="locked").update(is_active=False)

    # --- what happens ------------------------------------------------------------------------------------------------

    def talks_happen(self) -> None:
        own, serving = self.windows["owner"], self.windows["serving"]
        self.ended = self.answered(own, serving)
        serving.end(self.ended)
        own.do(f"/consultations/{self.ended}/rating", level=2, words=self.secret("words of a rating", "owner"))
        self.case = self.taken(own, serving)
        self.accepted_case = self.taken(own, serving)
        self.talk = self.passed_on(own, serving)
        self.answer = serving.say(self.talk, self.secret("answer", *READERS))["seq"]
        self.word = own.say(self.talk, self.secret("word", *READERS))["seq"]
        taken_back = own.say(self.talk, self.secret("withdrawn word"))["seq"]
        own.do(f"/consultations/{self.talk}/recall", seq=taken_back)
        serving.do(f"/consultations/{self.talk}/notes", body=self.secret("note", *AT_THE_DESK), key="note")
        question = self.secret("inquiry", *AT_THE_DESK, "asked")
        self.inquiry = serving.do(f"/consultations/{self.talk}/inquiries", desk="population", question=question)["id"]
        self.waiting = self.windows["stranger"].ask(self.labour, self.secret("waiting", "stranger", *AT_THE_DESK))["id"]

    def answered(self, own: Window, serving: Window) -> int:
        talk = own.ask(self.labour, self.secret("question", *WORKING))["id"]
        serving.accept(talk)
        serving.say(talk, self.secret("answer", *WORKING))
        return int(talk)

    def taken(self, own: Window, serving: Window) -> int:
        """A conversation that became a case of the labour office."""
        talk = self.answered(own, serving)
        facts = {
            "office": "labour",
            "days": 5,
            "subject": "社保",
            "summary": self.secret("summary of a case", *WORKING),
        }
        serving.do(f"/consultations/{talk}/back-office", **facts)
        return int(Case.objects.get(consultation=talk).pk)

    def passed_on(self, own: Window, serving: Window) -> int:
        """Asked at transport, passed on to labour, handed over there from one officer to the other."""
        talk = int(own.ask(self.transport, self.secret("first question", *READERS, *FORMER))["id"])
        self.windows["sender"].accept(talk)
        summary = self.secret("reason of a transfer", *AT_THE_DESK, *FORMER)
        dismissed = self.comes("dismissed", on_duty("dismissed", self.labour))
        self.windows["sender"].do(f"/consultations/{talk}/transfer", desk="labour", summary=summary)
        dismissed.accept(talk)
        dismissed.do(f"/consultations/{talk}/handover", officer=self.person("serving").pk)
        serving.accept(talk)
        actions.end_post(Post.objects.get(user=self.person("dismissed")), now=clock.now())
        return talk

    # --- things ------------------------------------------------------------------------------------------------------

    def what_there_is(self) -> dict[str, Any]:
        """What the operations are about, by the names of their parameters."""
        serving, case = self.person("serving"), Case.objects.get(pk=self.case)
        phrase = phrases.add(serving, title="开场", body=self.secret("phrase", "serving"))
        self.windows["handler"].do(f"/cases/{self.accepted_case}/accept")
        return {
            "talk_id": self.talk,
            "ended": self.ended,
            "waiting": self.waiting,
            "inquiry_id": self.inquiry,
            "case_id": self.case,
            "accepted_case": self.accepted_case,
            "number": case.number,
            "code": case.code,
            "phrase_id": phrase.pk,
            "session_id": session_of(self.windows["owner"]).pk,
            "user_id": serving.pk,
            "post_id": Post.objects.get(user=serving).pk,
            "key": "labour",
            "desk": "labour",
            "place_id": self.place.pk,
            "token": invitations.issue(staff("invited"), now=clock.now()),
            "today": clock.local(clock.now()).date().isoformat(),
            "word": self.word,
            "answer": self.answer,
            "colleague": self.person("colleague").pk,
        }


ABSENT: dict[str, Any] = {
    **dict.fromkeys(("talk_id", "ended", "waiting", "inquiry_id", "case_id", "accepted_case"), 2**40),
    **dict.fromkeys(("phrase_id", "session_id", "user_id", "post_id", "place_id"), 2**40),
    **dict.fromkeys(("key", "desk"), "nowhere"),
    "number": "BJ20000101-0001",
    "token": "nobody",
}


def leading(name: str, desk: Office, *, helps: Office | None = None) -> Window:
    """The lead of a desk, on duty; `helps`: with an officer's post at another desk besides."""
    person = officer(name, desk, role=PostRole.LEAD)
    if helps is not None:
        actions.appoint(None, person, helps, now=clock.now() - timedelta(days=9))
    roster(person, helps or desk)
    come_in(person)
    return Window(person)


def session_of(window: Window) -> UserSession:
    """The row of a window's session, as its owner sees it among the browsers where he is signed in."""
    key = window.client.session.session_key
    facts = {"user": window.person, "ip": "192.0.2.9", "user_agent": "browser", "session_key": key}
    return UserSession.objects.get_or_create(session_key=key, defaults=facts)[0]
