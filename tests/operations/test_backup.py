"""A backup taken while people talk, and the installation that is made from it."""

from __future__ import annotations

import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gateway.live import dialled
from tests.operations.talker import Talker
from tests.servers.service import CommandFailed, Installation
from tests.servers.service import installation as running_installation

DATABASE = "zhengwutong.sqlite3"
pytestmark = pytest.mark.timeout(150)


@dataclass
class Kept:
    """A backup of an installation, and the keys acknowledged before it began and while it was made."""

    data: Path
    file: Path
    talker: Talker
    before: list[str]
    during: int


@pytest.fixture(scope="module")
def kept(new_small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    file = tmp_path_factory.mktemp("backup") / "zwt.tar"
    with running_installation(like=new_small) as made:
        with Talker(made.servers[0]) as talker:
            before = list(talker.acknowledged)
            made.command("backup", str(file))
            during = len(talker.acknowledged) - len(before)
        yield Kept(made.data, file, talker, before, during)


def test_everything_acknowledged_before_is_there_and_the_service_goes_on(kept: Kept, tmp_path: Path) -> None:
    assert kept.before
    assert kept.during  # nobody was held up
    made = Installation(tmp_path / "data")
    assert "编号连续" in made.command("restore", str(kept.file))
    token = made.data / "metrics.token"
    assert token.read_text() == (kept.data / "metrics.token").read_text()
    assert all(one.stat().st_mode & 0o077 == 0 for one in (kept.file, made.data, token))
    made.start()
    try:
        with dialled(made.servers[0].port, kept.talker.visitor.session) as device:
            device.hello()
            device.send(t="fetch", stream=kept.talker.stream, after=0, limit=200)
            items = device.want("entries")["items"]
            assert [item["seq"] for item in items] == list(range(1, len(items) + 1))
            assert set(kept.before) <= {item.get("key") for item in items}
            again = device.say(kept.talker.stream, kept.before[0], f"{kept.before[0]} 句")
            assert again["seq"] in {item["seq"] for item in items}
            assert device.say(kept.talker.stream, "later", "接着说")["t"] == "ack"
    finally:
        made.kill()


def test_nothing_is_overwritten(kept: Kept, tmp_path: Path) -> None:
    whole = kept.file.read_bytes()
    with pytest.raises(CommandFailed, match="已经存在"):
        Installation(kept.data).command("backup", str(kept.file))
    assert kept.file.read_bytes() == whole
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CommandFailed, match="不是空的"):
        Installation(tmp_path).command("restore", str(kept.file))
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_backup_that_is_not_whole_is_refused_and_leaves_nothing(kept: Kept, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tar"
    cut.write_bytes(kept.file.read_bytes()[: kept.file.stat().st_size // 2])
    gap = tmp_path / "gap.tar"
    with_a_gap(kept.file, gap, tmp_path / "work", kept.talker.stream)
    for file, why in ((cut, "损坏"), (gap, "应有 1 到")):
        with pytest.raises(CommandFailed, match=why):
            Installation(tmp_path / "data").command("restore", str(file))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["cut.tar", "gap.tar", "work"]


def with_a_gap(file: Path, to: Path, folder: Path, stream: int) -> None:
    """The backup with one entry taken out of its database."""
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.execute("DELETE FROM journal_entry WHERE stream_id = ? AND seq = 2", [stream])
    with tarfile.open(to, "w") as tar:
        tar.add(folder / DATABASE, arcname=DATABASE)
