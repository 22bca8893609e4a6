"""Every operation of this room's API against every role, generated from the API itself: nothing is left undecided."""

from __future__ import annotations

from typing import Any

import pytest
from ninja.openapi.schema import OpenAPISchema

from tests.people.browser import Browser
from tests.people.conftest import Enter
from zhengwutong.kernel.endpoint import service
from zhengwutong.people.access import PERMITTED
from zhengwutong.people.api import router
from zhengwutong.people.models import Role

ROLES = ["visitor", "device", *Role.values]
PEOPLE = {"visitor": "sign_in_needed"}  # whoever has an account; the others are let in
ADMIN_ONLY = {role: "not_allowed" for role in ROLES if role != "system_admin"} | {"visitor": "sign_in_needed"}

# operation -> who is turned away, and how. What a role lets through may still refuse the empty body sent here.
TURNED_AWAY: dict[str, dict[str, str]] = {
    "GET /api/me": {},
    "PATCH /api/me": PEOPLE,
    "GET /api/me/sessions": PEOPLE,
    "DELETE /api/me/sessions/{session_id}": PEOPLE,
    "POST /api/people/anonymous": {},
    "POST /api/people/claim": PEOPLE,
    "GET /api/people/invitations/{token}": {},
    "POST /api/people/invitations/{token}": {},
    "GET /api/offices": {},
    "GET /api/destinations": {},
    "GET /api/admin/staff": ADMIN_ONLY,
    "POST /api/admin/staff": ADMIN_ONLY,
    "PATCH /api/admin/staff/{user_id}": ADMIN_ONLY,
    "POST /api/admin/staff/{user_id}/invitation": ADMIN_ONLY,
    "POST /api/admin/posts": ADMIN_ONLY,
    "DELETE /api/admin/posts/{post_id}": ADMIN_ONLY,
    "GET /api/admin/offices": ADMIN_ONLY,
    "POST /api/admin/offices": ADMIN_ONLY,
    "PATCH /api/admin/offices/{key}": ADMIN_ONLY,
    "POST /api/admin/destinations": ADMIN_ONLY,
    "PATCH /api/admin/destinations/{place_id}": ADMIN_ONLY,
}

# The least a form must hold to come as far as the question of who asks.
FORMS: dict[str, dict[str, Any]] = {
    "POST /api/people/claim": {"username": "xihu.2006", "password": "hu-bin-lu-1107"},
    "POST /api/people/invitations/{token}": {"password": "Hu-Bin-Lu-1107"},
    "POST /api/admin/staff": {"username": "chen-min", "name": "陈敏", "role": "officer"},
    "POST /api/admin/posts": {"user": 1, "office": "labour"},
    "POST /api/admin/offices": {"key": "forestry", "name": "浙江省林业厅", "short_name": "省林业厅", "tile": "林"},
    "POST /api/admin/destinations": {"name": "省气象台", "group": "公用事业"},
}


def contract() -> OpenAPISchema:
    api = service()
    api.add_router("", router)
    return api.get_openapi_schema(path_prefix="/api/")


def operations() -> list[str]:
    return [f"{method.upper()} {path}" for path, methods in contract()["paths"].items() for method in methods]


def test_every_operation_is_decided() -> None:
    assert set(operations()) == set(TURNED_AWAY)


def test_every_role_is_in_the_table_of_permissions() -> None:
    assert set(PERMITTED) == set(Role)


def test_every_operation_documents_its_refusals() -> None:
    for methods in contract()["paths"].values():
        for operation in methods.values():
            assert "default" in operation["responses"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_who_may(seeded: None, signed_in_as: Enter, role: str) -> None:
    browser = signed_in_as(role)
    in_order = [*(TURNED_AWAY.keys() - set(CHANGES_WHO_ASKS)), *CHANGES_WHO_ASKS]
    refusals = {operation: code_of(browser, operation) for operation in in_order}
    turned_away = {operation: code for operation, code in refusals.items() if code in NOT_FOR_YOU}
    assert turned_away == {operation: roles[role] for operation, roles in TURNED_AWAY.items() if role in roles}


CHANGES_WHO_ASKS = ("POST /api/people/claim", "POST /api/people/anonymous")
NOT_FOR_YOU = ("sign_in_needed", "not_allowed", "second_factor_needed", "broken")


def code_of(browser: Browser, operation: str) -> str | None:
    """Why the operation was refused; None when it was done."""
    method, path = operation.split()
    path = path.format(session_id=0, token="none", user_id=0, post_id=0, key="labour", place_id=0)
    answer = browser.get(path) if method == "GET" else browser.send(method, path, FORMS.get(operation))
    said = answer.json() if answer.content else None
    return said.get("code") if isinstance(said, dict) else None
