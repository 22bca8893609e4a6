"""One child process with a log: started, watched until it answers, ended for certain."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOCAL = "127.0.0.1"


def accepts(port: int) -> bool:
    """Whether someone listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOCAL, port)) == 0


class NotReady(Exception):
    """The process ended, or did not answer in time; the message ends with its log."""


class Process:
    """A child process writing to `log`. `start` returns when `ready()` is true, or raises NotReady."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        ready: Callable[[], bool],
        env: Mapping[str, str] | None = None,
        user: int | None = None,
        patience: float = 60,
    ) -> None:
        self.command = [str(part) for part in command]
        self.log = log
        self.ready = ready
        self.env = env
        self.user = user
        self.patience = patience
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
                cwd="/" if self.user is not None else None,
            )
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def wait_until_ready(self) -> None:
        assert self.child is not None
        deadline = time.monotonic() + self.patience
        while not self.ready():
            if self.child.poll() is not None:
                raise NotReady(f"{self.command[0]} ended with {self.child.returncode}\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise NotReady(f"{self.command[0]} gave no answer in {self.patience} s\n{self.last_words()}")
            time.sleep(0.02)

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    @property
    def pid(self) -> int:
        """The process id; only of a process that was started."""
        assert self.child is not None
        return self.child.pid

    def last_words(self, length: int = 4000) -> str:
        """The end of its log."""
        return self.log.read_bytes()[-length:].decode(errors="replace") if self.log.exists() else ""

    def term(self, *, within: float = 20) -> int:
        """Ask it to end and return its exit code; killed when it does not end within so many seconds."""
        return self.end(signal.SIGTERM, within=within)

    def kill(self) -> int:
        """End it at once, as a crash would."""
        return self.end(signal.SIGKILL, within=20)

    def end(self, how: signal.Signals, *, within: float) -> int:
        if self.child is None:
            return 0
        if self.child.poll() is None:
            self.child.send_signal(how)
        try:
            return self.child.wait(within)
        except subprocess.TimeoutExpired:
            self.child.kill()
            return self.child.wait()
