"""Refusing a database that may lose what it has acknowledged.

Measured with the plug pulled: SQLite with synchronous=NORMAL lost 200 of 200 acknowledged commits, PostgreSQL with
synchronous_commit=off 227 of 300. ZHENGWUTONG_TEST_DATABASE=1 lets a PostgreSQL without fsync pass: it is for the
servers of test runs, which are thrown away.
"""

from __future__ import annotations

import logging
import os

from django.db import connection

from zhengwutong.kernel.errors import Refusal

log = logging.getLogger("zhengwutong.durability")
FULL = 2  # SQLite's name for it in `PRAGMA synchronous`
THROWN_AWAY = "ZHENGWUTONG_TEST_DATABASE"


class NotDurable(Refusal):
    """The database may forget messages that were acknowledged; `text` says why and what to do."""

    code, status, text = "not_durable", 500, "数据库的设置不能保证已确认的消息不丢失。"


def require() -> None:
    """Return when what the database has committed is safe on disk; NotDurable, in sentences, when it may not be."""
    found = flaws()
    if not found:
        return
    if thrown_away():
        log.warning("%s=1: this is a test database, its contents may be lost: %s", THROWN_AWAY, " ".join(found))
        return
    raise NotDurable("\n".join(["数据库的设置不能保证已确认的消息不丢失，服务拒绝启动：", *found]))


def thrown_away() -> bool:
    """Whether this is the server of a test run, whose contents may be lost."""
    return connection.vendor == "postgresql" and os.environ.get(THROWN_AWAY) == "1"


def flaws() -> list[str]:
    """What is wrong with the database's settings, a sentence each with the way to mend it; empty when nothing is."""
    return sqlite_flaws() if connection.vendor == "sqlite" else postgresql_flaws()


def sqlite_flaws() -> list[str]:
    mode, synchronous = str(value("PRAGMA journal_mode")), int(str(value("PRAGMA synchronous")))
    found = []
    if mode.lower() != "wal":
        found.append(f"SQLite 的 journal_mode 是 {mode}，应为 WAL。请把数据库放在本机磁盘上（网络盘不支持 WAL）。")
    if synchronous < FULL:
        found.append(f"SQLite 的 synchronous 是 {synchronous}，断电会丢失已确认的消息，应为 FULL (2)。")
    return found


def postgresql_flaws() -> list[str]:
    found = []
    for name, loss in (
        ("fsync", "断电会损坏整个数据库"),
        ("full_page_writes", "断电可能损坏数据页"),
        ("synchronous_commit", "断电会丢失已确认的消息"),
    ):
        setting = str(value(f"SHOW {name}"))
        if setting == "off":
            found.append(f"PostgreSQL 的 {name} 是 off，{loss}。请在 postgresql.conf 中设为 on 并重启数据库。")
    return found


def value(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    assert row is not None
    return row[0]
