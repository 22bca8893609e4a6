"""Offers: whoever waits is offered to an officer with a free seat, who has some seconds to accept.

`fill` runs at the end of every turn at a desk and in the sweeper; it is the one place where the invariant is kept:
nobody waits while an officer who takes offers at that desk has a free seat.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import OuterRef, Subquery

from zhengwutong.consult import telling
from zhengwutong.consult.assignment import Place, offers
from zhengwutong.consult.expectation import waiting_at
from zhengwutong.consult.models import Consultation, QueueEntry, State
from zhengwutong.consult.seats import seats
from zhengwutong.consult.turn import Turn
from zhengwutong.people.models import Office, User


def fill(turn: Turn, desk: Office) -> None:
    """Offer as many of those waiting at a locked desk as there are free seats."""
    waiting = waiting_at(desk.pk).filter(offered_to__isnull=True, only_for__isnull=True)
    if not waiting.exists():
        return
    there = seats(turn, desk.pk)
    free = sum(seat.free for seat in there)
    if not free:
        return
    entries = {entry.pk: entry for entry in waiting.annotate(previous=previous_officer())[:free]}
    places = [Place(entry.pk, entry.previous, frozenset(entry.passed)) for entry in entries.values()]
    made = offers(places, there)
    officers = User.objects.in_bulk({offer.officer for offer in made})
    for offer in made:
        stand(turn, entries[offer.entry], officers[offer.officer], desk)


def take_back(turn: Turn, desk: Office) -> None:
    """Offers standing to somebody who takes none any more go to the next; a colleague's own handover waits for him."""
    standing = list(waiting_at(desk.pk).filter(offered_to__isnull=False, only_for__isnull=True))
    takers = {one.user_id for one in turn.takers(desk.pk)}
    for entry in standing:
        if entry.offered_to_id not in takers:
            clear(turn, entry)


def previous_officer() -> Subquery:
    """Who served the same citizen at the same desk last time."""
    before = Consultation.objects.filter(
        citizen=OuterRef("consultation__citizen"), desk=OuterRef("desk"), state=State.ENDED, officer__isnull=False
    )
    return Subquery(before.order_by("-asked_at").values("officer")[:1])


def stand(turn: Turn, entry: QueueEntry, officer: User, desk: Office, *, seconds: int | None = None) -> None:
    """Offer one place to one officer, and tell him."""
    entry.offered_to = officer
    entry.offer_ends = turn.now + timedelta(seconds=seconds or desk.accept_seconds)
    entry.save(update_fields=["offered_to", "offer_ends"])
    turn.changed.add(entry.consultation_id)
    telling.notice(
        officer,
        "offer",
        "有群众等您接待",
        f"请在 {seconds or desk.accept_seconds} 秒内接待。",
        talk=entry.consultation,
        now=turn.now,
        ends_at=telling.moment(entry.offer_ends),
    )


def clear(turn: Turn, entry: QueueEntry, *, passed: bool = False) -> None:
    """The offer no longer stands. `passed`: its officer declined or missed it and is asked again last."""
    if passed and entry.offered_to_id not in entry.passed:
        entry.passed = [*entry.passed, entry.offered_to_id]
    entry.offered_to = None
    entry.offer_ends = None
    entry.save(update_fields=["passed", "offered_to", "offer_ends"])
    turn.changed.add(entry.consultation_id)
