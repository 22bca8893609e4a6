"""A town of the demo world: people with accounts at every desk, and nobody plays those who are not there."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import LOCAL, Process
from tests.servers.service import PROGRAM, Installation
from zhengwutong.demo.world import Account, accounts

CLIENT = Path(__file__).resolve().parents[2] / "web/dist/index.html"


def require_client() -> None:
    """Refuses when the client was not built, with what to do about it."""
    if not CLIENT.exists():
        raise FileNotFoundError("the client is not built: run `npm run build` in web/, or `make test`")


class Town:
    """A serving installation with its people, found by the desk they sit at or by the name of their account."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.accounts = accounts(installation.data)

    @property
    def url(self) -> str:
        return self.installation.url

    def officer(self, desk: str) -> Account:
        """The real officer of the desk with this key."""
        return next(one for one in self.accounts if one.desk == desk and not one.played)

    def somebody(self, username: str) -> Account:
        """Whoever has this account."""
        return next(one for one in self.accounts if one.username == username)


@contextmanager
def running_town(folder: Path, *words: str) -> Iterator[Town]:
    """The command `run` on this data folder, as a newcomer types it; ended like Ctrl-C when the block ends."""
    town = Installation(folder)
    server = town.servers[0]
    command: list[str | Path] = [PROGRAM, "run", "--host", LOCAL, "--port", str(server.port), *words]
    running = Process(command, log=folder / "run.log", ready=server.healthy, env=town.env, patience=100)
    try:
        running.start()
        yield Town(town)
    finally:
        running.end(signal.SIGINT, within=20)


@contextmanager
def folder_like(other: Path) -> Iterator[Path]:
    """A copy of a data folder, gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix="zhengwutong-town-"))
    try:
        yield Path(shutil.copytree(other, folder, dirs_exist_ok=True))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
