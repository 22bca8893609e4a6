"""What is heard at the doors of the tests: every answer over HTTP, every frame, every window, every line of a log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from weakref import WeakKeyDictionary

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import LazyObject, empty
from playwright.sync_api import Page

from tests.access.canaries import Person, heard
from zhengwutong.people.models import User
from zhengwutong.people.sessions import whose


class Answers:
    """The outermost middleware of the tests' settings: nothing leaves over HTTP without passing here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if isinstance(answer, HttpResponse):
            said = "\n".join(f"{name}: {value}" for name, value in answer.items())
            heard(lambda: asking(request), f"{request.method} {request.path}", said.encode() + answer.content)
        return answer


def asking(request: HttpRequest) -> Person | None:
    """Whom the request turned out to be from; whoever was never asked for is a visitor."""
    user = getattr(request, "user", None)
    if user is None or isinstance(user, AnonymousUser):
        return None
    if isinstance(user, LazyObject) and user._wrapped is empty:  # type: ignore[attr-defined]
        return None
    return user if user.pk is not None else None  # type: ignore[return-value]


def frame(session: str, data: str | bytes) -> None:
    """A frame came to the connection of this session."""
    text = data.encode() if isinstance(data, str) else data
    heard(lambda: User.objects.filter(pk__in=whose([session]).values()).first(), "a frame", text)


sitting: WeakKeyDictionary[Page, Person] = WeakKeyDictionary()


def sits(person: Person, page: Page) -> None:
    """From here on whatever comes to this window has reached this person; before, a visitor."""
    sitting[page] = person


def window(page: Page, where: str, what: bytes) -> None:
    """Something came to a window of a browser, or stands in it."""
    heard(lambda: sitting.get(page), where, what)


class Ear(logging.Handler):
    """Hears every line that the service writes into its log."""

    def emit(self, record: logging.LogRecord) -> None:
        heard(lambda: None, f"the log of {record.name}", self.format(record).encode())


EAR = Ear()


def listen() -> None:
    """Hear whatever the log's settings let through; to be said again, for whoever sets up logging puts ears aside."""
    logging.getLogger().addHandler(EAR)  # once, however often it is said
