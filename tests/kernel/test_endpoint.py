"""What every endpoint promises, tried on a small API of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.kernel.urls import api

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.urls")]


@pytest.fixture
def client() -> Client:
    return Client()


def ask(client: Client, form: Any) -> HttpResponse:
    return client.generic("POST", "/api/ask", json.dumps(form), content_type="application/json")


def test_what_says_nothing_is_for_signed_in_people(client: Client) -> None:
    for path in ("/api/unsaid", "/api/members", "/api/staff"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


def test_every_unsafe_request_needs_the_token_even_from_visitors() -> None:
    answer = ask(Client(enforce_csrf_checks=True), {"name": "小明"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_refusal_is_a_code_a_sentence_and_facts(client: Client) -> None:
    answer = client.get("/api/refused", {"how": "conflict"})
    assert answer.status_code == 409
    assert answer.json() == {"code": "conflict", "text": "已经有人接待。", "officer": "陈敏"}


def test_a_limit_says_when_to_come_back(client: Client) -> None:
    answer = client.get("/api/refused", {"how": "too_fast"})
    assert (answer.status_code, answer["Retry-After"], answer.json()["retry_after"]) == (429, "12", 12)


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [("missing", 404, "not_found"), ("database", 503, "unavailable"), ("defect", 500, "broken")],
)
def test_what_went_wrong_inside_is_told_without_details(client: Client, how: str, status: int, code: str) -> None:
    answer = client.get("/api/refused", {"how": how})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({}, {"name": "请填写。"}),
        ({"name": "明"}, {"name": "至少 2 个字。"}),
        ({"name": "王小明同学"}, {"name": "最多 4 个字。"}),
        ({"name": "小明", "count": 10}, {"count": "不能大于 9。"}),
        ({"name": "小明", "count": "x"}, {"count": "格式不对。"}),
        ({"name": "小明", "role": "lead"}, {"role": "没有这一项。"}),
        ({"name": "小\x00明"}, {"name": "含有不能保存的字符。"}),
        ({"name": "小\ud83d"}, {"name": "含有不能保存的字符。"}),
        ({"name": "小明", "at": "2026-09-01T08:30:00"}, {"at": "时间要带时区。"}),
        ({"name": "明", "count": 0}, {"name": "至少 2 个字。", "count": "不能小于 1。"}),
    ],
)
def test_each_field_says_what_to_change(client: Client, form: dict[str, Any], fields: dict[str, str]) -> None:
    answer = ask(client, form)
    assert (answer.status_code, answer.json()["code"], answer.json()["fields"]) == (422, "invalid", fields)


@pytest.mark.parametrize("body", ["", "{", "[" * 50_000, "\x00", '{"name": NaN}'])
def test_what_is_not_json_is_refused_by_name(client: Client, body: str) -> None:
    answer = client.generic("POST", "/api/ask", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_a_body_too_large_is_not_read(client: Client) -> None:
    assert ask(client, {"name": "长" * 200_000}).status_code == 413


def test_a_nul_in_an_address_reaches_no_database(client: Client) -> None:
    assert client.get("/api/refused?how=%00").json()["code"] == "invalid"


def test_moments_leave_on_the_clock_of_the_office(client: Client) -> None:
    assert client.get("/api/moment").json() == {"at": "2026-09-01T12:00:00+08:00"}


def test_a_moment_without_a_zone_is_a_defect(client: Client) -> None:
    assert client.get("/api/naive").status_code == 500


def test_lists_are_bounded(client: Client) -> None:
    assert len(client.get("/api/list", {"limit": 100}).json()["items"]) == 100
    for limit in (0, 101):
        assert client.get("/api/list", {"limit": limit}).status_code == 422


def test_answers_are_kept_by_no_cache_unless_they_say_so(client: Client) -> None:
    assert client.get("/api/moment")["Cache-Control"] == "no-store"
    assert client.get("/api/refused", {"how": "conflict"})["Cache-Control"] == "no-store"
    assert client.get("/api/public")["Cache-Control"] == "public, max-age=1"


def test_the_contract_is_drawn_once_however_often_somebody_asks() -> None:
    assert api.get_openapi_schema(path_params={}) is api.get_openapi_schema(path_params={})


def test_the_contract_names_the_refusal_of_every_operation() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/")
    assert schema["openapi"].startswith("3.1")
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"].endswith(
                "Refusal"
            )
