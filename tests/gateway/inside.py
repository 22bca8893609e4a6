"""The verbs of `stage`: run with Django set up, in the installation's database."""

from __future__ import annotations

import time

from tests.gateway.live import Person, talk
from zhengwutong.journal import actions, bell
from zhengwutong.journal.models import Entry
from zhengwutong.kernel.clock import now
from zhengwutong.kernel.transaction import write
from zhengwutong.people.models import User
from zhengwutong.people.sessions import SessionStore


def pair() -> dict[str, object]:
    """Two people with sessions, sharing a stream."""
    stamp = time.time_ns()
    people = [Person(f"{stamp}-{place}") for place in range(2)]
    return {
        "stream": talk(*people),
        "sessions": [person.session for person in people],
        "users": [person.id for person in people],
    }


def append(stream: str, body: str) -> int:
    """An action of another process appends an entry."""
    with write():
        seq = actions.append(int(stream), author=None, kind="note", body=body, now=now()).seq
    time.sleep(0.5 if bell.settings.VALKEY_URL else 0)  # the bell rings in a thread of its own
    return seq


def stored(stream: str) -> list[list[object]]:
    """All entries of a stream: number, author, key, body."""
    rows = Entry.objects.filter(stream=int(stream)).order_by("seq").values_list("seq", "author", "key", "body")
    return [list(row) for row in rows]


def revoke(session: str) -> bool:
    """A session is ended in another process."""
    SessionStore(session).delete()
    time.sleep(0.5 if bell.settings.VALKEY_URL else 0)
    return True


def users() -> int:
    return User.objects.count()
