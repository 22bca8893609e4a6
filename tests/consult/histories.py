"""What happened, as a client sees it: the snapshots before, the frames, the snapshots after.

They are written to `contract/samples/histories.json`, where the client's tests replay them: WRITE_HISTORIES=1 writes,
otherwise each is compared with what is there. Ids begin at a fixed number, the moment is always the same, and so is
what was there before; of what came after only what has changed is kept.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from tests.consult.happenings import World
from tests.consult.window import Window, code
from zhengwutong.cases.models import Case
from zhengwutong.consult.models import Consultation
from zhengwutong.gateway.frames import encode
from zhengwutong.gateway.hub import as_frame
from zhengwutong.journal.models import Stream
from zhengwutong.journal.queries import Part, parts

FILE = settings.BASE / "contract" / "samples" / "histories.json"
FIRST = 1001
BEFORE = "before"
CODE = "222222"


def count_from_the_beginning() -> None:
    """Ids of this transaction begin at a fixed number on either database."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.auto_field is not None]
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, FIRST - 1])
            else:
                cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
                cursor.execute(f"ALTER SEQUENCE {cursor.fetchone()[0]} RESTART WITH {FIRST}")


class Client:
    """Somebody who watches: his desk if he has one, and the two talks as far as he may read them."""

    def __init__(self, world: World, window: Window, *, officer: bool) -> None:
        self.world, self.window, self.officer = world, window, officer

    def snapshot(self) -> dict[str, Any]:
        talks = [talk for talk in map(self.talk, (self.world.talk, self.world.waiting)) if talk]
        return {"desk": self.window.desk() if self.officer else None, "talks": talks}

    def talk(self, talk_id: int) -> Any:
        answer = self.window.get(f"/consultations/{talk_id}")
        return None if code(answer) == "not_found" else answer.json()


class History:
    """Begun before something happens; `told` after it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients = {
            "zhou": Client(world, world.zhou, officer=False),
            "wang": Client(world, world.wang, officer=False),
            "chen": Client(world, world.chen, officer=True),
            "lin": Client(world, world.lin, officer=True),
            "wu": Client(world, world.wu, officer=True),
        }
        desks = [desk.desk_stream_id for desk in (world.here, world.there)]
        talks = Consultation.objects.order_by("stream").values_list("stream", flat=True)
        self.heard = dict(Stream.objects.filter(pk__in=[*desks, *talks]).values_list("pk", "last_seq"))
        self.before = self.seen()

    def seen(self) -> dict[str, Any]:
        """What every client reads now, and the two timelines as their citizens see them."""
        return {
            "clients": {name: client.snapshot() for name, client in self.clients.items()},
            "timelines": {
                "zhou": self.world.zhou.entries(self.world.talk),
                "wang": self.world.wang.entries(self.world.waiting),
            },
        }

    def told(self) -> dict[str, Any]:
        """The frames, and what has changed for whom, as they stand in the file."""
        wanted = [Part(stream, last, 2**60) for stream, last in sorted(self.heard.items())]
        frames = [json.loads(encode(as_frame(entry))) for entries in parts(wanted) for entry in entries]
        after = self.seen()
        changed = {
            part: {name: now for name, now in after[part].items() if now != self.before[part][name]} for part in after
        }
        return anonymous_codes({"frames": frames, **changed})

    def beginning(self) -> dict[str, Any]:
        """What is the same before everything that may happen."""
        people = {name: client.window.person and client.window.person.pk for name, client in self.clients.items()}
        return anonymous_codes({"people": people, **self.before})


def anonymous_codes(whole: dict[str, Any]) -> dict[str, Any]:
    """Look-up codes are drawn by lot: here they are all the same."""
    text = json.dumps(whole, ensure_ascii=False)
    for drawn in Case.objects.values_list("code", flat=True):
        text = text.replace(drawn, CODE)
    found: dict[str, Any] = json.loads(text)
    return found


def kept() -> dict[str, Any]:
    """Every history of the file by what happened."""
    return read(FILE.stat().st_mtime_ns) if FILE.exists() else {}


@cache
def read(_written: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def writing() -> bool:
    return bool(os.environ.get("WRITE_HISTORIES"))


def keep(happened: str, history: dict[str, Any], *, among: list[str]) -> None:
    """Write one history among the others, a line each, without those that happen no more."""
    every = {**kept(), happened: history}
    lines = [f"{quoted(name)}: {quoted(every[name])}" for name in among if name in every]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def quoted(what: object) -> str:
    return json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
