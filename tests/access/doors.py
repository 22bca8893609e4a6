"""What there is to be decided: every operation of the contract, and the doors that stand outside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import URLPattern, get_resolver

CONTRACT = settings.BASE / "contract"
METHODS = ("get", "post", "put", "patch", "delete")
ALLAUTH = "_allauth/"


@cache
def contract() -> dict[str, Any]:
    """The committed API; `make check` compares it with the code."""
    found: dict[str, Any] = json.loads((CONTRACT / "openapi.json").read_text(encoding="utf-8"))
    return found


def operations() -> list[str]:
    """`METHOD /path` of every operation of the API."""
    return [f"{method.upper()} {path}" for path, methods in contract()["paths"].items() for method in methods]


def unsafe(operation: str) -> bool:
    return not operation.startswith("GET ")


def addresses() -> dict[str, Any]:
    """Every address the service answers, with its view; those of the contract's operations left out."""
    known = {re.sub(r"{(\w+)}", r"<\1>", path).strip("/") for path in contract()["paths"]}
    return {
        address: view
        for address, view in walk(get_resolver().url_patterns)
        if re.sub(r"<\w+:(\w+)>", r"<\1>", address) not in known
    }


def walk(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield address, one.callback
        else:
            yield from walk(one.url_patterns, address)


def sign_in_operations() -> list[str]:
    """`METHOD /path` of every door of allauth."""
    return [
        f"{method.upper()} /{address}"
        for address, view in addresses().items()
        if address.startswith(ALLAUTH)
        for method in METHODS
        if hasattr(view.view_class, method)
    ]


def pages() -> set[str]:
    """The addresses that are neither operations of the contract nor allauth's."""
    return {address for address in addresses() if not address.startswith(ALLAUTH)}


def frames(direction: str) -> set[str]:
    """The tags of every frame of one direction: `from_client` or `from_server`."""
    found = json.loads((CONTRACT / "frames.json").read_text(encoding="utf-8"))
    return set(found[direction]["discriminator"]["mapping"])
