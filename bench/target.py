"""Whatever the load generator can be pointed at: processes on the serving core that answer on ports."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from bench import machine

START = 90.0  # seconds


class NotStarted(Exception):
    """A server did not come up; the message ends with what it said."""


class Target:
    """One or more processes of one kind. `beside` names the processes that work for it: {"postgresql": [pids]}."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[subprocess.Popen[bytes]] = []
        self.ports: list[int] = []
        self.log = folder / "server.log"

    def options(self, run: str) -> list[str]:
        """What wsload must be told to play ping-pong here; every `run` says something that was not said before."""
        raise NotImplementedError

    def beside(self) -> dict[str, list[int]]:
        return {}

    def launch(self, command: list[str], port: int, env: dict[str, str], cwd: Path) -> None:
        """Start one process on the serving core and wait until its port answers."""
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                machine.on_core(machine.SERVING, command), env=env, cwd=cwd, stdout=log, stderr=log
            )
        self.children.append(child)
        self.ports.append(port)
        deadline = time.monotonic() + START
        while not answers(port):
            if child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NotStarted(self.log.read_text(errors="replace")[-3000:])
            time.sleep(0.05)

    @property
    def pids(self) -> list[int]:
        return [pid for child in self.children for pid in machine.family(child.pid)]

    def parts(self) -> dict[str, list[int]]:
        """Every process that works for this target, by what it is."""
        return {"server": self.pids, **self.beside()}

    def rest(self) -> None:
        """Take no processor time until `wake`."""
        for child in self.children:
            child.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        for child in self.children:
            child.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End all processes; what does not end by itself is ended."""
        self.wake()
        for child in self.children:
            child.send_signal(signal.SIGINT)
        for child in self.children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children, self.ports = [], []


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def inherited(**more: str) -> dict[str, str]:
    """This process's environment without what would lead the product to somebody else's database."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "VALKEY_URL")}
    return kept | more
