"""Writers of one process take turns, in the order in which they came."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import F

from zhengwutong.journal.models import Stream
from zhengwutong.kernel import clock
from zhengwutong.kernel.turnstile import Turnstile


def test_whoever_came_first_goes_first() -> None:
    turnstile, order, threads = Turnstile(), [], []
    turnstile.acquire()

    def pass_through(name: int) -> None:
        with turnstile:
            order.append(name)

    for name in range(6):
        threads.append(threading.Thread(target=pass_through, args=[name]))
        threads[-1].start()
        while len(turnstile.queue) <= name:
            pass
    turnstile.release()
    for thread in threads:
        thread.join()
    assert order == list(range(6))


def test_the_one_inside_may_enter_again() -> None:
    turnstile = Turnstile()
    with turnstile, turnstile:
        assert turnstile.depth == 2
    assert turnstile.owner is None


def test_nobody_waits_longer_than_he_wants_and_leaves_the_queue() -> None:
    turnstile, answers = Turnstile(), []
    with turnstile:
        waiting = threading.Thread(target=lambda: answers.append(turnstile.acquire(0.01)))
        waiting.start()
        waiting.join()
    assert answers == [False]
    assert not turnstile.queue
    assert turnstile.acquire(0)


@pytest.mark.django_db(transaction=True)
def test_many_threads_change_one_row_and_no_change_is_lost_or_refused() -> None:
    stream = Stream.objects.create(kind="notes", created_at=clock.now())

    def change(number: int) -> None:
        try:
            if number % 2:
                with transaction.atomic():
                    Stream.objects.filter(pk=stream.pk).update(last_seq=F("last_seq") + 1)
            else:
                Stream.objects.filter(pk=stream.pk).update(last_seq=F("last_seq") + 1)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(64)))
    stream.refresh_from_db()
    assert stream.last_seq == 64
