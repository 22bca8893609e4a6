"""Imports point down: docs/architecture.md, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PRODUCT = Path(__file__).resolve().parents[2] / "zhengwutong"
# What each room may import. A file that is in no room is a door, and may import any.
BELOW = {
    "kernel": set[str](),
    "journal": {"kernel"},
    "presence": {"kernel"},
    "workdays": {"kernel"},
    "people": {"journal", "kernel"},
    "duty": {"people", "workdays", "presence", "journal", "kernel"},
    "cases": {"duty", "people", "workdays", "journal", "kernel"},
    "consult": {"cases", "duty", "people", "workdays", "presence", "journal", "kernel"},
    "gateway": {"people", "presence", "journal", "kernel"},
    "players": set[str](),
}


@pytest.mark.parametrize("room", BELOW)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    above = {f"{file.name}: {name}" for file, name in imports(PRODUCT / room) if name not in BELOW[room] | {room}}
    assert above == set()


def test_every_room_is_known() -> None:
    rooms = {folder.name for folder in PRODUCT.iterdir() if (folder / "__init__.py").exists()}
    assert rooms - BELOW.keys() == {"commands", "demo", "reception", "watch"}  # doors


def imports(room: Path) -> Iterator[tuple[Path, str]]:
    """Each file of a room with each room or door it imports."""
    for file in room.rglob("*.py"):
        if "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "zhengwutong":
                yield from ((file, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("zhengwutong."):
                yield file, str(node.module).split(".")[1]
            elif isinstance(node, ast.Import):
                names = [alias.name.split(".") for alias in node.names]
                yield from ((file, name[1]) for name in names if name[0] == "zhengwutong" and len(name) > 1)
