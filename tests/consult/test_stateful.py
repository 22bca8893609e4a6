"""The queue under everything that may happen, in any order, on the real database: what must always hold, holds.

Citizens ask, write, withdraw, leave messages; officers come, go, crash, declare, accept, decline, let offers run out,
answer, hold, pass on, end; observers miss half of what is written; hours end and begin; time goes by.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.consult.fold import DeskClient
from tests.duty.world import citizen, department, officer
from zhengwutong.consult import citizen as citizens
from zhengwutong.consult import hold, inquiry, observe, outcome, rows, sweeper, transfer
from zhengwutong.consult import officer as officers
from zhengwutong.consult.models import Consultation, Handover, Hold, Outcome, QueueEntry, State
from zhengwutong.consult.seats import IN_SERVICE, load
from zhengwutong.duty import actions as duty
from zhengwutong.duty import changes
from zhengwutong.duty.models import Declared, Shift
from zhengwutong.duty.queries import officers_on_post
from zhengwutong.journal.actions import say
from zhengwutong.journal.models import Entry, Member, Stream
from zhengwutong.journal.queries import Part, parts
from zhengwutong.kernel.errors import Refusal
from zhengwutong.people.models import Destination, Post, User
from zhengwutong.presence import actions as presence
from zhengwutong.workdays.actions import set_override

TUESDAY = datetime(2026, 11, 24, 3, 50, tzinfo=UTC)  # 11:50 on the office's clock
LONG = timedelta(days=3)
EXAMPLES = int(os.environ.get("CONSULT_EXAMPLES", "8"))
some = st.integers(0, 1_000_000)


def when(what: str) -> Callable[[Any], Any]:
    """Only while there is something to do it with: a rule that does nothing teaches nothing."""
    return precondition(lambda machine: bool(getattr(machine, what)))


class Desks(RuleBasedStateMachine):
    """Two desks, one open around the clock and one in office hours; three officers, one of them at both."""

    def __init__(self) -> None:
        super().__init__()
        self.block: AbstractContextManager[None] = transaction.atomic()
        self.block.__enter__()
        self.now = TUESDAY
        self.keys = count(1)
        self.said: dict[int, list[tuple[int, str]]] = {}
        self.asked_at: dict[int, datetime] = {}
        self.ended_by_somebody: set[int] = set()
        self.connected: set[int] = set()
        self.clients: dict[int, DeskClient] = {}
        self.capacities: dict[int, int] = {}
        self.posts: set[tuple[int, int]] = set()
        self.found: list[Consultation] = []
        self.places: list[QueueEntry] = []
        self.open: list[int] = []
        self.waiting: list[int] = []
        self.served: list[int] = []
        self.offered: list[int] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def open_the_offices(self) -> None:
        always = department("always", hours=None, capacity=2, accept_seconds=40)
        daily = department("daily", hours=None, capacity=1, accept_seconds=20)
        for day in range(-1, 4):
            date = (TUESDAY + timedelta(days=day)).date()
            set_override(None, date, owner=always.pk, intervals=[["00:00", "24:00"]], duty_only=True, now=TUESDAY)
        self.desks = [always, daily]
        self.officers = [officer("one", always), officer("both", always, daily), officer("two", daily)]
        self.citizens = [citizen(name) for name in ("zhou", "lin", "zheng", "wang")]
        self.place = Destination.objects.create(name="余杭区政府", group="市县", phone="0571-1", address="临平")
        for person in self.officers:
            for desk in self.desks:
                Shift.objects.create(user=person, desk=desk, start=TUESDAY - LONG, end=TUESDAY + LONG)
        self.clients = {desk.pk: DeskClient() for desk in self.desks}
        for post in Post.objects.filter(user__in=self.officers).select_related("office"):
            self.posts.add((post.user_id, post.office_id))
            self.capacities[post.user_id] = max(post.office.capacity, self.capacities.get(post.user_id, 0))
        for which in range(3):
            self.come_in(which)
            self.ask(which, which)
            self.accept_an_offer(0)

    # --- what is done to the world ---------------------------------------------------------------------------------

    def act(self, call: Callable[[], Any]) -> Any:
        """An action and what follows its commit; a refusal is an answer too."""
        try:
            with TestCase.captureOnCommitCallbacks(execute=True):
                return call()
        except Refusal:
            return None

    def pick(self, things: list[Any], which: int) -> Any:
        return things[which % len(things)] if things else None

    def talks(self, **which: Any) -> list[Consultation]:
        return list(Consultation.objects.filter(**which).select_related("desk", "officer", "citizen").order_by("pk"))

    @rule(who=some, desk=some)
    def ask(self, who: int, desk: int) -> None:
        person, at = self.pick(self.citizens, who), self.pick(self.desks, desk)
        key, body = f"k{next(self.keys)}", f"question {who}"
        made = self.act(lambda: citizens.ask(person, at, body=body, key=key, now=self.now))
        again = self.act(lambda: citizens.ask(person, at, body=body, key=key, now=self.now))
        assert made is not None
        assert again is not None
        assert (again[0].pk, again[1]) == (made[0].pk, False), "the same key is the same consultation"
        self.asked_at.setdefault(made[0].pk, self.now)
        self.said.setdefault(made[0].stream_id, []).append((person.pk, key))

    @when("open")
    @rule(which=some)
    def citizen_writes(self, which: int) -> None:
        talk = self.pick(self.talks(state__in=["waiting", "serving", "held"]), which)
        if talk:
            self.write(talk, talk.citizen_id)

    @when("served")
    @rule(which=some, noticed=st.booleans())
    def officer_writes(self, which: int, noticed: bool) -> None:
        talk = self.pick(self.talks(state__in=["serving", "held"]), which)
        if talk:
            seq = self.write(talk, talk.officer_id)
            if noticed:
                observe.written(parts([Part(talk.stream_id, seq - 1, seq)])[0])

    def write(self, talk: Consultation, author: int | None) -> int:
        assert author is not None
        key = f"k{next(self.keys)}"
        with TestCase.captureOnCommitCallbacks(execute=True):
            stored = say(author, talk.stream_id, key=key, body="words", now=self.now)
        self.said[talk.stream_id].append((author, key))
        return stored.seq

    @when("offered")
    @rule(which=some)
    def accept_an_offer(self, which: int) -> None:
        entry = self.pick(list(QueueEntry.objects.filter(left_at=None, offered_to__isnull=False).order_by("pk")), which)
        if entry:
            self.act(lambda: officers.accept(entry.offered_to, entry.consultation_id, now=self.now))

    @when("offered")
    @rule()
    def everybody_accepts(self) -> None:
        for _ in self.offered:
            self.accept_an_offer(0)

    @when("waiting")
    @rule(which=some, who=some)
    def take_by_hand(self, which: int, who: int) -> None:
        person, talk = self.pick(self.officers, who), self.pick(self.talks(state="waiting"), which)
        if talk and person.posts.filter(office=talk.desk).exists():
            self.act(lambda: officers.accept(person, talk.pk, now=self.now))

    @when("offered")
    @rule(which=some)
    def decline_an_offer(self, which: int) -> None:
        entry = self.pick(list(QueueEntry.objects.filter(left_at=None, offered_to__isnull=False).order_by("pk")), which)
        if entry:
            self.act(lambda: officers.decline(entry.offered_to, entry.consultation_id, now=self.now))

    @when("served")
    @rule(which=some)
    def put_on_hold(self, which: int) -> None:
        talk = self.pick(self.talks(state__in=["serving", "held"]), which)
        if talk:
            self.act(lambda: hold.hold(talk.officer, talk.pk, minutes=3, reason="核实", now=self.now))

    @when("served")
    @rule(which=some, outside=st.booleans())
    def officer_ends(self, which: int, outside: bool) -> None:
        talk = self.pick(self.talks(state__in=["serving", "held"]), which)
        if talk:
            how = Outcome.OUTSIDE if outside else Outcome.ANSWERED
            ended = self.act(
                lambda: outcome.end(
                    talk.officer, talk.pk, outcome=how, subject="户籍", destination=self.place, now=self.now
                )
            )
            self.ended_by_somebody |= {talk.pk} if ended else set()

    @when("served")
    @rule(which=some, to=some)
    def to_the_back_office(self, which: int, to: int) -> None:
        talk = self.pick(self.talks(state__in=["serving", "held"]), which)
        if talk:
            office = self.pick(self.desks, to)
            ended = self.act(
                lambda: outcome.back_office(
                    talk.officer, talk.pk, office=office, days=5, subject="社保", summary="请核对", now=self.now
                )
            )
            assert ended is not None
            self.said[talk.stream_id].append((talk.officer_id, ""))
            self.ended_by_somebody.add(talk.pk)

    @when("open")
    @rule(which=some)
    def citizen_ends(self, which: int) -> None:
        talk = self.pick(self.talks(state__in=["waiting", "serving", "held"]), which)
        if talk:
            assert self.act(lambda: citizens.end(talk.citizen, talk.pk, now=self.now))
            self.ended_by_somebody.add(talk.pk)

    @when("waiting")
    @rule(which=some)
    def leave_a_message(self, which: int) -> None:
        talk = self.pick(self.talks(state="waiting"), which)
        if talk:
            self.act(lambda: citizens.leave_message(talk.citizen, talk.pk, now=self.now))

    @when("served")
    @rule(which=some)
    def pass_on(self, which: int) -> None:
        talk = self.pick(self.talks(state__in=["serving", "held"]), which)
        if talk:
            to = next(desk for desk in self.desks if desk.pk != talk.desk_id)
            self.act(lambda: transfer.transfer(talk.officer, talk.pk, to=to, summary="", now=self.now))

    @when("served")
    @rule(which=some, who=some)
    def hand_over(self, which: int, who: int) -> None:
        talk, colleague = self.pick(self.talks(state__in=["serving", "held"]), which), self.pick(self.officers, who)
        if talk and colleague.posts.filter(office=talk.desk).exists():
            self.act(lambda: transfer.hand_over(talk.officer, talk.pk, to=colleague, summary="", now=self.now))

    @when("served")
    @rule(which=some)
    def ask_another_office(self, which: int) -> None:
        talk = self.pick(self.talks(state__in=["serving", "held"]), which)
        if talk:
            to = next(desk for desk in self.desks if desk.pk != talk.desk_id)
            self.act(lambda: inquiry.ask(talk.officer, talk.pk, desk=to, question="请确认", now=self.now))

    @rule(who=some, state=st.sampled_from(Declared))
    def declare(self, who: int, state: Declared) -> None:
        person = self.pick(self.officers, who)
        self.act(lambda: duty.declare(person, state, now=self.now))
        self.people_moved(person)

    @rule(who=some)
    def come_in(self, who: int) -> None:
        person = self.pick(self.officers, who)
        presence.connected([person.pk], f"p{person.pk}", self.now)
        self.connected.add(person.pk)
        self.people_moved(person)

    @rule(who=some)
    def go(self, who: int) -> None:
        person = self.pick(self.officers, who)
        presence.disconnected([person.pk], f"p{person.pk}", self.now)
        self.connected.discard(person.pk)
        self.people_moved(person)

    @rule(who=some)
    def crash(self, who: int) -> None:
        """Nothing is said; the heartbeats stay away."""
        self.connected.discard(self.pick(self.officers, who).pk)

    def people_moved(self, person: User) -> None:
        """What the wiring does: presence tells duty, duty tells consultation."""
        changes.people_moved([person.pk], now=self.now)
        sweeper.fill_desks([desk.pk for desk in self.desks], now=self.now)

    @rule(seconds=st.sampled_from([1, 10, 21, 30, 41, 61, 61, 300, 900, 7200]))
    def time_goes_by(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        for person in self.connected:
            presence.beat(f"p{person}", {}, self.now)
        with TestCase.captureOnCommitCallbacks(execute=True):
            sweeper.sweep(self.now)

    def look_around(self) -> None:
        """What there is now, read once for whoever looks at it."""
        self.found = self.talks()
        self.places = list(QueueEntry.objects.all())
        self.waiting = [talk.pk for talk in self.found if talk.state == State.WAITING]
        self.served = [talk.pk for talk in self.found if talk.state in IN_SERVICE]
        self.open = self.waiting + self.served
        self.offered = [place.pk for place in self.places if place.left_at is None and place.offered_to_id is not None]

    # --- what must always hold ---------------------------------------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        """One look around for all that must hold; the number of queries does not grow with what happened."""
        self.look_around()
        self.nobody_waits_while_a_seat_is_free()
        self.no_limit_is_passed()
        self.each_is_waiting_or_served_or_ended()
        self.nobody_serves_at_a_desk_that_is_not_his()
        self.the_clock_of_the_citizen_never_restarts()
        self.every_stream_is_numbered_without_gaps()
        self.consultations_are_numbered_without_gaps()
        self.nothing_said_is_lost_or_doubled()
        self.only_who_serves_sits_in_the_talk()
        self.every_desk_is_told_everything()

    def nobody_waits_while_a_seat_is_free(self) -> None:
        there = officers_on_post(list(self.clients), self.now)
        loads = load(self.capacities)
        for desk, on_duty in there.items():
            takers = [one for one in on_duty if one.takes_offers]
            free = [one.user_id for one in takers if loads[one.user_id] < one.capacity]
            waiting = [
                place
                for place in self.places
                if place.desk_id == desk and place.left_at is None and place.offered_to_id is None
            ]
            assert not (free and waiting), (free, waiting)

    def no_limit_is_passed(self) -> None:
        loads = load(self.capacities)
        assert all(loads[person] <= most for person, most in self.capacities.items())

    def each_is_waiting_or_served_or_ended(self) -> None:
        places = Counter(place.consultation_id for place in self.places if place.left_at is None)
        holds = Counter(Hold.objects.filter(ended_at=None).values_list("consultation", flat=True))
        pending = set(
            Handover.objects.filter(accepted_at=None, returned_at=None).values_list("consultation", flat=True)
        )
        assert {talk.pk for talk in self.found} == set(self.asked_at)
        for talk in self.found:
            waits = talk.state == State.WAITING
            assert places[talk.pk] == waits
            assert (talk.officer_id is None) or not waits
            assert holds[talk.pk] == (talk.state == State.HELD)
            assert waits or talk.pk not in pending
            assert (talk.state == State.ENDED) == (talk.pk in self.ended_by_somebody), "nothing ends by itself"
            assert (talk.outcome == "") == (talk.state != State.ENDED)

    def nobody_serves_at_a_desk_that_is_not_his(self) -> None:
        for talk in self.found:
            assert talk.state not in IN_SERVICE or (talk.officer_id, talk.desk_id) in self.posts

    def the_clock_of_the_citizen_never_restarts(self) -> None:
        asked_at = {talk.pk: talk.asked_at for talk in self.found}
        assert asked_at == self.asked_at
        assert all(place.entered_at == asked_at[place.consultation_id] for place in self.places)

    def every_stream_is_numbered_without_gaps(self) -> None:
        numbers: defaultdict[int, list[int]] = defaultdict(list)
        for stream, seq in Entry.objects.order_by("stream", "seq").values_list("stream", "seq"):
            numbers[stream].append(seq)
        for stream, last in Stream.objects.values_list("pk", "last_seq"):
            assert numbers[stream] == list(range(1, last + 1))

    def consultations_are_numbered_without_gaps(self) -> None:
        given = sorted(talk.number for talk in self.found)
        for prefix in {number.rpartition("-")[0] for number in given}:
            own = [int(number.rpartition("-")[2]) for number in given if number.startswith(prefix)]
            assert own == list(range(1, len(own) + 1))

    def nothing_said_is_lost_or_doubled(self) -> None:
        stored: dict[int, list[tuple[int, str]]] = {stream: [] for stream in self.said}
        texts = Entry.objects.filter(stream__in=self.said, kind="text").order_by("stream", "seq")
        for stream, author, key in texts.values_list("stream", "author", "key"):
            stored[stream].append((author, key or ""))
        assert stored == self.said

    def only_who_serves_sits_in_the_talk(self) -> None:
        sitting: defaultdict[int, set[int]] = defaultdict(set)
        for stream, party in Member.objects.filter(until=None, party__gt=0).values_list("stream", "party"):
            sitting[stream].add(party)
        still_open = dict(Stream.objects.values_list("pk", "open"))
        for talk in self.found:
            served = talk.state in IN_SERVICE
            assert sitting[talk.stream_id] == {talk.citizen_id, *([talk.officer_id] if served else [])}
            assert still_open[talk.stream_id] == (talk.state != State.ENDED)

    def every_desk_is_told_everything(self) -> None:
        """What a client has by folding entries is what a fresh look at the desk gives."""
        fresh = rows.rows(self.open)
        for desk in self.desks:
            client = self.clients[desk.pk]
            here = [talk for talk in self.found if talk.desk_id == desk.pk]
            client.follow(here)
            client.hear(desk)
            client.follow(here)
            assert client.rows == {talk.pk: fresh[talk.pk].model_dump() for talk in here if talk.state != State.ENDED}


@pytest.mark.django_db
@pytest.mark.timeout(120 + 30 * EXAMPLES)
def test_whatever_happens_in_whatever_order() -> None:
    run_state_machine_as_test(
        Desks,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=(Phase.reuse, Phase.generate, *((Phase.shrink,) if os.environ.get("CONSULT_SHRINK") else ())),
        ),
    )
