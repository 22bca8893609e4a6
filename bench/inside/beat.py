"""What presence costs with everybody there: beat.py PEOPLE prints milliseconds.

All of them are officers on duty, spread over the desks, and connected to this process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.result import percentile  # noqa: E402
from zhengwutong.duty import board  # noqa: E402
from zhengwutong.duty.models import Shift  # noqa: E402
from zhengwutong.kernel.clock import now  # noqa: E402
from zhengwutong.people.models import Office, Post, User  # noqa: E402
from zhengwutong.presence import actions, queries  # noqa: E402
from zhengwutong.wiring import connect  # noqa: E402

PROCESS = "bench"
TIMES = 15
ACTING = 10  # of a hundred do something by hand between two beats


def main(people: int) -> None:
    connect()
    moment = now()
    users = list(User.objects.filter(username__startswith="waiting").values_list("pk", flat=True)[:people])
    desks = list(Office.objects.filter(has_desk=True).values_list("pk", flat=True))
    at = [(user, desks[place % len(desks)]) for place, user in enumerate(users)]
    Post.objects.bulk_create((Post(user_id=user, office_id=desk, since=moment) for user, desk in at), batch_size=5000)
    Shift.objects.bulk_create(
        (
            Shift(user_id=user, desk_id=desk, start=moment, end=moment + timedelta(hours=8), note="bench")
            for user, desk in at
        ),
        batch_size=5000,
    )
    found: dict[str, float] = {"people": len(users)}
    found["come_all_at_once_ms"] = took(lambda: actions.connected(users, PROCESS, now()), 1)
    acting = users[:: 100 // ACTING]
    found["beat_ms"] = took(lambda: actions.beat(PROCESS, {}, now()))
    found["beat_with_acting_ms"] = took(lambda: actions.beat(PROCESS, dict.fromkeys(acting, now()), now()))
    found["who_is_there_ms"] = took(lambda: queries.present(users, now()))
    found["board_ms"] = took(lambda: board.drawn(now()))
    with CaptureQueriesContext(connection) as asked:
        board.drawn(now())
    found["board_queries"] = len(asked)
    found["go_all_at_once_ms"] = took(lambda: actions.end_all(PROCESS, now()), 1)
    print(json.dumps(found))


def took(call: Callable[[], object], times: int = TIMES) -> float:
    """Milliseconds, the median."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        found.append((time.perf_counter() - began) * 1000)
    return percentile(found, 0.5, 1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
