"""What a screen shows of one consultation, and the citizen's own list. The reader has been through `access` already."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, QuerySet

from zhengwutong.cases.models import Case
from zhengwutong.consult.citizen import may_rate
from zhengwutong.consult.expectation import Expectation, place_of
from zhengwutong.consult.models import Consultation, Hold, QueueEntry, Rank, Rating, State
from zhengwutong.consult.rows import hold_face
from zhengwutong.consult.shapes import (
    CaseFace,
    DestinationFace,
    HoldFace,
    LastEntry,
    OfficerFace,
    PersonName,
    RatingFace,
    Talk,
    TalkRow,
    citizen_face,
    desk_face,
    maybe,
    moment,
    outcome_of,
    state_of,
)
from zhengwutong.duty.queries import declared, desks_now
from zhengwutong.journal.entries import EntryView
from zhengwutong.journal.models import Entry, Stream
from zhengwutong.journal.queries import last_entries, read_marks, windows
from zhengwutong.kernel.clock import millis
from zhengwutong.people.access import AT_A_DESK
from zhengwutong.people.models import Destination, Post, User
from zhengwutong.presence.queries import present

LINE = 80


def talk(of: Consultation, *, reader: User, now: datetime) -> Talk:
    """The whole of one consultation as its citizen, or the desk's staff, may see it."""
    own = of.citizen_id == reader.pk
    hidden = not own and of.accepted_at is None
    rating = Rating.objects.filter(consultation=of).first() if own else None
    place, minutes = expected(of, now)
    window = windows(reader.pk, [of.stream_id]).get(of.stream_id)
    return Talk(
        id=of.pk,
        number=of.number,
        state=state_of(of),
        desk=desk_face(of.desk),
        officer=officer_face(of.officer, now=now) if of.officer else None,
        stream=of.stream_id,
        citizen=citizen_face(of.citizen, hidden=hidden),
        question=of.question,
        place=place,
        eta_minutes=minutes,
        off_hours=of.off_hours,
        opens_at=maybe(of.opens_at),
        due_at=maybe(of.due_at),
        asked_at=moment(of.asked_at),
        accepted_at=maybe(of.accepted_at),
        first_reply_at=maybe(of.first_reply_at),
        ended_at=maybe(of.ended_at),
        outcome=outcome_of(of),
        subject=of.subject,
        destination=destination_face(of.destination),
        case=case_face(of),
        rating=RatingFace(level=rating.level, reasons=rating.reasons, words=rating.words) if rating else None,
        may_rate=own and may_rate(of, rated=rating is not None, now=now),
        hold=standing_hold(of),
        people=people_in(of, hidden=hidden),
        last_seq=Stream.objects.values_list("last_seq", flat=True).get(pk=of.stream_id),
        last_read=window.last_read if window else 0,
        marks={str(party): seq for party, seq in read_marks([of.stream_id])[of.stream_id].items() if party > 0},
        notes_stream=None if own else of.notes_id,
        previous_count=None if own or hidden else previous(of).count(),
    )


def expected(of: Consultation, now: datetime) -> tuple[int | None, int | None]:
    """Place and minutes of somebody who waits live; nothing for a message, which has its date."""
    if of.state != State.WAITING:
        return None, None
    entry = QueueEntry.objects.filter(consultation=of, left_at__isnull=True).first()
    if entry is None or entry.rank != Rank.LIVE:
        return None, None
    place = place_of(entry)
    return place, Expectation(of.desk_id, desks_now([of.desk_id], now)[of.desk_id]).minutes(place)


def officer_face(officer: User, *, now: datetime) -> OfficerFace:
    return OfficerFace(
        id=officer.pk,
        name=officer.name,
        number=officer.staff_number,
        present=officer.pk in present([officer.pk], now),
        declared=declared(officer.pk, now).value,
    )


def destination_face(destination: Destination | None) -> DestinationFace | None:
    if destination is None:
        return None
    return DestinationFace(
        id=destination.pk,
        name=destination.name,
        phone=destination.phone,
        address=destination.address,
        hours=destination.hours,
    )


def case_face(of: Consultation) -> CaseFace | None:
    if of.outcome != "back_office":
        return None
    case = Case.objects.filter(consultation=of.pk).select_related("office", "due_record").first()
    if case is None:
        return None
    return CaseFace(number=case.number, code=case.code, due_at=millis(case.due_record.due_at), office=case.office.name)


def standing_hold(of: Consultation) -> HoldFace | None:
    if of.state != State.HELD:
        return None
    hold = Hold.objects.filter(consultation=of, ended_at__isnull=True).select_related("asking").first()
    return hold_face(hold) if hold else None


def people_in(of: Consultation, *, hidden: bool) -> dict[str, PersonName]:
    """Everybody who wrote in the talk, by id: staff with number and desk, the citizen as the reader may see him."""
    authors = set(Entry.objects.filter(stream=of.stream_id, author__isnull=False).values_list("author", flat=True))
    staff = {one for one in (*authors, of.officer_id) if one not in (None, of.citizen_id)}
    desks = desk_names(staff)
    names = {
        str(one.pk): PersonName(name=one.name, number=one.staff_number, desk=desks.get(one.pk))
        for one in User.objects.filter(pk__in=staff)
    }
    names[str(of.citizen_id)] = PersonName(name=citizen_face(of.citizen, hidden=hidden).name)
    return names


def desk_names(officers: Collection[int]) -> dict[int, str]:
    """The first desk at which each of them holds a post."""
    posts = Post.objects.filter(user__in=officers, until__isnull=True, role__in=AT_A_DESK)
    rows = posts.order_by("-office__position", "-office_id").values_list("user", "office__short_name")
    return dict(rows)


def previous(of: Consultation) -> QuerySet[Consultation]:
    """What the same citizen asked the same desk before."""
    return Consultation.objects.filter(citizen=of.citizen_id, desk=of.desk_id, asked_at__lt=of.asked_at)


# --- the citizen's list ----------------------------------------------------------------------------------------------


def mine(citizen: User, *, state: str | None, after: int | None, limit: int, now: datetime) -> list[TalkRow]:
    """One's own consultations, newest first, those with an id below `after`. Constant number of queries."""
    talks = Consultation.objects.filter(citizen=citizen).prefetch_related("desk", "officer").order_by("-pk")
    talks = talks.annotate(last_seq=F("stream__last_seq"))
    if state == "open":
        talks = talks.exclude(state=State.ENDED)
    elif state == "ended":
        talks = talks.filter(state=State.ENDED)
    if after is not None:
        talks = talks.filter(pk__lt=after)
    page = list(talks[:limit])
    streams = [one.stream_id for one in page]
    last, marks = last_entries(streams), read_marks(streams)
    ratings = dict(
        Rating.objects.filter(consultation__in=[one.pk for one in page]).values_list("consultation", "level")
    )
    return [
        TalkRow(
            id=one.pk,
            number=one.number,
            state=state_of(one),
            desk=desk_face(one.desk),
            officer_name=one.officer.name if one.officer else None,
            stream=one.stream_id,
            question=one.question[:LINE],
            off_hours=one.off_hours,
            asked_at=moment(one.asked_at),
            ended_at=maybe(one.ended_at),
            outcome=outcome_of(one),
            subject=one.subject,
            may_rate=may_rate(one, rated=one.pk in ratings, now=now),
            rated=ratings.get(one.pk),
            last_seq=one.last_seq,
            last_read=marks[one.stream_id].get(citizen.pk, 0),
            last=line(last.get(one.stream_id)),
        )
        for one in page
    ]


def line(entry: EntryView | None) -> LastEntry | None:
    if entry is None:
        return None
    return LastEntry(kind=entry.kind, body=entry.body[:LINE], at=entry.at, author=entry.author)
