"""The only way from an id to a consultation. "Not yours" and "not there" are the same answer.

| relation | who |
|---|---|
| citizen | who asked |
| desk staff | who serves the desk where it is now, or the desk it is handed over from while nobody has accepted |
| serving officer | the one of them in whose hands it is |
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from zhengwutong.consult.models import Consultation, Inquiry
from zhengwutong.kernel.errors import NotAllowed, NotFound
from zhengwutong.people.access import Operation, desks_of, require
from zhengwutong.people.models import User


def for_citizen(user: User, talk_id: int) -> Consultation:
    """One's own consultation."""
    return found(Consultation.objects.filter(pk=talk_id, citizen=user))


def for_desk_staff(user: User, talk_id: int) -> Consultation:
    """A consultation at a desk the user serves."""
    require(user, Operation.SERVE)
    desks = [desk.pk for desk in desks_of(user)]
    handed_over = Q(
        handovers__from_desk__in=desks, handovers__accepted_at__isnull=True, handovers__returned_at__isnull=True
    )
    return found(Consultation.objects.filter(Q(desk__in=desks) | handed_over, pk=talk_id).distinct())


def for_serving_officer(user: User, talk_id: int) -> Consultation:
    """The user's own conversation. Colleagues of the desk know it is there: NotAllowed."""
    talk = for_desk_staff(user, talk_id)
    if talk.officer_id != user.pk:
        raise NotAllowed("这次咨询不在您这里。")
    return talk


def for_reader(user: User, talk_id: int) -> Consultation:
    """Whoever may read it: the citizen who asked, or the desk's staff."""
    return for_citizen(user, talk_id) if user.is_citizen else for_desk_staff(user, talk_id)


def inquiry(user: User, inquiry_id: int) -> Inquiry:
    """An inquiry to a desk the user serves, from one of his conversations' desks, or his own while he serves any."""
    require(user, Operation.SERVE)
    desks = [desk.pk for desk in desks_of(user)]
    theirs = Q(desk__in=desks) | Q(consultation__desk__in=desks)
    if desks:
        theirs |= Q(asked_by=user)
    one = (
        Inquiry.objects.filter(theirs)
        .filter(pk=inquiry_id)
        .select_related("consultation__desk", "desk", "asked_by")
        .first()
    )
    if one is None:
        raise NotFound
    return one


def found(talks: QuerySet[Consultation]) -> Consultation:
    one = talks.select_related("desk", "citizen", "officer", "destination").first()
    if one is None:
        raise NotFound
    return one
