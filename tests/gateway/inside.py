"""The verbs of `stage`: run with Django set up, in the installation's database."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session

from tests.gateway.live import Person, talk
from zhengwutong.consult.models import Consultation
from zhengwutong.journal import actions
from zhengwutong.journal.models import Entry, Member, Stream
from zhengwutong.kernel.clock import now
from zhengwutong.kernel.transaction import write
from zhengwutong.people.models import Office, OfficeKind, User
from zhengwutong.people.sessions import SessionStore
from zhengwutong.presence import queries as presence


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
        return actions.append(int(stream), author=None, kind="note", body=body, now=now()).seq


def stored(stream: str) -> list[list[object]]:
    """All entries of a stream: number, author, key, body."""
    rows = Entry.objects.filter(stream=int(stream)).order_by("seq").values_list("seq", "author", "key", "body")
    return [list(row) for row in rows]


def revoke(session: str) -> bool:
    """A session is ended in another process."""
    SessionStore(session).delete()
    return True


def present(*user_ids: str) -> list[int]:
    """Which of these users are connected now."""
    return list(presence.present([int(user) for user in user_ids], now()))


def users() -> int:
    return User.objects.count()


def crowd(talks: str, people: str) -> list[dict[str, object]]:
    """So many consultations, each with so many people who share its talk; the first is the citizen who asked.

    Everybody has a session. The rows are written as they are, so that thousands are a matter of seconds.
    """
    moment, stamp, size = now(), time.time_ns(), int(people)
    with write():
        desk = Office.objects.get_or_create(
            key="crowd", defaults={"kind": OfficeKind.OFFICE, "name": "众", "short_name": "众", "has_desk": False}
        )[0]
        count = int(talks) * size
        users = User.objects.bulk_create(
            User(username=f"{stamp}-{place}", name="众", password="!", date_joined=moment) for place in range(count)
        )
        sessions = Session.objects.bulk_create(session_row(user, moment) for user in users)
        members = [(user.pk, session.session_key) for user, session in zip(users, sessions, strict=True)]
        return [
            consultation(members[place : place + size], desk, f"{stamp % 10**12}-{place}", moment)
            for place in range(0, count, size)
        ]


def session_row(user: User, moment: datetime) -> Session:
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "allauth.account.auth_backends.AuthenticationBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return Session(
        session_key=uuid4().hex, session_data=SessionStore().encode(content), expire_date=moment + timedelta(days=1)
    )


def consultation(members: Sequence[tuple[int, str]], desk: Office, number: str, moment: datetime) -> dict[str, object]:
    """A consultation in nobody's queue, so that only these people ever say something in it."""
    streams = [Stream.objects.create(kind=kind, created_at=moment) for kind in ("consultation", "notes")]
    Member.objects.bulk_create(Member(stream=streams[0], party=user) for user, _ in members)
    made = Consultation.objects.create(
        number=number,
        citizen_id=members[0][0],
        key="asked",
        desk=desk,
        stream=streams[0],
        notes=streams[1],
        question="众",
        asked_at=moment,
    )
    return {"id": made.pk, "stream": streams[0].pk, "people": list(members)}


def tamper(gone: str, changed: str, seq: str) -> list[int]:
    """As by a failed disk or somebody with access to it: an entry of one stream is gone, that of another reworded."""
    return [
        Entry.objects.filter(stream=int(gone), seq=int(seq)).delete()[0],
        Entry.objects.filter(stream=int(changed), seq=int(seq)).update(body="改过的话"),
    ]
