"""Sessions in the database. One that ends closes its sockets; whose a session is can be asked without a password."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from zhengwutong.journal import bell
from zhengwutong.kernel.transaction import after_commit
from zhengwutong.people.models import User


class SessionStore(DatabaseSessionStore):
    """Django's own; whichever way a session ends (signed out, revoked, its key renewed), its sockets end with it."""

    def delete(self, session_key: str | None = None) -> None:
        """End the session; its sockets close once that is committed."""
        key = session_key or self.session_key
        super().delete(session_key)
        if key:
            after_commit(lambda: bell.revoke(key))


def whose(session_keys: Collection[str]) -> dict[str, int]:
    """The id of the user signed in with each of these sessions; ended ones, and those whose user has changed his
    password since or may not sign in any more, are left out. Two queries, no password is hashed."""
    rows = SessionStore.get_model_class().objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    signed_in: dict[str, dict[str, Any]] = {}
    for key, data in rows.values_list("session_key", "session_data"):
        content = SessionStore().decode(data)
        if BACKEND_SESSION_KEY in content:
            signed_in[key] = content
    wanted = {int(content[SESSION_KEY]) for content in signed_in.values()}
    users = {user.pk: user for user in User.objects.filter(pk__in=wanted, is_active=True).only("pk", "password")}
    found = {}
    for key, content in signed_in.items():
        user = users.get(int(content[SESSION_KEY]))
        if user and constant_time_compare(content.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            found[key] = user.pk
    return found


def living(session_keys: Collection[str]) -> set[str]:
    """Which of these sessions have neither ended nor run out."""
    wanted = list(session_keys)
    alive: set[str] = set()
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        sessions = SessionStore.get_model_class().objects.filter(session_key__in=part, expire_date__gt=timezone.now())
        alive.update(sessions.values_list("session_key", flat=True))
    return alive
