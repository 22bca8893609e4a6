"""The service under test: a fresh installation with signed-in people and talks, on the serving core."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from bench.servers import Servers
from bench.target import Target, inherited
from zhengwutong.players.ports import free_port

HERE = Path(__file__).resolve().parent
BODY = ("您好我想咨询一下住房公积金提取需要准备哪些材料是否可以在网上办理谢谢" * 3)[:60]
SESSION = "benchsession"
STREAM = "1000"  # a talk's id is this followed by the number wsload knows it by
LONG = 900_000_000  # the id of the long talk that fill.py makes
MANY = "100000000"
COUNTED = (
    "SELECT coalesce(sum(n), 0), coalesce(sum(CASE WHEN n <> top OR n <> keys THEN 1 ELSE 0 END), 0) FROM (SELECT "
    "count(*) n, max(seq) top, count(DISTINCT key) keys FROM journal_entry GROUP BY stream_id) counted"
)


class Product(Target):
    """Small (SQLite) without servers, large (PostgreSQL and Valkey) with them."""

    def __init__(self, folder: Path, name: str, servers: Servers | None = None) -> None:
        super().__init__(folder / name)
        self.folder.mkdir(parents=True)
        self.name = name
        self.servers = servers
        # What the product allows one person or address would measure the allowance, not the product.
        self.env = inherited(
            ZHENGWUTONG_DATA=str(self.folder),
            ZHENGWUTONG_USER_FRAMES=MANY,
            ZHENGWUTONG_USER_BURST=MANY,
            PYTHONPATH=str(HERE.parent),
        )
        if servers is not None:
            self.env |= {"DATABASE_URL": servers.postgresql.create(name), "VALKEY_URL": servers.valkey.url}

    @property
    def size(self) -> str:
        return "large" if self.servers else "small"

    def prepare(self, *, pairs: int, people: int = 0, password: str = "") -> None:
        """Tables, people with a session each (and, where asked for, a password), and a talk for each pair of them."""
        self.run("bench.inside.prepare", SESSION, STREAM, str(pairs), str(max(2 * pairs, people)), password)

    def run(self, module: str, *words: str, within: float = 900) -> str:
        """Run a module of the bench inside this installation; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            env=self.env, capture_output=True, text=True, timeout=within, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{module}: {done.stderr[-3000:]}")
        return done.stdout

    def start(self, *, processes: int = 1, profile: str = "") -> None:
        """Serve. `profile`: the thread whose time is written to profile.txt in the folder when it ends."""
        for _ in range(processes):
            port = free_port()
            command = [sys.executable, "-m", "bench.inside.serve", str(port), *([profile] if profile else [])]
            self.launch(command, port, self.env, HERE.parent)

    def options(self, run: str) -> list[str]:
        says = f'{{"t":"send","stream":{STREAM}$c,"key":"{run}-$k","body":"{BODY}"}}'
        marks = [
            "-M",
            '"t":"entry"',
            "-A",
            '"t":"ack"',
            "-R",
            '"t":"err"',
            "-K",
            f'"key":"{run}-',
            "-W",
            '"t":"caught_up"',
        ]
        return ["-u", "/ws?hello", "-H", f"Cookie: session={SESSION}$u", "-s", says, *marks]

    def beside(self) -> dict[str, list[int]]:
        return self.servers.parts() if self.servers else {}

    def ask(self, question: str) -> tuple[Any, ...]:
        """One row of the database."""
        if self.servers is None:
            with sqlite3.connect(self.folder / "zhengwutong.sqlite3") as database:
                row = database.execute(question).fetchone()
            database.close()
        else:
            with psycopg.connect(self.env["DATABASE_URL"]) as connection:
                row = connection.execute(question.encode()).fetchone()
        return tuple(row or ())

    def verified(self, acknowledged: int) -> bool:
        """Every acknowledged message is stored, once, and each talk is numbered without gaps."""
        stored, gaps = self.ask(COUNTED)
        return int(stored) >= acknowledged and not gaps
