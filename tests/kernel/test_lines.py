"""A line of the log, whatever somebody tries to write into it."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengwutong.kernel.lines import OneLine, request_id


class Log:
    """A logger of the product, and what it has written."""

    def __init__(self) -> None:
        self.written = io.StringIO()
        self.handler = logging.StreamHandler(self.written)
        self.handler.setFormatter(OneLine())

    def logger(self, name: str = "zhengwutong.tried") -> logging.Logger:
        logger = logging.Logger(name)
        logger.addHandler(self.handler)
        return logger

    def line(self) -> dict[str, Any]:
        """The one line that was written."""
        text = self.written.getvalue()
        assert text.endswith("\n")
        assert text[:-1].isprintable()
        line: dict[str, Any] = json.loads(text)
        return line


@pytest.fixture
def log() -> Log:
    return Log()


@given(st.text(max_size=80))
def test_any_words_are_one_printable_line_that_says_them(words: str) -> None:
    log = Log()
    log.logger().warning("%s", words)
    assert log.line()["says"] == words


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2K", "\u202e"]
)
def test_no_character_begins_a_line_or_moves_the_cursor(log: Log, end: str) -> None:
    log.logger().error("%s", f'x{end}{{"level":"error"}}')
    assert log.line()["level"] == "error"
    assert end not in log.written.getvalue()[:-1]


def test_an_exception_is_kind_and_places_without_the_values_it_quotes(log: Log) -> None:
    try:
        try:
            {}["王小明 13800138000"]
        except KeyError as error:
            raise ValueError('bad "口令 hunter2" (phone)=(+8613800138000) 13800138000\nDETAIL: 私信') from error
    except ValueError:
        log.logger().exception("a round of %s failed", "sweeper")
    fault = log.line()["fault"]
    assert (fault["kind"], fault["because"]["kind"]) == ("ValueError", "KeyError")
    assert fault["at"][-1].endswith("test_an_exception_is_kind_and_places_without_the_values_it_quotes")
    for secret in ("hunter2", "138001", "私信", "王小明"):
        assert secret not in log.written.getvalue()


def test_what_a_library_says_is_its_first_line_without_values(log: Log) -> None:
    log.logger("asyncio").error("Task exception was never retrieved\nfuture: <Task exception=ValueError('私信')>")
    assert log.line()["says"] == "Task exception was never retrieved"


def test_lines_of_one_request_carry_its_name(log: Log) -> None:
    named = request_id.set("5f0c2d9a")
    log.logger().warning("x", extra={"session": "aa00bb11"})
    request_id.reset(named)
    assert (log.line()["request"], log.line()["session"]) == ("5f0c2d9a", "aa00bb11")
