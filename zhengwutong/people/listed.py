"""The list of a person's browsers, kept as he signs in and changes his password.

allauth looks after every session of the person at every sign-in, some queries for each; an officer who signs in each
morning has thirty. What has ended is struck off here in one; what a new password makes void, when it is set.
"""

from __future__ import annotations

from typing import Any

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from zhengwutong.people.models import User


def signed_in(sender: Any, request: HttpRequest, **facts: Any) -> None:
    """Strike off what has ended, and put this browser on the list."""
    listed = UserSession.objects.filter(user=request.user.pk)
    listed.exclude(session_key__in=Session.objects.values("session_key")).delete()
    UserSession.objects.create_from_request(request)


def password_set(sender: Any, request: HttpRequest, user: User, **facts: Any) -> None:
    """The former password's sessions are void: end them, so that their sockets close now and the list is true."""
    others = UserSession.objects.filter(user=user.pk).exclude(session_key=request.session.session_key or "")
    get_adapter().end_sessions(others)
