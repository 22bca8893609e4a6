"""What the doors of this room show, as plain values. The same `DeskRow` travels in a snapshot and on the desk's stream.

Moments are ISO 8601 on the office's clock (+08:00). Names are masked for staff until somebody has accepted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, cast

from pydantic import Field

from zhengwutong.consult.models import Consultation
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.shape import Shape
from zhengwutong.people import masking
from zhengwutong.people.models import Office, User

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
StateName = Literal["waiting", "serving", "held", "ended"]
OutcomeName = Literal["answered", "consulted", "transferred", "back_office", "outside", "withdrawn"]


class OfficeName(Shape):
    key: str
    name: str


class DeskFace(Shape):
    key: str
    name: str
    short_name: str
    tile: str
    phone: str


class OfficerFace(Shape):
    id: int
    name: str
    number: str
    present: bool
    declared: str


class CitizenFace(Shape):
    """`id` is null for staff until somebody has accepted."""

    id: int | None
    name: str
    verified: bool
    anonymous: bool


class PersonName(Shape):
    name: str
    number: str | None = None
    desk: str | None = None


class DestinationFace(Shape):
    id: int
    name: str
    phone: str
    address: str
    hours: str


class CaseFace(Shape):
    number: str
    code: str
    due_at: int = Field(description="milliseconds since 1970 UTC")
    office: str


class HoldFace(Shape):
    reason: str
    asking: OfficeName | None
    started_at: Moment
    promised_at: Moment


class RatingFace(Shape):
    level: int
    reasons: list[str]
    words: str


class Talk(Shape):
    """One consultation as its reader may see it. `place` counts from 1; `rating` is the citizen's own only."""

    id: int
    number: str
    state: StateName
    desk: DeskFace
    officer: OfficerFace | None
    stream: int
    citizen: CitizenFace
    question: str
    place: int | None
    eta_minutes: int | None
    off_hours: bool
    opens_at: Moment | None
    due_at: Moment | None
    asked_at: Moment
    accepted_at: Moment | None
    first_reply_at: Moment | None
    ended_at: Moment | None
    outcome: OutcomeName | None
    subject: str
    destination: DestinationFace | None
    case: CaseFace | None
    rating: RatingFace | None
    may_rate: bool
    hold: HoldFace | None
    people: dict[str, PersonName]
    last_seq: int
    last_read: int
    marks: dict[str, int]
    notes_stream: int | None
    previous_count: int | None


class LastEntry(Shape):
    kind: str
    body: str
    at: int = Field(description="milliseconds since 1970 UTC")
    author: int | None


class TalkRow(Shape):
    """One line of the citizen's own list."""

    id: int
    number: str
    state: StateName
    desk: DeskFace
    officer_name: str | None
    stream: int
    question: str
    off_hours: bool
    asked_at: Moment
    ended_at: Moment | None
    outcome: OutcomeName | None
    subject: str
    may_rate: bool
    rated: int | None
    last_seq: int
    last_read: int
    last: LastEntry | None


class DeskRow(Shape):
    """One line of a desk's lists. What comes after `hold` is known only of conversations somebody has."""

    id: int
    number: str
    desk: str
    state: StateName
    citizen: CitizenFace
    subject: str
    question: str
    asked_at: Moment
    entered_at: Moment
    off_hours: bool
    rank: int
    due_at: Moment | None
    offered_to: int | None
    offer_ends: Moment | None
    only_for: int | None
    officer: int | None
    hold: HoldFace | None
    stream: int
    last: LastEntry | None
    last_citizen_at: int | None
    last_officer_at: int | None
    unread: int


def moment(at: datetime) -> str:
    """ISO 8601 on the office's clock, to the millisecond."""
    return local(at).isoformat(timespec="milliseconds")


def state_of(talk: Consultation) -> StateName:
    return cast(StateName, talk.state)


def outcome_of(talk: Consultation) -> OutcomeName | None:
    return cast(OutcomeName, talk.outcome) if talk.outcome else None


def maybe(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


def citizen_face(citizen: User, *, hidden: bool) -> CitizenFace:
    """`hidden`: to staff before acceptance. Somebody anonymous has no name to hide."""
    name = masking.name(citizen.name) if hidden and not citizen.anonymous else citizen.name
    return CitizenFace(
        id=None if hidden else citizen.pk, name=name, verified=citizen.verified, anonymous=citizen.anonymous
    )


def desk_face(desk: Office) -> DeskFace:
    return DeskFace(key=desk.key, name=desk.name, short_name=desk.short_name, tile=desk.tile, phone=desk.phone)


def office_name(office: Office) -> OfficeName:
    return OfficeName(key=office.key, name=office.name)
