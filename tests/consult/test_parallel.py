"""Many at the same moment: numbers without gaps, nobody accepted twice, no limit passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tests.consult.place import citizen, department
from tests.duty.world import come_in, officer, roster
from zhengwutong.consult import citizen as citizens
from zhengwutong.consult import officer as officers
from zhengwutong.consult.models import Consultation, QueueEntry
from zhengwutong.consult.sweeper import alone
from zhengwutong.kernel import clock
from zhengwutong.kernel.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


def side_by_side(calls: list[Callable[[], Any]]) -> list[Any]:
    """Each call in a thread with a connection of its own; a refusal is its result."""

    def alone_in_thread(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(alone_in_thread, calls))


def test_everything_at_once() -> None:
    one, other = department("labour", capacity=2), department("civil", capacity=2)
    both, chen = officer("both", one, other), officer("chen", one)
    for person, desks in ((both, (one, other)), (chen, (one,))):
        for desk in desks:
            roster(person, desk)
    come_in(both, chen)
    people = [citizen(f"c{number}") for number in range(12)]
    now = clock.now()

    side_by_side(
        [
            lambda person=person, desk=desk: citizens.ask(person, desk, body="您好", key="k", now=now)
            for person, desk in zip(people * 3, (one, other) * 18, strict=True)
        ]
    )
    assert Consultation.objects.count() == len(people)
    numbers = sorted(Consultation.objects.values_list("number", flat=True))
    assert [int(number[-4:]) for number in numbers] == list(range(1, len(people) + 1))

    waiting = list(Consultation.objects.values_list("pk", flat=True))
    side_by_side(
        [
            lambda person=person, talk=talk: officers.accept(person, talk, now=now)
            for talk in waiting
            for person in (both, chen)
            if Consultation.objects.get(pk=talk).desk.posts.filter(user=person).exists()
        ]
    )
    having = Counter(Consultation.objects.filter(state="serving").values_list("officer", flat=True))
    assert having == {both.pk: 2, chen.pk: 2}
    taken = Counter(QueueEntry.objects.filter(taken_by__isnull=False).values_list("consultation", flat=True))
    assert max(taken.values()) == 1


def test_one_process_sweeps_at_a_time() -> None:
    with alone() as mine:
        assert mine
        [theirs] = side_by_side([sweeps])
    assert theirs is (connection.vendor != "postgresql"), "SQLite has one process anyway"
    assert side_by_side([sweeps]) == [True]


def sweeps() -> bool:
    with alone() as mine:
        return mine
