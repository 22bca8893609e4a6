"""Fill an empty installation for the bench: people, a signed-in session each, a talk for every pair.

prepare.py SESSION_PREFIX STREAM_PREFIX PAIRS PEOPLE PASSWORD    without a password nobody can sign in with one
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402

from zhengwutong.journal.models import Member, Stream  # noqa: E402
from zhengwutong.kernel.clock import now  # noqa: E402
from zhengwutong.kernel.transaction import write  # noqa: E402
from zhengwutong.people.models import User  # noqa: E402
from zhengwutong.people.sessions import SessionStore  # noqa: E402


def main(session: str, stream: str, pairs: int, people: int, password: str) -> None:
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    moment = now()
    with write():
        made = [User(username=f"bench{number}", name="测", date_joined=moment) for number in range(people)]
        secret = make_password(password or None)
        for user in made:
            user.password = secret
        users = User.objects.bulk_create(made)
        Session.objects.bulk_create(signed_in(f"{session}{number}", user) for number, user in enumerate(users))
        Stream.objects.bulk_create(
            Stream(pk=int(f"{stream}{pair}"), kind="consultation", created_at=moment) for pair in range(pairs)
        )
        Member.objects.bulk_create(
            Member(stream_id=int(f"{stream}{number // 2}"), party=users[number].pk) for number in range(2 * pairs)
        )


def signed_in(key: str, user: User) -> Session:
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "allauth.account.auth_backends.AuthenticationBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    encoded = SessionStore().encode(content)
    return Session(session_key=key, session_data=encoded, expire_date=now() + timedelta(days=1))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
