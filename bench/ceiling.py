"""The ceiling: a prototype of the hot path with no product around it, measured in the same minutes as the product.

It is looked for in ../shared/bench/ceiling beside the checkout, or where ZHENGWUTONG_CEILING says. It runs in an
environment of its own in .cache, made when it is first needed. Without it there are absolute figures only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from bench.product import BODY
from bench.servers import Servers
from bench.target import Target, inherited
from zhengwutong.players.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("ZHENGWUTONG_CEILING", ROOT.parent / "shared" / "bench" / "ceiling"))
VENV = ROOT / ".cache" / "ceiling"
NEEDS = ["picows", "uvicorn", "uvloop", "httptools", "websockets", "msgspec", "asyncpg", "redis", "hiredis"]
COUNTED = (
    "SELECT coalesce(sum(n), 0), coalesce(sum(CASE WHEN n <> top THEN 1 ELSE 0 END), 0) FROM "
    "(SELECT count(*) n, max(seq) top FROM m GROUP BY conv) counted"
)


def present() -> bool:
    return (FOLDER / "onport.py").exists()


def python() -> Path:
    """The interpreter of the ceiling's own environment; made when there is none yet."""
    found, note = VENV / "bin" / "python", VENV / "needs"
    if not note.exists() or note.read_text() != " ".join(NEEDS):
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([found, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *NEEDS], check=True)
        note.write_text(" ".join(NEEDS))
    return found


class Ceiling(Target):
    """The prototype on SQLite without servers, on PostgreSQL with them; several processes are joined by Valkey."""

    def __init__(self, folder: Path, name: str, servers: Servers | None = None) -> None:
        super().__init__(folder / name)
        self.folder.mkdir(parents=True)
        self.name = name
        self.servers = servers
        self.store = f"sqlite:{self.folder / 'ceiling.db'}" if servers is None else servers.postgresql.create(name)

    def start(self, *, processes: int = 1) -> None:
        env = inherited(STORE=self.store, SEQ="mem" if processes == 1 else "db")
        if processes > 1 and self.servers is not None:
            env["REDIS"] = self.servers.valkey.url
        for _ in range(processes):
            port = free_port()
            self.launch([str(python()), "onport.py", str(port)], port, env, FOLDER)

    def options(self, run: str) -> list[str]:
        return ["-u", "/ws?u=$u", "-s", f'{{"t":"send","c":$c,"k":$k,"b":"{BODY}"}}']

    def beside(self) -> dict[str, list[int]]:
        return self.servers.parts() if self.servers else {}

    def verified(self, acknowledged: int) -> bool:
        """Every acknowledged message is stored, and each conversation is numbered without gaps."""
        if self.servers is None:
            return True  # its own bench has looked
        with psycopg.connect(self.store) as connection:
            stored, gaps = connection.execute(COUNTED).fetchone() or (0, 1)
        return int(stored) >= acknowledged and not gaps
