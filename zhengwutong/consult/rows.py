"""The lines of a desk's lists. The number of queries never depends on how many lines there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, OuterRef, Q, Subquery

from zhengwutong.consult.models import Consultation, Hold, QueueEntry, State
from zhengwutong.consult.shapes import DeskRow, HoldFace, LastEntry, citizen_face, maybe, moment, office_name, state_of
from zhengwutong.journal.models import Entry, Member
from zhengwutong.journal.queries import last_entries

QUESTION = 80
SPOKEN = "text"
# What a line needs of a consultation and of its citizen: a hundred lines are a hundred of each.
SHOWN = (
    *("number", "desk", "state", "subject", "question", "asked_at", "accepted_at", "off_hours", "due_at", "officer"),
    *("stream", "citizen"),
)
FACE = ("name", "verified", "anonymous")


def rows(talk_ids: Collection[int]) -> dict[int, DeskRow]:
    """The lines of these consultations by id."""
    if not talk_ids:
        return {}
    found = Consultation.objects.filter(pk__in=talk_ids).select_related("citizen").prefetch_related("desk")
    talks = list(found.only(*SHOWN, *(f"citizen__{name}" for name in FACE)))
    places = places_of([talk.pk for talk in talks if talk.state == State.WAITING])
    holds = holds_of([talk.pk for talk in talks if talk.state == State.HELD])
    spoken = words([talk for talk in talks if talk.state in (State.SERVING, State.HELD)])
    return {talk.pk: row(talk, places.get(talk.pk), holds.get(talk.pk), spoken) for talk in talks}


class Place(NamedTuple):
    """An open place in a desk's list, and to whom it is offered."""

    consultation: int
    entered_at: datetime
    rank: int
    offered_to: int | None
    offer_ends: datetime | None
    only_for: int | None


def places_of(talk_ids: Collection[int]) -> dict[int, Place]:
    """The open places of these consultations."""
    if not talk_ids:
        return {}
    entries = QueueEntry.objects.filter(consultation__in=talk_ids, left_at__isnull=True)
    return {one[0]: Place(*one) for one in entries.values_list(*Place._fields)}


def holds_of(talk_ids: Collection[int]) -> dict[int, HoldFace]:
    """The standing holds of these consultations."""
    if not talk_ids:
        return {}
    standing = Hold.objects.filter(consultation__in=talk_ids, ended_at__isnull=True).select_related("asking")
    return {hold.consultation_id: hold_face(hold) for hold in standing}


def hold_face(hold: Hold) -> HoldFace:
    return HoldFace(
        reason=hold.reason,
        asking=office_name(hold.asking) if hold.asking else None,
        started_at=moment(hold.started_at),
        promised_at=moment(hold.promised_at),
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What was said in conversations somebody has, by stream id. `unread`: citizen's words the officer has not seen."""

    last: Mapping[int, LastEntry] = field(default_factory=dict)
    citizen_at: Mapping[int, int] = field(default_factory=dict)
    officer_at: Mapping[int, int] = field(default_factory=dict)
    unread: Mapping[int, int] = field(default_factory=dict)


def words(talks: Collection[Consultation]) -> Words:
    """Last entry, last words of either side, and how many the officer has not read."""
    if not talks:
        return Words()
    streams = [talk.stream_id for talk in talks]
    citizens = {talk.stream_id: talk.citizen_id for talk in talks}
    citizen_at: dict[int, int] = {}
    officer_at: dict[int, int] = {}
    said = Entry.objects.filter(stream__in=streams, kind=SPOKEN, author__isnull=False)
    for stream, author, at in said.values_list("stream_id", "author").annotate(at=Max("at")).order_by():
        side = citizen_at if author == citizens[stream] else officer_at
        side[stream] = max(at, side.get(stream, 0))
    last = {
        stream: LastEntry(kind=one.kind, body=one.body[:QUESTION], at=one.at, author=one.author)
        for stream, one in last_entries(streams).items()
    }
    return Words(last, citizen_at, officer_at, unread(talks))


def unread(talks: Collection[Consultation]) -> Counter[int]:
    """How many texts of the citizen each talk's officer has not had on screen, by stream id."""
    read = Member.objects.filter(stream=OuterRef("stream"), party=OuterRef("stream__consultation__officer"))
    news = Entry.objects.filter(
        Q(seq__gt=Subquery(read.values("last_read")[:1])),
        stream__in=[talk.stream_id for talk in talks],
        kind=SPOKEN,
        author__in={talk.citizen_id for talk in talks},
        withdrawn=False,
    )
    return Counter(news.values_list("stream_id", flat=True))


def row(talk: Consultation, place: Place | None, hold: HoldFace | None, spoken: Words) -> DeskRow:
    stream = talk.stream_id
    return DeskRow(
        id=talk.pk,
        number=talk.number,
        desk=talk.desk.key,
        state=state_of(talk),
        citizen=citizen_face(talk.citizen, hidden=talk.accepted_at is None),
        subject=talk.subject,
        question=talk.question[:QUESTION],
        asked_at=moment(talk.asked_at),
        entered_at=moment(place.entered_at if place else talk.asked_at),
        off_hours=talk.off_hours,
        rank=place.rank if place else 1,
        due_at=maybe(talk.due_at),
        offered_to=place.offered_to if place else None,
        offer_ends=maybe(place.offer_ends) if place else None,
        only_for=place.only_for if place else None,
        officer=talk.officer_id,
        hold=hold,
        stream=stream,
        last=spoken.last.get(stream),
        last_citizen_at=spoken.citizen_at.get(stream),
        last_officer_at=spoken.officer_at.get(stream),
        unread=spoken.unread.get(stream, 0),
    )
