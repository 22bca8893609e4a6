"""The system administrator's work: staff, posts, offices, places outside. Every step is in the audit chain."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from zhengwutong.kernel import clock
from zhengwutong.kernel.endpoint import Form, Limit, Page, staff
from zhengwutong.kernel.errors import Invalid
from zhengwutong.kernel.shape import Shape
from zhengwutong.kernel.transaction import write
from zhengwutong.people import access, actions, invitations, names, queries
from zhengwutong.people.access import Operation, SignedInRequest
from zhengwutong.people.doors import leave_everywhere
from zhengwutong.people.models import OfficeKind, PostRole, Role, User

router = Router(tags=["administration"], auth=staff)

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=60)]
StaffRole = Literal[
    "officer", "handler", "lead", "secretary", "inspector", "system_admin", "security_admin", "audit_admin"
]


# --- staff -----------------------------------------------------------------------------------------------------------


class PostIn(Form):
    office: Key
    role: PostRole = PostRole.OFFICER


class StaffIn(Form):
    username: Short
    name: Short
    role: StaffRole
    staff_number: Annotated[str, StringConstraints(max_length=16)] = ""
    posts: Annotated[list[PostIn], Field(max_length=20)] = []


class StaffChanges(Form):
    name: Short | None = None
    role: StaffRole | None = None
    staff_number: Annotated[str, StringConstraints(max_length=16)] | None = None
    active: bool | None = None


class OfficeLabel(Shape):
    key: str
    name: str
    short_name: str
    tile: str


class HeldPost(Shape):
    id: int
    office: OfficeLabel
    role: PostRole


class StaffOut(Shape):
    id: int
    name: str
    username: str
    role: Role
    staff_number: str
    active: bool
    invited: bool
    last_login: datetime | None
    posts: list[HeldPost]


class Invitation(Shape):
    """`link` is a path below the installation's address; it works once, until `ends`."""

    person: StaffOut
    link: str
    ends: datetime


@router.get("/staff", response=Page[StaffOut])
def read_staff(
    request: SignedInRequest,
    q: Annotated[str, Query(max_length=40)] = "",
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Limit = 50,
) -> dict[str, Any]:
    """People who work here, with their posts."""
    access.require(request.user, Operation.MANAGE_STAFF)
    items, following = queries.staff(words=q, after=after, limit=limit)
    return {"items": items, "next": following}


@router.post("/staff", response={201: Invitation})
def create_staff(request: SignedInRequest, form: StaffIn) -> Any:
    """Enter somebody who works here. Hand them the link: they choose their own password by it."""
    now = clock.now()
    access.require(request.user, Operation.MANAGE_STAFF)
    try:
        username = names.examined_username(form.username)
    except ValidationError as error:
        raise Invalid(fields={"username": "".join(error.messages)}) from error
    with write():
        person = actions.create_staff(
            request.user,
            username=username,
            name=form.name,
            role=Role(form.role),
            staff_number=form.staff_number,
            now=now,
        )
        for wanted in form.posts:
            actions.appoint(request.user, person, access.office(wanted.office), wanted.role, now=now)
    return Status(201, invitation(person, now))


@router.patch("/staff/{user_id}", response=StaffOut)
def change_staff(request: SignedInRequest, user_id: int, form: StaffChanges) -> dict[str, Any]:
    """Change somebody's name, role or number, or stop them from signing in (which ends their posts)."""
    person = access.staff_member(request.user, user_id)
    changes = {field: value for field, value in form.model_dump(exclude_unset=True).items() if value is not None}
    if "name" in changes:
        changes["name"] = names.shown(changes["name"])
    if "active" in changes:
        changes["is_active"] = changes.pop("active")
    person = actions.change_staff(request.user, person, changes, now=clock.now())
    if not person.is_active:
        leave_everywhere(person)
    return queries.one_of_staff(person)


@router.post("/staff/{user_id}/invitation", response=Invitation)
def renew_invitation(request: SignedInRequest, user_id: int) -> dict[str, Any]:
    """Take somebody's password away and give them a new link: lost passwords, lost links."""
    now = clock.now()
    person = access.staff_member(request.user, user_id)
    person = actions.renew_password(request.user, person, now=now)
    leave_everywhere(person)
    return invitation(person, now)


def invitation(person: User, now: datetime) -> dict[str, Any]:
    link = invitations.path(invitations.issue(person, now=now))
    return {"person": queries.one_of_staff(person), "link": link, "ends": now + invitations.GOOD_FOR}


# --- posts -----------------------------------------------------------------------------------------------------------


class Appointment(PostIn):
    user: int


@router.post("/posts", response={201: StaffOut})
def appoint(request: SignedInRequest, form: Appointment) -> Any:
    """Give somebody a post in an office."""
    person = access.staff_member(request.user, form.user)
    actions.appoint(request.user, person, access.office(form.office), form.role, now=clock.now())
    return Status(201, queries.one_of_staff(person))


@router.delete("/posts/{post_id}", response={204: None})
def dismiss(request: SignedInRequest, post_id: int) -> Any:
    """End a post."""
    access.require(request.user, Operation.MANAGE_STAFF)
    actions.dismiss(request.user, queries.post(post_id), now=clock.now())
    return Status(204, None)


# --- offices ---------------------------------------------------------------------------------------------------------


class OfficeChanges(Form):
    kind: OfficeKind | None = None
    parent: Key | None = None
    name: Line | None = None
    short_name: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None
    english: Annotated[str, StringConstraints(max_length=120)] | None = None
    english_short: Annotated[str, StringConstraints(max_length=40)] | None = None
    tile: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    remit: Annotated[str, StringConstraints(max_length=1000)] | None = None
    english_remit: Annotated[str, StringConstraints(max_length=2000)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    address: Annotated[str, StringConstraints(max_length=120)] | None = None
    position: Annotated[int, Field(ge=0, le=32000)] | None = None
    active: bool | None = None
    has_desk: bool | None = None
    capacity: Annotated[int, Field(ge=1, le=50)] | None = None
    accept_seconds: Annotated[int, Field(ge=5, le=600)] | None = None


class OfficeIn(OfficeChanges):
    key: Key
    kind: OfficeKind = OfficeKind.DEPARTMENT
    name: Line
    short_name: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    tile: Annotated[str, StringConstraints(min_length=1, max_length=1)]


class OfficeRow(Shape):
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
    parent: str | None
    position: int
    active: bool
    has_desk: bool
    capacity: int
    accept_seconds: int


@router.get("/offices", response=list[OfficeRow])
def read_offices(request: SignedInRequest) -> list[dict[str, Any]]:
    """Every office, closed ones too."""
    access.require(request.user, Operation.MANAGE_OFFICES)
    return queries.all_offices()


@router.post("/offices", response={201: list[OfficeRow]})
def open_office(request: SignedInRequest, form: OfficeIn) -> Any:
    """Enter a department or an office below one: data, not code."""
    access.require(request.user, Operation.MANAGE_OFFICES)
    actions.open_office(request.user, now=clock.now(), **{"kind": form.kind, **entered(form)})
    return Status(201, queries.all_offices())


@router.patch("/offices/{key}", response=list[OfficeRow])
def change_office(request: SignedInRequest, key: str, form: OfficeChanges) -> list[dict[str, Any]]:
    """Change or close an office."""
    office = access.any_office(request.user, key)
    actions.change_office(request.user, office, entered(form), now=clock.now())
    return queries.all_offices()


def entered(form: OfficeChanges) -> dict[str, Any]:
    """The fields that were sent, the office above as a row. A parent of null makes it stand alone."""
    facts = form.model_dump(exclude_unset=True)
    facts = {field: value for field, value in facts.items() if value is not None or field == "parent"}
    if facts.get("parent") is not None:
        facts["parent"] = access.office(facts["parent"])
    return facts


# --- places outside --------------------------------------------------------------------------------------------------


class DestinationChanges(Form):
    name: Line | None = None
    group: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    address: Annotated[str, StringConstraints(max_length=120)] | None = None
    hours: Annotated[str, StringConstraints(max_length=60)] | None = None
    position: Annotated[int, Field(ge=0, le=32000)] | None = None
    active: bool | None = None


class DestinationIn(DestinationChanges):
    name: Line
    group: Annotated[str, StringConstraints(min_length=1, max_length=20)]


class DestinationRow(Shape):
    id: int
    name: str
    group: str
    phone: str
    address: str
    hours: str
    position: int
    active: bool


@router.post("/destinations", response={201: DestinationRow})
def enter_destination(request: SignedInRequest, form: DestinationIn) -> Any:
    """Enter a place outside our remit."""
    facts = {field: value for field, value in form.model_dump(exclude_unset=True).items() if value is not None}
    return Status(201, actions.enter_destination(request.user, now=clock.now(), **facts))


@router.patch("/destinations/{place_id}", response=DestinationRow)
def change_destination(request: SignedInRequest, place_id: int, form: DestinationChanges) -> Any:
    """Change or withdraw a place outside."""
    changes = {field: value for field, value in form.model_dump(exclude_unset=True).items() if value is not None}
    return actions.change_destination(request.user, place_id, changes, now=clock.now())
