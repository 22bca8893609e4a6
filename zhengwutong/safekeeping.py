"""A backup of the small installation, made while it serves, and the way back.

    data folder ──copy in one read──► folder beside FILE ──verified──► FILE.part ──synced, renamed──► FILE
    FILE ──unpacked beside the new data folder──► verified ──renamed──► data folder

A backup is a data folder in a tar file: the database as it was at one moment, the secrets, and the few other files.
Whoever writes meanwhile is not held up, and a file under its final name is whole.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

DATABASE = "zhengwutong.sqlite3"
OTHERS = ("secret.key", "metrics.token", "demo.json", "mail", "messages")


class NotKept(Exception):
    """There is no backup, or none that can be used; the message says why, and nothing was changed."""


def keep(data: Path, file: Path) -> str:
    """Write a backup of a data folder to `file`; what was counted in it. Refuses to overwrite."""
    if file.exists():
        raise NotKept(f"{file} 已经存在，不会覆盖。请换一个文件名。")
    if not (data / DATABASE).exists():
        raise NotKept(f"{data} 里没有数据库。")
    file.parent.mkdir(parents=True, exist_ok=True)
    with beside(file) as copy:
        copy_database(data / DATABASE, copy / DATABASE)
        for name in OTHERS:
            if (data / name).is_dir():
                shutil.copytree(data / name, copy / name)
            elif (data / name).exists():
                shutil.copy2(data / name, copy / name)
        counted = verified(copy)
        pack(copy, file)
    return counted


def bring_back(file: Path, data: Path) -> str:
    """Make the data folder anew from a backup; what was counted in it. Refuses a folder that is not empty."""
    if not file.is_file():
        raise NotKept(f"没有 {file} 这个文件。")
    if data.exists() and any(data.iterdir()):
        raise NotKept(f"{data} 不是空的，不会覆盖。请指定一个新的数据目录（ZHENGWUTONG_DATA）。")
    data.parent.mkdir(parents=True, exist_ok=True)
    with beside(data) as copy:
        unpack(file, copy)
        counted = verified(copy)
        if data.exists():
            data.rmdir()
        copy.rename(data)
        sync(data.parent)
    return counted


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A folder for its owner only on the same disk, gone afterwards unless it got another name."""
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_database(source: Path, copy: Path) -> None:
    """SQLite's own online backup, in one step: one moment of the database, and writers go on meanwhile."""
    with closing(sqlite3.connect(source, timeout=30)) as reading, closing(sqlite3.connect(copy)) as writing:
        reading.backup(writing, pages=-1)


def verified(folder: Path) -> str:
    """What `zhengwutong verify` counted in this data folder; NotKept when it found a fault."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "VALKEY_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "zhengwutong", "verify"],
        env=env | {"ZHENGWUTONG_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "zhengwutong.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotKept(f"核对没有通过：\n{done.stdout}{done.stderr[-1000:]}")
    return done.stdout.strip()


def pack(folder: Path, file: Path) -> None:
    """The folder as one file that only its owner may read: under its name when it is on disk, or not at all."""
    part = folder / "part.tar"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
        for name in (DATABASE, *OTHERS):
            if (folder / name).exists():
                tar.add(folder / name, arcname=name)
        tar.close()
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(part, file)
    except FileExistsError:
        raise NotKept(f"{file} 已经存在，不会覆盖。请换一个文件名。") from None
    sync(file.parent)


def unpack(file: Path, folder: Path) -> None:
    """What a backup holds, on disk; nothing but the names a backup has."""
    try:
        with tarfile.open(file, mode="r:") as tar:
            for member in tar.getmembers():
                if member.name.partition("/")[0] not in (DATABASE, *OTHERS):
                    raise NotKept(f"{file} 不是备份文件：里面有 {member.name!r}。")
            tar.extractall(folder, filter="data")
    except tarfile.TarError as error:
        raise NotKept(f"{file} 不是备份文件，或者已经损坏：{error}") from error
    if not (folder / DATABASE).exists():
        raise NotKept(f"{file} 里没有数据库。")
    for path in folder.rglob("*"):
        sync(path)


def sync(path: Path) -> None:
    """Return when a file's contents, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
