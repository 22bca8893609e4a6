"""Accounts and offices over HTTP. Signing in and out, codes and second factor are allauth's under /_allauth/."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from allauth.account.adapter import get_adapter
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Status
from pydantic import StringConstraints

from zhengwutong.kernel import clock, limits
from zhengwutong.kernel.endpoint import Form, anyone
from zhengwutong.kernel.errors import Invalid, NotFound
from zhengwutong.kernel.shape import Shape
from zhengwutong.people import actions, administration, invitations, names, passwords, queries
from zhengwutong.people.access import SignedInRequest
from zhengwutong.people.doors import enter
from zhengwutong.people.models import OfficeKind, PostRole, Role, User

router = Router(tags=["people"])
router.add_router("/admin", administration.router)

Username = Annotated[str, StringConstraints(min_length=3, max_length=24)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]


# --- oneself ---------------------------------------------------------------------------------------------------------


class Label(Shape):
    key: str
    name: str
    short_name: str
    tile: str


class Held(Shape):
    id: int
    office: Label
    role: PostRole


class Person(Shape):
    """Oneself. Numbers and addresses are masked even for their owner: a screen may be looked at."""

    id: int
    name: str
    role: Role
    username: str
    anonymous: bool
    verified: bool
    staff_number: str
    phone_masked: str
    email_masked: str
    language: str
    region: str
    notices_stream: int | None
    second_factor: bool


class Me(Shape):
    user: Person | None
    posts: list[Held]
    demo: bool


class Changes(Form):
    name: Name | None = None
    language: Literal["zh-CN", "en"] | None = None
    region: Annotated[str, StringConstraints(max_length=40)] | None = None


class Claim(Form):
    username: Username
    password: Password
    name: Name | None = None


@router.get("/me", auth=anyone, response=Me)
def read_me(request: HttpRequest) -> dict[str, Any]:
    """Who is signed in on this browser. Hands out the CSRF cookie besides."""
    get_token(request)
    return queries.me(request.user)


@router.patch("/me", response=Me)
def change_me(request: SignedInRequest, changes: Changes) -> dict[str, Any]:
    """Change one's display name (citizens only), language or region."""
    asked = {field: value for field, value in changes.model_dump(exclude_unset=True).items() if value is not None}
    return queries.me(actions.change_own(request.user, asked))


@router.post("/people/anonymous", auth=anyone, response={200: Me, 201: Me})
def ask_anonymously(request: HttpRequest) -> Any:
    """An account for this device, signed in for a year. Whoever is signed in already stays who they are (200)."""
    if isinstance(request.user, User):
        return queries.me(request.user)
    now = clock.now()
    limits.spend_address("anonymous", request, times=60, seconds=600, now=now)
    user = actions.open_anonymous(now=now)
    enter(request, user, by="device")
    return Status(201, queries.me(user))


@router.post("/people/claim", response=Me)
def claim(request: SignedInRequest, form: Claim) -> dict[str, Any]:
    """Give a device's account a username and a password; everything on it stays."""
    username = examined_username(form.username)
    passwords.examine(form.password, User(username=username))
    user = actions.claim(
        request.user, username=username, password=form.password, name=form.name or names.from_username(form.username)
    )
    enter(request, user, by="password")
    return queries.me(user)


def examined_username(username: str) -> str:
    try:
        examined: str = get_adapter().clean_username(username)
    except ValidationError as error:
        raise Invalid(fields={"username": "".join(error.messages)}) from error
    return examined


# --- one's sessions --------------------------------------------------------------------------------------------------


class Session(Shape):
    id: int
    current: bool
    address: str
    browser: str
    since: datetime
    seen: datetime


@router.get("/me/sessions", response=list[Session])
def read_sessions(request: SignedInRequest) -> list[dict[str, Any]]:
    """The browsers on which one is signed in, newest first."""
    current = request.session.session_key
    return [
        {
            "id": session.pk,
            "current": session.session_key == current,
            "address": session.ip,
            "browser": session.user_agent,
            "since": session.created_at,
            "seen": session.last_seen_at,
        }
        for session in UserSession.objects.filter(user=request.user).order_by("-created_at")[:100]
    ]


@router.delete("/me/sessions/{session_id}", response={204: None})
def end_session(request: SignedInRequest, session_id: int) -> Any:
    """Sign one of one's browsers out; its sockets close at once."""
    session = UserSession.objects.filter(user=request.user, pk=session_id).first()
    if session is None:
        raise NotFound
    if session.session_key == request.session.session_key:
        get_adapter().logout(request)
        session.delete()
    else:
        get_sessions_adapter().end_sessions([session])
    return Status(204, None)


# --- invitations -----------------------------------------------------------------------------------------------------


class Invited(Shape):
    name: str
    username: str


class Chosen(Form):
    password: Password


@router.get("/people/invitations/{token}", auth=anyone, response=Invited)
def read_invitation(request: HttpRequest, token: str) -> dict[str, Any]:
    """Whom a one-time link is for."""
    now = clock.now()
    limits.spend_address("invitation", request, times=60, seconds=600, now=now)
    person = invitations.redeem(token, now=now)
    return {"name": person.name, "username": person.username}


@router.post("/people/invitations/{token}", auth=anyone, response=Me)
def accept_invitation(request: HttpRequest, token: str, form: Chosen) -> dict[str, Any]:
    """Choose a password and come in; `user` is null where the second factor is asked next. The link is used up."""
    now = clock.now()
    limits.spend_address("invitation", request, times=60, seconds=600, now=now)
    person = invitations.redeem(token, now=now)
    passwords.examine(form.password, person)
    person = actions.accept_invitation(person, password=form.password, now=now)
    enter(request, person, by="password")
    return queries.me(request.user)


# --- offices ---------------------------------------------------------------------------------------------------------


class OfficeOut(Shape):
    key: str
    kind: OfficeKind
    name: str
    short_name: str
    english: str
    english_short: str
    tile: str
    remit: str
    english_remit: str
    phone: str
    address: str
    has_desk: bool
    parent: str | None


class DestinationOut(Shape):
    id: int
    name: str
    group: str
    phone: str
    address: str
    hours: str


@router.get("/offices", auth=anyone, response=list[OfficeOut])
def read_offices(request: HttpRequest) -> list[dict[str, Any]]:
    """The tree of departments and offices as a list in its order; `parent` names the one above."""
    return queries.offices()


@router.get("/destinations", auth=anyone, response=list[DestinationOut])
def read_destinations(request: HttpRequest) -> list[dict[str, Any]]:
    """Where to turn with what is outside our remit."""
    return queries.destinations()
