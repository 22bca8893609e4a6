"""How many questions a page asks the database: queries.py SESSION PATH … prints {path: number}."""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402


def main(session: str, paths: list[str]) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    found = {}
    for path in paths:
        client.get(path)  # what a process asks once
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code} {answer.content[:300]!r}")
        found[path] = len(asked)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
