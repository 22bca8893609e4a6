"""What one action holds while it acts: the locked desks, who is on duty there, and what changed on the way.

PostgreSQL locks the desks' rows in order, then the rows of everybody who serves there, so that an officer of two desks
is never given more than his limit. SQLite has one writer at a time and needs no more than `write()`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from zhengwutong.duty.queries import DeskNow, OnPost, desks_now
from zhengwutong.people.models import Office, Post, User


@dataclass(slots=True)
class Turn:
    """`changed`: consultations whose line at their desk is told anew; `left`: (desk, consultation) to be struck off.

    `moved_up`: desks at which somebody left the waiting list, so that the places behind him are told.
    """

    now: datetime
    desks: dict[int, Office]
    changed: set[int] = field(default_factory=set)
    left: list[tuple[int, int]] = field(default_factory=list)
    moved_up: set[int] = field(default_factory=set)
    facts: dict[int, DeskNow] = field(default_factory=dict)

    def desk_now(self, desk_id: int) -> DeskNow:
        """Calendar and officers on duty of a locked desk; asked once for all desks of the turn."""
        if desk_id not in self.facts:
            self.facts.update(desks_now(list(self.desks), self.now))
        return self.facts[desk_id]

    def takers(self, desk_id: int) -> list[OnPost]:
        """The officers to whom people of this desk may be offered now."""
        return [one for one in self.desk_now(desk_id).officers if one.takes_offers]


def lock(desk_ids: Iterable[int]) -> dict[int, Office]:
    """Lock desks in the one order everybody uses, and the people who serve there. Call inside `write()`."""
    wanted = set(desk_ids)
    desks = Office.objects.filter(pk__in=wanted).select_related("parent").order_by("pk")
    if connection.vendor != "postgresql":
        return {desk.pk: desk for desk in desks}
    found = {desk.pk: desk for desk in desks.select_for_update(of=("self",), no_key=True)}
    people = Post.objects.filter(office__in=wanted, until__isnull=True).values("user")
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    return found


def desks_of(officer_ids: Collection[int]) -> set[int]:
    """The desks where these people hold a post: where a seat becomes free when one of them ends a conversation."""
    if not officer_ids:
        return set()
    posts = Post.objects.filter(user__in=officer_ids, until__isnull=True, office__has_desk=True)
    return set(posts.values_list("office", flat=True))
