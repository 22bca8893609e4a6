"""Asking on somebody's behalf, as a row of the matrix says, with whatever it did taken back."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from django.db import transaction
from django.http import HttpResponse

from tests.access import canaries
from tests.access.cells import Row
from tests.access.tables import TABLE, operation_of
from tests.access.town import ABSENT, Town
from tests.consult.window import Window, code

SWAPPED = {"owner": "stranger", "stranger": "owner"}


def window(town: Town, row: Row, relation: str) -> Window:
    """Of somebody waiting the owner is the other citizen."""
    return town.windows[SWAPPED.get(relation, relation) if row.about.get("talk_id") == "waiting" else relation]


def asked(town: Town, title: str, relation: str, *, absent: bool = False) -> HttpResponse:
    """The answer to an operation; `absent`: about things that are not there. Whatever it did is taken back."""
    row = TABLE[title]
    names = {**row.names(town.names), **(ABSENT if absent else {})}
    method, path = operation_of(title).split()
    asking = window(town, row, relation)
    form = row.form(names) if callable(row.form) else row.form
    with canaries.revealed(asking.person, town.revealed_by(row, relation)), transaction.atomic():
        answer = sent(asking, method, path.format(**names) + row.query.format(**names), form)
        transaction.set_rollback(True)
    return answer


def sent(asking: Window, method: str, path: str, form: Any) -> HttpResponse:
    body = {} if method == "GET" else {"data": json.dumps(form or {}), "content_type": "application/json"}
    cookies = deepcopy(asking.client.cookies)
    answer: HttpResponse = asking.client.generic(method, path, **body)
    asking.client.cookies = cookies  # a sign-in that is taken back leaves the browser as it was
    return answer


def outcome(answer: HttpResponse) -> str | None:
    """None for what was done, the code of a refusal; a defect is neither."""
    if answer.status_code < 300:
        return None
    return code(answer) if answer.status_code < 500 else f"{answer.status_code}"
