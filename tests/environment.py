"""Where the tests keep their things: read before Django's settings, in the first process and in each worker.

Files that take long are given out first, so that no worker sits with one of them when the others have gone.
TEST_DATABASE=postgresql runs the in-process tests on a PostgreSQL started for the run instead of on SQLite.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers.postgresql import postgresql

FOLDER = "ZHENGWUTONG_TEST_FOLDER"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
ON_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"

LONG = (
    "tests/faults/test_experiments",
    "tests/browser/test_accessibility",
    "tests/consult/test_stateful",
    "tests/browser/",
    "tests/siege/",
    "tests/contract/",
    "tests/commands/",
    "tests/operations/",
    "tests/servers/",
    "tests/gateway/",
    "tests/bench/",
    "tests/access/",
    "tests/consult/",
)

servers = ExitStack()


def prepare_run() -> None:
    """One folder for the run, and one PostgreSQL when it is asked for; workers inherit both by the environment."""
    folder = tempfile.mkdtemp(prefix="zhengwutong-tests-")
    os.environ[FOLDER] = folder
    servers.callback(shutil.rmtree, folder, ignore_errors=True)
    for foreign in ("DATABASE_URL", "VALKEY_URL", "ZHENGWUTONG_ORIGIN", "ZHENGWUTONG_MAIL", "ZHENGWUTONG_HOSTS"):
        os.environ.pop(foreign, None)
    if ON_POSTGRESQL:
        os.environ["DATABASE_URL"] = servers.enter_context(postgresql()).url("zhengwutong")


def prepare_process() -> None:
    """A data folder of its own for this process, and a secret nobody else uses."""
    data = Path(os.environ[FOLDER]) / (WORKER or "main")
    data.mkdir()
    os.environ["ZHENGWUTONG_DATA"] = str(data)
    os.environ["ZHENGWUTONG_SECRET"] = "secret-of-the-tests-and-of-nothing-else"


if not WORKER:
    prepare_run()
prepare_process()


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker to ask for it makes for all workers of the run; to be copied, never changed."""
    run = Path(os.environ[FOLDER])
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / name).exists():
            making = Path(tempfile.mkdtemp(dir=run))
            make(making)
            making.rename(run / name)
    return run / name


def pytest_unconfigure(config: pytest.Config) -> None:
    if not WORKER:
        servers.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches the in-process database is worth a second run."""
    kept = [item for item in items if touches_database(item)] if ON_POSTGRESQL else items[:]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = sorted(kept, key=turn)


def turn(item: pytest.Item) -> int:
    """Which of LONG a test belongs to; the others come after these, in the order in which they were found."""
    return next((place for place, begin in enumerate(LONG) if item.nodeid.startswith(begin)), len(LONG))


def touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database"):
        return False
    wanted = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
    return item.get_closest_marker("django_db") is not None or bool(wanted & set(getattr(item, "fixturenames", ())))
