"""An ext4 on a disk whose power can be cut, mounted in a folder of its own. Needs root, mount and /dev/fuse."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.servers.forgetful import BLOCK

CHECKOUT = Path(__file__).resolve().parents[2]


class CannotMount(Exception):
    """This machine does not let us mount an image; the message says what is missing."""


def require_mount() -> None:
    """CannotMount, in a sentence, where there is no root or no FUSE."""
    if os.geteuid() != 0:
        raise CannotMount("a disk image can be mounted by root only")
    missing = [name for name in ("mount", "umount", "mkfs.ext4", "debugfs") if not shutil.which(name)]
    if missing or not Path("/dev/fuse").exists():
        raise CannotMount(f"to mount a disk image there must be {', '.join(missing) or '/dev/fuse'}")


class Disk:
    """A mounted disk; `folder` is its root. Everything on it is gone with the block that made it."""

    def __init__(self, place: Path, megabytes: int) -> None:
        self.place = place
        self.size = megabytes * 1024 * 1024
        self.file, self.folder = place / "disk", place / "root"
        self.stable = place / "stable"
        self.folder.mkdir()
        self.file.touch()
        self.journal = make_ext4(self.stable, self.size)
        self.server: subprocess.Popen[str] | None = None

    def plug_in(self) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.forgetful", str(self.file), str(self.size)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )
        assert self.heard() == "ready"
        run("mount", "-o", "loop,noatime", self.file, self.folder)

    def unplug(self) -> None:
        """Take it out, whoever still uses it."""
        subprocess.run(["umount", self.folder], capture_output=True, check=False, timeout=30)
        subprocess.run(["umount", "-l", self.folder], capture_output=True, check=False, timeout=30)
        subprocess.run(["umount", "-l", self.file], capture_output=True, check=False, timeout=30)
        if self.server is not None:
            self.server.communicate(timeout=20)

    def heard(self) -> str:
        assert self.server is not None
        assert self.server.stdout is not None
        return self.server.stdout.readline().strip()

    def tell(self, *words: object) -> str:
        assert self.server is not None
        assert self.server.stdin is not None
        self.server.stdin.write(" ".join(map(str, words)) + "\n")
        self.server.stdin.flush()
        return self.heard()

    def come_back(self, image: Path) -> None:
        """Be what is left in `image`, after whoever wrote here has been killed: as a machine that starts again."""
        self.unplug()
        image.replace(self.stable)
        self.plug_in()

    def cut(self, image: Path, *, seed: int) -> int:
        """Write to `image` what a power cut at this moment would leave; how many blocks of the cache were lost."""
        return int(self.tell("cut", image, seed))

    def freeze(self, after: int, *, within: float = 30) -> bool:
        """Halt in the middle of things: once so many blocks more have been written, nothing is answered any more.

        Whoever writes or flushes waits, and can be killed only when it has thawed. False when the blocks did not come.
        """
        assert self.tell("freeze", after) == "done"
        end = time.monotonic() + within
        while self.tell("frozen") == "no":
            if time.monotonic() > end:
                self.thaw()
                return False
            time.sleep(0.002)
        return True

    def thaw(self) -> None:
        assert self.tell("thaw") == "done"

    def flush(self) -> None:
        """Make everything durable that has been written so far."""
        run("sync", "-f", self.folder)

    def lie(self) -> None:
        """Answer every flush at once and keep nothing, as careless hardware does."""
        assert self.tell("lie") == "done"

    def fail_writes(self, count: int) -> None:
        """The next `count` writes fail (EIO) wherever they are not the file system's own journal."""
        assert self.tell("fail", count, *self.journal) == "done"

    def failed(self) -> int:
        """How many of those have failed."""
        return int(self.tell("failed"))

    def fill(self) -> None:
        """Take every block that is free."""
        free = os.statvfs(self.folder)
        with self.filler.open("wb", buffering=0) as file:
            size = free.f_bavail * free.f_frsize
            while size:
                try:
                    os.posix_fallocate(file.fileno(), 0, size)
                except OSError:  # what the file system needs to write down where it is
                    size -= min(size, 64 * 1024)
                else:
                    break
            with contextlib.suppress(OSError):
                file.seek(0, os.SEEK_END)
                while file.write(bytes(BLOCK)):
                    continue
            os.fsync(file.fileno())

    def empty(self) -> None:
        """Give them back."""
        self.filler.unlink()

    @property
    def filler(self) -> Path:
        return self.folder / "filler"


def make_ext4(image: Path, size: int) -> tuple[int, int]:
    """Make an empty file system; the first and last block of its journal."""
    with image.open("wb") as file:
        file.truncate(size)
    run(*("mkfs.ext4", "-q", "-F", "-b", BLOCK, "-m", 0, "-E", "lazy_itable_init=0,lazy_journal_init=0", image))
    blocks = [int(word) for word in run("debugfs", "-R", "blocks <8>", image).split()]
    return min(blocks), max(blocks)


def run(*words: object) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise CannotMount(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def disk(megabytes: int) -> Iterator[Disk]:
    """A new, empty, mounted disk; CannotMount, in a sentence, where this machine does not allow one."""
    require_mount()
    place = Path(tempfile.mkdtemp(prefix="zhengwutong-disk-"))
    place.chmod(0o755)
    try:
        made = Disk(place, megabytes)
        try:
            made.plug_in()
            yield made
        finally:
            made.unplug()
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def mounted(image: Path) -> Iterator[Path]:
    """The files of an image after a power cut: the file system recovers as it does at boot."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="zhengwutong-mounted-"))
        folder.chmod(0o755)
        stack.callback(folder.rmdir)
        run("mount", "-o", "loop,noatime", image, folder)
        stack.callback(run, "umount", "-l", folder)
        yield folder
