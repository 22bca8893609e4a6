"""What a duty officer does with the people waiting and with his own conversation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Case, Q, When

from zhengwutong.consult import queue, serving, transfer
from zhengwutong.consult.handling import at
from zhengwutong.consult.models import Consultation, QueueEntry, State
from zhengwutong.consult.seats import active, load
from zhengwutong.journal.actions import append
from zhengwutong.journal.models import Entry
from zhengwutong.kernel.errors import Conflict, NotFound
from zhengwutong.people.access import desks_of
from zhengwutong.people.models import User
from zhengwutong.presence.queries import present


def accept(officer: User, talk_id: int, *, now: datetime) -> Consultation:
    """Take somebody who waits: by an offer, or by hand. The second time changes nothing.

    Refuses (`Conflict`) when a colleague was faster, the officer has no free seat or is not connected, or the
    conversation is on its way from his desk to another.
    """
    with at(talk_id, officers=[officer.pk], now=now) as (turn, talk):
        if talk.officer_id == officer.pk and talk.state in (State.SERVING, State.HELD):
            return talk
        if talk.officer_id is not None:
            raise Conflict("同事已经接待了。")
        if all(desk.pk != talk.desk_id for desk in desks_of(officer)):
            raise Conflict(f"这次咨询已转到{talk.desk.name}。")
        entry = queue.open_place(talk)
        check_seat(officer, entry, capacity=talk.desk.capacity, now=now)
        serving.begin(turn, talk, entry, officer)
        return talk


def check_seat(officer: User, entry: QueueEntry, *, capacity: int, now: datetime) -> None:
    """Refuses a place kept for somebody else, an officer at his limit, and one who is not there."""
    if entry.only_for_id not in (None, officer.pk):
        raise Conflict("这次咨询正在交给同事。")
    if officer.pk not in present([officer.pk], now):
        raise Conflict("您的连接断开了，连上后再接待。")
    having = active([officer.pk])[officer.pk]
    if having >= capacity:
        raise Conflict("您的接待数已满，请先办结一个。", capacity=capacity)
    if entry.offered_to_id != officer.pk and load([officer.pk])[officer.pk] >= capacity:
        raise Conflict("请先接待派给您的群众。", capacity=capacity)


def take(officer: User, desk_ids: Collection[int], *, now: datetime) -> Consultation:
    """Take whoever is next at these desks; when a colleague was faster, the one after. Refuses as `accept` does."""
    refused = None
    while True:
        talk_id = next_waiting(officer, desk_ids)
        try:
            return accept(officer, talk_id, now=now)
        except Conflict:
            if talk_id == refused:
                raise
            refused = talk_id


def next_waiting(officer: User, desk_ids: Collection[int]) -> int:
    """The consultation an officer takes next: what is offered to him, else whoever is first in line at his desks.

    Somebody offered to a colleague who has not accepted yet is taken last. Refuses (`NotFound`) when nobody waits.
    """
    places = QueueEntry.objects.filter(desk__in=desk_ids, left_at__isnull=True)
    may_take = places.filter(Q(only_for__isnull=True) | Q(only_for=officer))
    preferred = Case(When(offered_to=officer, then=0), When(offered_to__isnull=True, then=1), default=2)
    found = may_take.order_by(preferred, "rank", "entered_at", "id").values_list("consultation", flat=True).first()
    if found is None:
        raise NotFound("现在没有人等候。")
    return found


def decline(officer: User, talk_id: int, *, now: datetime) -> Consultation:
    """Pass an offer on to the next officer; a handover goes back to whoever handed over."""
    with at(talk_id, officers=[officer.pk], now=now) as (turn, talk):
        entry = queue.open_place(talk)
        queue.decline(turn, entry, officer)
        handover = serving.pending(talk)
        if handover is not None and transfer.everybody_passed(turn, entry):
            transfer.return_to_sender(turn, talk, handover, because="not_accepted")
        return talk


def correct(officer: User, talk_id: int, *, seq: int, body: str, now: datetime) -> int:
    """Put right one's own answer: the words stay, the correction follows under its own number, which is returned."""
    with at(talk_id, officers=[officer.pk], now=now) as (turn, talk):
        said = Entry.objects.filter(stream=talk.stream_id, seq=seq, author=officer.pk, kind="text")
        if not said.exists():
            raise NotFound
        turn.changed.add(talk.pk)
        return append(
            talk.stream_id, author=officer.pk, kind="correct", body=body, data={"seq": seq, "body": body}, now=now
        ).seq
