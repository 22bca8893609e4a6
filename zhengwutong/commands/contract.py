"""Write the contract files (HTTP API and socket frames), or with --check fail when they are not up to date."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from django.conf import settings

from zhengwutong.api import api
from zhengwutong.gateway import contract

FOLDER = settings.BASE / "contract"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a file would change")


def run(arguments: argparse.Namespace) -> int:
    stale = [file for file, want in wanted().items() if not file.exists() or file.read_text(encoding="utf-8") != want]
    for file in stale:
        if arguments.check:
            print(f"{file.relative_to(settings.BASE)} is not up to date; run: make contract")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted()[file], encoding="utf-8")
            print(f"{file.relative_to(settings.BASE)} written")
    return 1 if arguments.check and stale else 0


def wanted() -> dict[Path, str]:
    """Every contract file with the text it should have."""
    files = {"openapi.json": api.get_openapi_schema(), **contract.files()}
    return {FOLDER / name: text(what) for name, what in files.items()}


def text(what: object) -> str:
    """JSON in one fixed order. The status codes of answers come as numbers and as words, and are words in JSON."""
    plain = json.loads(json.dumps(what))
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
