"""The HTTP glue: one API object, who may call, how a refusal looks, what may be cached.

    api = service()                                    # zhengwutong/api.py puts the rooms' routers together
    router = Router()
    @router.get("/things", response=list[Thing])       # signed-in people: the rule when nothing is said
    @router.post("/things", auth=staff)                # everybody who is not a citizen; finer rules are people.access
    @router.get("/board", auth=anyone)                 # the public

Every unsafe request under /api/ needs the CSRF token whatever its `auth` (`CsrfEverywhere`), and no answer is kept by
a cache unless its endpoint sets Cache-Control itself (`no_store`). Datetimes leave with the office's offset (+08:00).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer
from ninja.security import APIKeyCookie
from pydantic import BaseModel, ConfigDict, field_validator

from zhengwutong.kernel import requests
from zhengwutong.kernel.clock import local
from zhengwutong.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, SignInNeeded, TooLong, Unavailable
from zhengwutong.kernel.lines import request_id
from zhengwutong.kernel.shape import Shape

log = logging.getLogger("zhengwutong.http")
Item = TypeVar("Item")

PRIVATE = ("/api/", "/_allauth/")
BROKEN = {"code": "broken", "text": "系统出了问题，已记录。请稍后再试，内容不会丢。"}


# --- what comes in ---------------------------------------------------------------------------------------------------


class Form(Schema):
    """What a caller sends: unknown fields are refused, and so is text that no database can hold."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def storable(cls, value: Any) -> Any:
        if isinstance(value, str) and not is_storable(value):
            raise ValueError("含有不能保存的字符。")
        return value


def is_storable(text: str) -> bool:
    """False for NUL and for halves of characters, which PostgreSQL refuses."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


Limit = Annotated[int, Query(ge=1, le=100, description="how many items at most")]


class Page(Shape, Generic[Item]):
    """Part of a list. `next` is the cursor to ask with for what follows; null at the end. Nothing is counted."""

    items: list[Item]
    next: int | str | None = None


# --- who may call ----------------------------------------------------------------------------------------------------


class Anyone(APIKeyCookie):
    """The public: everybody, signed in or not."""

    param_name = "session"

    def __init__(self) -> None:
        super().__init__(csrf=False)  # CsrfEverywhere has looked already

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return True


class SignedIn(Anyone):
    """Whoever has an account, an anonymous one included."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            raise SignInNeeded
        return request.user


class Staff(SignedIn):
    """Everybody who works here, whatever the role."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        if user.is_citizen:
            raise NotAllowed
        return user


anyone, signed_in, staff = Anyone(), SignedIn(), Staff()


class CsrfEverywhere(CsrfViewMiddleware):
    """Django's check, also for the views that django-ninja exempts from it."""

    def process_view(
        self, request: HttpRequest, callback: Callable[..., HttpResponseBase], callback_args: Any, callback_kwargs: Any
    ) -> HttpResponseForbidden | None:
        if request.path.startswith(PRIVATE):
            request.POST = (
                QueryDict()
            )  # no door takes forms: what claims to be one is not taken apart in search of a token
        view = checked if request.path.startswith("/api/") else callback
        return super().process_view(request, view, callback_args, callback_kwargs)


def checked() -> HttpResponseBase:
    """Stands for a view without an exemption; only looked at, never called."""
    raise NotImplementedError


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to an unsafe request without a token; the client fetches /api/me and tries once more."""
    return rendered({"code": "csrf", "text": "页面已过期，请刷新后再试。"}, 403)


def no_store(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: what is said to one person is kept by no cache, unless the endpoint decided itself."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PRIVATE):
            return get_response(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            return refused(request, Invalid())
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


# --- what goes out ---------------------------------------------------------------------------------------------------


class Json(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return encoded(data)


def encoded(data: Any) -> bytes:
    """JSON as the API writes it: UTF-8, no spaces, moments on the office's clock."""
    return json.dumps(data, default=plain, ensure_ascii=False, separators=(",", ":")).encode()


def plain(value: Any) -> Any:
    """What `json` cannot write by itself. A naive datetime is a defect."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a moment without a zone")
        return local(value).isoformat(timespec="seconds" if not value.microsecond else "milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value, builtin_types=(datetime, date))
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no part of an answer")


def rendered(data: Any, status: int) -> HttpResponse:
    return HttpResponse(encoded(data), status=status, content_type="application/json; charset=utf-8")


def refused(request: HttpRequest, refusal: Refusal | type[Refusal]) -> HttpResponse:
    """A refusal as its caller sees it: {"code", "text", …facts}, with its status."""
    refusal = refusal() if isinstance(refusal, type) else refusal
    requests.count_refusal(refusal.code)
    response = rendered({"code": refusal.code, "text": refusal.text, **refusal.facts}, refusal.status)
    if "retry_after" in refusal.facts:
        response["Retry-After"] = str(max(1, round(refusal.facts["retry_after"])))
    return response


# --- the API object --------------------------------------------------------------------------------------------------


class Service(NinjaAPI):
    """NinjaAPI whose every operation documents that it may refuse."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.drawn: dict[str | None, OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Drawn once: it takes the better part of a second, and everybody may ask for it. Our paths have no params."""
        if path_prefix not in self.drawn:
            self.drawn[path_prefix] = self.draw(path_prefix)
        return self.drawn[path_prefix]

    def draw(self, path_prefix: str | None) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix)
        schema.setdefault("components", {}).setdefault("schemas", {})["Refusal"] = REFUSAL
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"]["default"] = {
                    "description": "Refused: a code for machines, a sentence for people",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
                }
        return schema


REFUSAL = {
    "title": "Refusal",
    "type": "object",
    "required": ["code", "text"],
    "properties": {
        "code": {"type": "string"},
        "text": {"type": "string", "description": "What to tell the user, in Chinese"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "retry_after": {"type": "number", "description": "seconds"},
    },
    "additionalProperties": True,
}


def service(title: str = "浙江政务通", version: str = "1") -> NinjaAPI:
    """The API object. What no router says otherwise is for signed-in people only."""
    api = Service(title=title, version=version, docs_url=None, renderer=Json(), auth=signed_in)
    api.add_exception_handler(Refusal, refused)
    api.add_exception_handler(Http404, lambda request, _: refused(request, NotFound()))
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(HttpError, unreadable)
    api.add_exception_handler(RequestDataTooBig, lambda request, _: refused(request, TooLong()))
    api.add_exception_handler(SuspiciousOperation, lambda request, _: refused(request, Invalid()))
    api.add_exception_handler(OperationalError, unreachable)
    api.add_exception_handler(InterfaceError, unreachable)
    api.add_exception_handler(Exception, broken)
    return api


def unreadable(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    """Not JSON, or not what the framework can take apart."""
    return refused(request, Invalid("请求的格式不对。"))


def unreachable(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The database does not answer or cannot write; the transaction is rolled back."""
    log.error("database: %s at %s", type(error).__name__, requests.operation(request))
    return refused(request, Unavailable())


def broken(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """A defect. The log gets where, the caller a name to quote and no details."""
    log.error("%s", requests.operation(request), exc_info=error if isinstance(error, Exception) else None)
    return rendered(BROKEN | {"request": request_id.get()}, 500)


# --- what to do about a field ----------------------------------------------------------------------------------------


def invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """422 with one sentence per field."""
    fields = {name_of(problem["loc"]): sentence(problem) for problem in getattr(error, "errors", [])}
    return refused(request, Invalid(fields=fields))


def name_of(place: Iterable[Any]) -> str:
    """The field as the caller wrote it: the last name on the way to it."""
    return [str(part) for part in place if not isinstance(part, int)][-1]


SENTENCES = {
    "missing": "请填写。",
    "extra_forbidden": "没有这一项。",
    "string_too_short": "至少 {min_length} 个字。",
    "string_too_long": "最多 {max_length} 个字。",
    "string_pattern_mismatch": "格式不对。",
    "too_short": "至少 {min_length} 项。",
    "too_long": "最多 {max_length} 项。",
    "greater_than_equal": "不能小于 {ge}。",
    "greater_than": "要大于 {gt}。",
    "less_than_equal": "不能大于 {le}。",
    "less_than": "要小于 {lt}。",
    "literal_error": "请从给出的选项中选择。",
    "enum": "请从给出的选项中选择。",
    "value_error": "{error}",
    "timezone_aware": "时间要带时区。",
}


def sentence(problem: dict[str, Any]) -> str:
    """What to do about one problem pydantic found, in Chinese."""
    return SENTENCES.get(problem["type"], "格式不对。").format(**problem.get("ctx", {}))
