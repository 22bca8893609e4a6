"""An API of the shape every room's has, small enough to try each rule of the glue on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import Router, Schema
from pydantic import AwareDatetime, Field, StringConstraints

from tests.kernel.moments import NAIVE, NOON
from zhengwutong.kernel.endpoint import Form, Limit, Page, anyone, service, signed_in, staff
from zhengwutong.kernel.errors import Conflict, TooFast

router = Router()


class Ask(Form):
    name: Annotated[str, StringConstraints(min_length=2, max_length=4)]
    count: Annotated[int, Field(ge=1, le=9)] = 1
    at: AwareDatetime | None = None


class Moment(Schema):
    at: datetime


@router.get("/unsaid")
def unsaid(request: HttpRequest) -> dict[str, Any]:
    return {}


@router.get("/members", auth=signed_in)
def members(request: HttpRequest) -> dict[str, Any]:
    return {}


@router.get("/staff", auth=staff)
def workers(request: HttpRequest) -> dict[str, Any]:
    return {}


@router.post("/ask", auth=anyone)
def ask(request: HttpRequest, form: Ask) -> dict[str, Any]:
    return form.model_dump()


@router.get("/moment", auth=anyone, response=Moment)
def moment(request: HttpRequest) -> dict[str, Any]:
    return {"at": NOON}


@router.get("/naive", auth=anyone)
def naive(request: HttpRequest) -> dict[str, Any]:
    return {"at": NAIVE}


@router.get("/list", auth=anyone, response=Page[int])
def listed(request: HttpRequest, limit: Limit = 50) -> dict[str, Any]:
    return {"items": list(range(limit)), "next": limit}


@router.get("/refused", auth=anyone)
def refused(request: HttpRequest, how: str) -> None:
    raise {
        "conflict": Conflict("已经有人接待。", officer="陈敏"),
        "too_fast": TooFast(retry_after=12),
        "missing": Http404("no row 17 of table secrets"),
        "database": OperationalError("disk I/O error on /secret/path"),
        "defect": KeyError("secret detail"),
    }[how]


@router.get("/public", auth=anyone)
def public(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    response["Cache-Control"] = "public, max-age=1"
    return {}


api = service()
api.add_router("", router)
urlpatterns = [path("api/", api.urls)]
