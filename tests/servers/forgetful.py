"""A disk with a cache that forgets: `python -m tests.servers.forgetful FILE SIZE`. Needs root and /dev/fuse.

The kernel sees FILE, one regular file served from here over FUSE, and puts a loop device and a file system on it.
What is written goes into the cache, what is flushed (FSYNC) becomes stable. When the power is cut, each block of the
cache not yet flushed is there or not, by a seeded coin: a disk writes when it likes, in any order.

One word per line on standard input, each answered with a line:
    cut PATH SEED   write to PATH what would be left, answer how many blocks would not; the disk itself goes on
    freeze COUNT    answer nothing any more once so many blocks more have been written
    frozen          yes or no
    thaw            answer again
    lie             from now on a flush is answered and not done
    honest          flushes are done again, what had been left undone too
    fail COUNT FIRST LAST
                    COUNT writes fail (EIO), none of them to blocks FIRST…LAST, where the file system has its journal
    failed          how many of them have failed
"""

from __future__ import annotations

import ctypes
import errno
import os
import random
import select
import shutil
import stat
import struct
import subprocess
import sys
from pathlib import Path

BLOCK = 4096
LARGEST = 128 * 1024
MS_NOSUID, MS_NODEV = 2, 4
FOPEN_DIRECT_IO = 1
BIG_WRITES = 1 << 5

# linux/fuse.h
GETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT, DESTROY = 3, 14, 15, 16, 17, 18, 20, 25, 26, 38
UNANSWERED = {2, 36, 42}  # forget, interrupt, batch forget
REQUEST = struct.Struct("=IIQQIIII")
ANSWER = struct.Struct("=IiQ")
WRITTEN = struct.Struct("=QQIIQII")  # of READ too


class Disk:
    """`stable` has what was flushed, `current` what a reader sees, `cache` the blocks in which they differ."""

    def __init__(self, stable: Path, current: Path, size: int) -> None:
        self.size = size
        self.path = stable
        shutil.copyfile(stable, current)
        self.stable, self.current = (os.open(path, os.O_RDWR) for path in (stable, current))
        self.cache: dict[int, bytes] = {}
        self.lying = False
        self.to_fail = self.failed = 0
        self.to_freeze = -1  # blocks until then; negative: not at all
        self.journal = range(0)

    def read(self, offset: int, size: int) -> bytes:
        data = os.pread(self.current, size, offset)
        return data + bytes(min(size, self.size - offset) - len(data))

    def write(self, offset: int, data: bytes) -> int:
        """0, or the error number."""
        if self.failed < self.to_fail and offset // BLOCK not in self.journal:
            self.failed += 1
            return errno.EIO
        os.pwrite(self.current, data, offset)
        for block in range(offset // BLOCK, -(-(offset + len(data)) // BLOCK)):
            self.cache[block] = os.pread(self.current, BLOCK, block * BLOCK)
            self.to_freeze -= self.to_freeze > 0
        return 0

    @property
    def frozen(self) -> bool:
        return self.to_freeze == 0

    def flush(self) -> None:
        if not self.lying:
            self.keep(self.stable, self.cache)
            self.cache = {}

    def keep(self, file: int, blocks: dict[int, bytes]) -> None:
        for block, data in blocks.items():
            os.pwrite(file, data, block * BLOCK)

    def cut(self, path: str, seed: int) -> str:
        coin = random.Random(seed)
        lucky = {block: data for block, data in sorted(self.cache.items()) if not self.lying and coin.random() < 0.5}
        subprocess.run(["cp", "--sparse=auto", self.path, path], check=True)
        file = os.open(path, os.O_RDWR)
        self.keep(file, lucky)
        os.close(file)
        return str(len(self.cache) - len(lucky))

    def told(self, words: list[str]) -> str:
        match words:
            case ["cut", path, seed]:
                return self.cut(path, int(seed))
            case ["freeze", count]:
                self.to_freeze = int(count)
            case ["frozen"]:
                return "yes" if self.frozen else "no"
            case ["thaw"]:
                self.to_freeze = -1
            case ["lie"]:
                self.lying = True
            case ["honest"]:
                self.lying = False
                self.flush()
            case ["fail", count, first, last]:
                self.to_fail, self.failed = int(count), 0
                self.journal = range(int(first), int(last) + 1)
            case ["failed"]:
                return str(self.failed)
            case _:
                return "what?"
        return "done"

    # What the kernel asks

    def asked(self, opcode: int, body: memoryview) -> bytes | int:
        """The answer, or an error number."""
        if opcode == WRITE:
            _, offset, size, *_ = WRITTEN.unpack_from(body)
            return self.write(offset, bytes(body[WRITTEN.size : WRITTEN.size + size])) or struct.pack("=II", size, 0)
        if opcode == READ:
            _, offset, size, *_ = WRITTEN.unpack_from(body)
            return self.read(offset, size)
        if opcode == FSYNC:
            self.flush()
            return b""
        if opcode == INIT:
            return struct.pack("=IIIIHHIIHHI28x", 7, 31, 0, BIG_WRITES, 16, 12, LARGEST, 1, 0, 0, 0)
        if opcode == OPEN:
            return struct.pack("=QII", 1, FOPEN_DIRECT_IO, 0)
        if opcode == GETATTR:
            attributes = 1, self.size, self.size // 512, 0, 0, 0, 0, 0, 0, stat.S_IFREG | 0o600, 1, 0, 0, 0, BLOCK, 0
            return struct.pack("=QII 6Q10I", 60, 0, 0, *attributes)
        if opcode == STATFS:
            return struct.pack("=5Q3I28x", self.size // BLOCK, 0, 0, 1, 0, BLOCK, 255, BLOCK)
        return b"" if opcode in (FLUSH, RELEASE, DESTROY) else errno.ENOSYS


def mount(path: Path) -> int:
    """Serve `path` from here; the descriptor to read the kernel's requests from."""
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode={stat.S_IFREG:o},user_id=0,group_id=0,max_read={LARGEST}"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"forgetful", os.fsencode(path), b"fuse.forgetful", MS_NOSUID | MS_NODEV, options.encode()):
        raise OSError(ctypes.get_errno(), f"cannot mount {path}")
    return device


def serve(disk: Disk, device: int) -> None:
    """Answer kernel and standard input until either ends."""
    while True:
        ready, _, _ = select.select([sys.stdin] if disk.frozen else [device, sys.stdin], [], [])
        if sys.stdin in ready:
            line = sys.stdin.readline()
            if not line:
                return
            print(disk.told(line.split()), flush=True)
        elif device in ready and not answer(disk, device):
            return


def answer(disk: Disk, device: int) -> bool:
    """Answer one request; False when the file has been unmounted."""
    try:
        request = memoryview(os.read(device, LARGEST + BLOCK))
    except OSError as error:
        return error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN)
    _, opcode, unique, *_ = REQUEST.unpack_from(request)
    if opcode in UNANSWERED:
        return True
    said = disk.asked(opcode, request[REQUEST.size :])
    code, data = (-said, b"") if isinstance(said, int) else (0, said)
    os.write(device, ANSWER.pack(ANSWER.size + len(data), code, unique) + data)
    return True


def main(path: str, size: str) -> None:
    file = Path(path)
    stable, current = file.with_name("stable"), file.with_name("current")
    device = mount(file)
    print("ready", flush=True)
    serve(Disk(stable, current, int(size)), device)


if __name__ == "__main__":
    main(*sys.argv[1:])
