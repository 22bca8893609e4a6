"""Coming in by other doors than allauth's, and the limits per address at all of them."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse, RateLimited
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from zhengwutong.kernel import clock, endpoint, limits
from zhengwutong.kernel.errors import Conflict, Invalid, Refusal, SignInNeeded, TooFast, TooLong, Unavailable
from zhengwutong.people.models import User

log = logging.getLogger("zhengwutong.people")

ALLAUTH = "/_allauth/"
SIGN_IN = "/_allauth/browser/v1/auth/"

# Per address: (uses, seconds). Many people share an address; per account allauth is far stricter.
DOOR_LIMITS = {
    "signup": (60, 600),
    "login": (120, 300),
    "code/request": (60, 600),
    "password/request": (60, 600),
}
ANY_DOOR = (600, 300)
# Per browser on which somebody has signed in before: whoever shares its address cannot use up its chances.
KNOWN_BROWSER = (30, 300)
KNOWN_FOR = 180 * 24 * 3600  # seconds


def enter(request: HttpRequest, user: User, *, by: str) -> None:
    """Sign somebody in on this browser through allauth's own steps. `by`: how they proved themselves.

    Somebody with a second factor is not signed in yet: allauth asks for it next, as after a password.
    """
    record_authentication(request, user, method=by)
    perform_login(request, Login(user=user))


def leave_everywhere(person: User) -> None:
    """End every session of somebody; their sockets close at once."""
    get_sessions_adapter().end_sessions(UserSession.objects.filter(user=person))


class Sessions(SessionMiddleware):
    """Django's. A session that cannot be stored is a refusal like any other, never a page of HTML: `unavailable` when
    the database is busy or away, `sign_in_needed` when the session was ended meanwhile."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, OperationalError, InterfaceError) as problem:
            if database_away(problem):
                return refused_here(request, Unavailable())
            return refused_here(request, SignInNeeded())


def database_away(problem: BaseException | None) -> bool:
    """Whether this came of a database that does not answer: Django calls every failure to store a session its end."""
    while problem is not None and not isinstance(problem, (OperationalError, InterfaceError)):
        problem = problem.__context__
    return problem is not None


def refused_here(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    answer = endpoint.refused(request, refusal)
    if request.path.startswith(ALLAUTH):
        in_allauths_form(answer)
    return answer


class SignInDoors:
    """Middleware around allauth: limits per address, a device's account, and errors in our own form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ALLAUTH):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            try:
                spend_door(request)
                examine_body(request)
            except Refusal as refusal:
                return in_allauths_form(endpoint.refused(request, refusal))
        if request.path.startswith(SIGN_IN) and request.user.is_authenticated and request.user.anonymous:
            step_aside(request)
        response = self.get_response(request)
        remember_browser(request, response)
        if response.status_code in (400, 401, 409) or response.status_code < 400:
            return response
        if response.status_code == 429:
            response = endpoint.refused(request, TooFast(retry_after=60))
        return in_allauths_form(response)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Two people took the same name at once, the database is away, or a defect: never a page of HTML."""
        if not request.path.startswith(ALLAUTH):
            return None
        if isinstance(error, Refusal):
            return endpoint.refused(request, error)
        if isinstance(error, SuspiciousOperation):
            return endpoint.refused(request, Invalid())
        if isinstance(error, ImmediateHttpResponse):  # allauth's own way to refuse
            answer: HttpResponseBase = error.response
            return answer
        if isinstance(error, RateLimited):
            return endpoint.refused(request, TooFast(retry_after=60))
        if isinstance(error, IntegrityError):
            return endpoint.refused(request, Conflict())
        if isinstance(error, OperationalError):
            log.error("database: %s at sign-in", type(error).__name__)
            return endpoint.refused(request, Unavailable())
        return endpoint.broken(request, error)


def in_allauths_form(response: HttpResponseBase) -> HttpResponseBase:
    """Our refusal {"code", "text"} with what a client of allauth looks for besides: {"status", "errors"}."""
    if not isinstance(response, HttpResponse) or not response.get("Content-Type", "").startswith("application/json"):
        return response
    answer = json.loads(response.content)
    if "text" in answer:
        errors = [{"code": answer["code"], "message": answer["text"]}]
        response.content = endpoint.encoded({**answer, "status": response.status_code, "errors": errors})
    return response


def spend_door(request: HttpRequest) -> None:
    now = clock.now()
    known = known_browser(request)
    if known is not None:
        limits.spend("door:known", known, times=KNOWN_BROWSER[0], seconds=KNOWN_BROWSER[1], now=now)
        return
    limits.spend_address("door", request, times=ANY_DOOR[0], seconds=ANY_DOOR[1], now=now)
    door = request.path.removeprefix(SIGN_IN)
    if door in DOOR_LIMITS:
        times, seconds = DOOR_LIMITS[door]
        limits.spend_address(f"door:{door}", request, times=times, seconds=seconds, now=now)


def known_browser(request: HttpRequest) -> str | None:
    """The number of a browser on which somebody has signed in before; it says nothing of who."""
    name: str | None = request.get_signed_cookie(settings.KNOWN_COOKIE_NAME, None, salt="known", max_age=KNOWN_FOR)
    return name


def remember_browser(request: HttpRequest, response: HttpResponseBase) -> None:
    """Number a browser on which somebody has just signed in."""
    user = request.user
    if user.is_authenticated and not user.anonymous and known_browser(request) is None:
        response.set_signed_cookie(
            settings.KNOWN_COOKIE_NAME,
            secrets.token_hex(8),
            salt="known",
            max_age=KNOWN_FOR,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )


def examine_body(request: HttpRequest) -> None:
    """Invalid unless the body is an object that can be read and kept, or nothing. allauth throws at some."""
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Invalid("请求的格式不对。") from error
    except RequestDataTooBig as error:
        raise TooLong from error
    texts = [word for word in body.values() if isinstance(word, str)] if isinstance(body, dict) else None
    if texts is None or not all(endpoint.is_storable(text) for text in texts):
        raise Invalid("请求的格式不对。")


def step_aside(request: HttpRequest) -> None:
    """At the sign-in doors a device's account counts as nobody: its owner may sign in as somebody, or register.

    Registering fills in this very account (`AccountAdapter.new_user`), so that what was asked on the device stays.
    """
    request.device = request.user  # type: ignore[attr-defined]
    request.user = AnonymousUser()
