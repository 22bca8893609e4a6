"""What the log says: one JSON object in one line, which nothing from outside can break, forge or fill with secrets.

    {"at":"2026-11-25T10:20:30.123+08:00","level":"error","from":"zhengwutong.http","says":"…","request":"5f0c2d9a"}

`request` is what the caller was told to quote (`X-Request-ID`), `session` the name of a connection (`welcome`). An
exception is its kind, where it was raised and what it says without anything quoted: values stand in quotes, and values
may be somebody's words. What libraries say is treated like an exception's text.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import ExceptHookArgs
from typing import Any

from zhengwutong.kernel.clock import local

LONGEST = 500  # characters
MOST_PLACES = 12
OURS = "zhengwutong"
VALUES = re.compile(r"""'[^']*'?|"[^"]*"?|“[^”]*”?|\([^)]*\)?|\[[^\]]*\]?|\d{5,}""")

request_id: ContextVar[str] = ContextVar("request_id", default="")


class OneLine(logging.Formatter):
    """A record as a line."""

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        line: dict[str, Any] = {
            "at": local(datetime.fromtimestamp(record.created, UTC)).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": said[:LONGEST] if record.name.startswith(OURS) else without_values(said),
        }
        for name, value in (("request", request_id.get()), ("session", getattr(record, "session", ""))):
            if value:
                line[name] = value
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = fault(record.exc_info[1])
        return unbreakable(json.dumps(line, ensure_ascii=False, separators=(",", ":")))


def fault(error: BaseException) -> dict[str, Any]:
    """An exception's kind, text and places, the innermost place last, without values."""
    places = traceback.extract_tb(error.__traceback__)[-MOST_PLACES:]
    told: dict[str, Any] = {
        "kind": type(error).__name__,
        "says": without_values(str(error)),
        "at": [f"{'/'.join(place.filename.split('/')[-3:])}:{place.lineno} {place.name}" for place in places],
    }
    if error.__cause__ is not None:
        told["because"] = fault(error.__cause__)
    return told


def without_values(text: str) -> str:
    """The first line of a text somebody else composed; what is quoted, in brackets or a long number is left out."""
    return VALUES.sub("…", text.partition("\n")[0])[:LONGEST]


def unbreakable(line: str) -> str:
    """No character that ends a line, moves a cursor or turns the direction of writing."""
    return (
        line if line.isprintable() else "".join(letter if letter.isprintable() else escaped(letter) for letter in line)
    )


def escaped(letter: str) -> str:
    """The letter as JSON may write it."""
    return json.dumps(letter)[1:-1]


def thread_failed(what: ExceptHookArgs) -> None:
    """For `threading.excepthook`: an exception nobody caught is a line like any other."""
    name = what.thread.name if what.thread is not None else "?"
    error = what.exc_value
    logging.getLogger(f"{OURS}.threads").critical("%s ended", name, exc_info=error)
