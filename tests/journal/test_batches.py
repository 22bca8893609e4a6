"""What a batch says of its streams stays true for whoever delivers it, whatever is written meanwhile."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from zhengwutong.journal import actions
from zhengwutong.journal.actions import Seat
from zhengwutong.journal.batch import Batch, Wanted, store
from zhengwutong.journal.shelves import shelf

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CITIZEN = 11


def elsewhere(stream: int) -> None:
    """Another thread says something by another connection, so that what is known of streams is no longer trusted."""

    def say() -> None:
        actions.say(CITIZEN, stream, key="other door", body="二", now=NOW)
        connection.close()

    thread = threading.Thread(target=say)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_delivered_by_what_was_known_when_it_was_stored() -> None:
    first, second = (actions.open_stream("talk", [Seat(CITIZEN)], now=NOW).pk for _ in range(2))
    own = shelf()

    def write(stream: int, key: str) -> Batch:
        return store(own, [Wanted(stream, CITIZEN, key, "text", "一")], {}, at=1)

    stored = write(first, "a")
    elsewhere(second)
    write(second, "b")
    assert stored.ledgers[first].kind == "talk"
    assert stored.outcomes[0].seq == 1  # type: ignore[union-attr]
    own.close()
