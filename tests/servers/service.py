"""The product itself, as an operator runs it: real processes, real databases, entered only by its doors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.servers.process import LOCAL, Process, accepts
from zhengwutong.players.ports import free_port

PROGRAM = Path(sys.executable).with_name("zhengwutong")
# What an asyncio program says on its way out of a forgotten await or an abandoned task.
FORGOTTEN = ("was never awaited", "exception was never retrieved", "Task was destroyed but it is pending")
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_START")


class CommandFailed(Exception):
    """A command of the product ended with an error; the message is what it said."""


class Server:
    """One serving process of an installation. Killed and started again it keeps its port."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://{LOCAL}:{self.port}"
        self.process = Process(
            [PROGRAM, "serve", "--host", LOCAL, "--port", str(self.port)],
            log=folder / f"serve-{self.port}.log",
            ready=self.healthy,
            env=env,
        )

    def healthy(self) -> bool:
        if not accepts(self.port):  # asked first: httpx reads all certificates for each question, 30 ms of a core
            return False
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def start(self) -> None:
        self.process.start()

    def term(self) -> int:
        """Ask it to drain and end, as a deploy does; its exit code."""
        return self.process.term()

    def kill(self) -> int:
        """End it as a crash would."""
        return self.process.kill()

    @property
    def log(self) -> str:
        """Everything it has written so far."""
        return self.process.last_words(1_000_000)


class Installation:
    """A data folder, a database and as many serving processes as asked for.

    Small without addresses (SQLite), large with both. `url` is the first process's, `servers` has them all.
    """

    def __init__(
        self, folder: Path, *, database_url: str = "", valkey_url: str = "", processes: int = 1, **settings: str
    ) -> None:
        self.data = folder
        self.database_url = database_url
        self.valkey_url = valkey_url
        self.env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self.env |= {
            "ZHENGWUTONG_DATA": str(folder),
            "ZHENGWUTONG_SECRET": "secret-of-the-tests-and-of-nothing-else",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        if database_url:
            self.env["DATABASE_URL"] = database_url
        if valkey_url:
            self.env["VALKEY_URL"] = valkey_url
        self.servers = [Server(folder, self.env) for _ in range(processes)]

    @property
    def size(self) -> str:
        return "large" if self.database_url else "small"

    @property
    def url(self) -> str:
        return self.servers[0].url

    def command(self, *words: str, stdin: str = "", within: float = 110) -> str:
        """Run a command of the product on this installation; what it printed, or CommandFailed."""
        done = subprocess.run(
            [PROGRAM, *words], env=self.env, input=stdin, capture_output=True, text=True, timeout=within, check=False
        )
        if done.returncode:
            raise CommandFailed(f"zhengwutong {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def start(self) -> None:
        for server in self.servers:
            server.start()

    def term(self) -> None:
        """Ask every process to end."""
        for server in self.servers:
            server.term()

    def kill(self) -> None:
        """Crash every process."""
        for server in self.servers:
            server.kill()

    def forgotten(self) -> list[str]:
        """Lines of the logs which tell of a missing await or an abandoned task."""
        lines = "".join(server.log for server in self.servers).splitlines()
        return [line for line in lines if any(words in line for words in FORGOTTEN)]


@contextmanager
def installation(
    *, database_url: str = "", valkey_url: str = "", processes: int = 1, like: Path | None = None, **settings: str
) -> Iterator[Installation]:
    """A serving installation, migrated or begun `like` the data folder of another; wholly gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix="zhengwutong-installation-"))
    try:
        made = Installation(folder, database_url=database_url, valkey_url=valkey_url, processes=processes, **settings)
        if like is None:
            made.command("migrate")
        else:
            shutil.copytree(like, folder, dirs_exist_ok=True)
        try:
            made.start()
            yield made
        finally:
            made.kill()
        assert not made.forgotten(), "\n".join(made.forgotten())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
