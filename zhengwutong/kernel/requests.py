"""Every HTTP request has a name to quote, and is counted by what it asked for and how it ended.

The name is in the answer (`X-Request-ID`) and in each line the log says meanwhile. Operations are routes, not paths: a
path may hold a token, and there is no end of paths.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from zhengwutong.kernel.lines import request_id
from zhengwutong.kernel.tally import SECONDS, Tally

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Requests:
    """What this process was asked over HTTP since it began."""

    lock = threading.Lock()
    answered: Counter[tuple[str, int]] = Counter()  # by operation and status
    took: dict[str, Tally] = {}  # seconds, by operation
    refused: Counter[str] = Counter()  # by code


def named_and_counted(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        name = secrets.token_hex(4)
        named = request_id.set(name)
        began = perf_counter()
        try:
            response = get_response(request)
        finally:
            request_id.reset(named)
        response.headers["X-Request-ID"] = name
        count(operation(request), response.status_code, perf_counter() - began)
        return response

    return middleware


def count(what: str, status: int, seconds: float) -> None:
    with Requests.lock:
        Requests.answered[what, status] += 1
        tally = Requests.took.get(what)
        if tally is None:
            tally = Requests.took[what] = Tally(SECONDS)
        tally.add(seconds)


def count_refusal(code: str) -> None:
    with Requests.lock:
        Requests.refused[code] += 1


def operation(request: HttpRequest) -> str:
    """What was asked for, from a bounded set of words, such as "POST api/consultations"."""
    method = request.method if request.method in METHODS else "OTHER"
    return f"{method} {route(request)}"


def route(request: HttpRequest) -> str:
    """The route of a request: "static" for the client's files, "page" for its page, "none" when it came to no view."""
    if request.path.startswith(settings.STATIC_URL):
        return "static"
    try:
        found = (request.resolver_match or resolve(request.path_info)).route  # refused before it came to its view
    except Resolver404:
        return "none"
    return "page" if found.startswith("^") else found
