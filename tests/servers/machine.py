"""A machine that breaks when told to (`broken_machine.c`), under one process and no other."""

from __future__ import annotations

import mmap
import shutil
import struct
import subprocess
from pathlib import Path

from tests.servers.process import Process

SOURCE = Path(__file__).with_name("broken_machine.c")
SWITCHES = ("shift", "full", "fail_from", "fail_count", "lying", "flushes", "failed")
NUMBER = struct.Struct("=q")


class Machine:
    """Lies under a process from its next start on, and can be broken and mended while it runs.

    With `data` it also knows what a power cut would leave of the files in that folder: `cut_power`.
    """

    def __init__(self, folder: Path, process: Process, *, data: Path | None = None) -> None:
        library, switches = folder / "broken_machine.so", folder / "switches"
        if not library.exists():
            subprocess.run(
                ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-o", library, SOURCE, "-ldl", "-pthread"],
                check=True,
            )
        with switches.open("w+b") as file:
            file.truncate(mmap.PAGESIZE)
            switches.chmod(0o666)  # whoever the process runs as
            self.switches = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.kept = folder / "kept"
        self.data = data
        added = {"LD_PRELOAD": str(library), "BROKEN_MACHINE": str(switches)}
        if data is not None:
            self.keep_all()
            added |= {"BROKEN_MACHINE_DATA": str(data), "BROKEN_MACHINE_KEPT": str(self.kept)}
        process.env = {**(process.env or {}), **added}

    def get(self, name: str) -> int:
        value: int = NUMBER.unpack_from(self.switches, SWITCHES.index(name) * NUMBER.size)[0]
        return value

    def put(self, name: str, value: int) -> None:
        NUMBER.pack_into(self.switches, SWITCHES.index(name) * NUMBER.size, value)

    def shift_clock(self, seconds: int) -> None:
        """Its wall clock is so many seconds ahead of ours, or behind; its other clocks go on."""
        self.put("shift", seconds)

    def fill_disk(self) -> None:
        """No file can be written."""
        self.put("full", 1)

    def empty_disk(self) -> None:
        self.put("full", 0)

    def fail_flush(self, nth: int, *, count: int = 1) -> None:
        """The nth fdatasync or fsync from now on fails (1 is the next), and those after it up to `count`."""
        self.put("fail_count", 0)
        self.put("fail_from", self.flushes + nth)
        self.put("fail_count", count)

    def lie(self) -> None:
        """Answer every flush at once and keep nothing, as careless hardware does."""
        self.put("lying", 1)

    @property
    def flushes(self) -> int:
        """How many times fdatasync or fsync was called."""
        return self.get("flushes")

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return self.get("failed")

    def keep_all(self) -> None:
        """Take what is there now for flushed. The process is not running."""
        assert self.data is not None
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.data, self.kept)

    def cut_power(self) -> None:
        """Put back every file as it was last flushed. The process has been killed."""
        assert self.data is not None
        for file in self.kept.iterdir():
            if file.is_file() and not file.name.endswith("-shm"):
                shutil.copyfile(file, self.data / file.name)
        for shared in self.data.glob("*-shm"):  # memory, by another name
            shared.unlink()
