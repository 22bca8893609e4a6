"""Put many invented messages into an installation quickly, as they would stand there after years.

fill.py talks STREAM_PREFIX TALKS EACH    so many messages in each of the talks that prepare.py made
fill.py long ENTRIES                      one talk of half as many entries, the rest in ended talks of a hundred
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench.product import LONG  # noqa: E402
from zhengwutong.journal.models import Group, GroupMember, Member, Stream  # noqa: E402
from zhengwutong.kernel.clock import millis, now  # noqa: E402
from zhengwutong.kernel.postgresql.base import take_time  # noqa: E402
from zhengwutong.people.models import User  # noqa: E402

Row = tuple[int, int, int, str, str, str, int, bool]
COLUMNS = "stream_id, seq, author, key, kind, body, at, withdrawn"
INSERT = f"INSERT INTO journal_entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
WORDS = [
    "您好，请问办理这件事需要带哪些材料？",
    "请带身份证和户口簿原件，复印件我们这边可以代办。",
    "好的，那要跑几趟？网上可以先填表吗？",
    "网上填好之后来一趟就可以，审核一般三个工作日。",
    "明白了，谢谢您的耐心解答。",
]
SHORT = 100
BATCH = 20_000


def talks(prefix: str, count: int, each: int) -> None:
    """So many messages in each talk, its two members taking turns."""
    members: dict[int, list[int]] = {}
    for stream, party in Member.objects.order_by("stream_id", "party").values_list("stream_id", "party"):
        members.setdefault(stream, []).append(party)
    streams = [int(f"{prefix}{number}") for number in range(count)]
    store(row(stream, seq, members[stream][seq % 2]) for stream in streams for seq in range(1, each + 1))
    Stream.objects.filter(pk__in=members).update(last_seq=each)


def long(entries: int) -> None:
    """Half of the entries in the open talk of an officer and a citizen, the others in the desk's many ended ones.

    As after years at a desk: the officer has left each of these, his desk's people may still look into them.
    """
    officer, citizen = User.objects.order_by("pk").values_list("pk", flat=True)[:2]
    desk = Group.objects.create(name="desk")
    GroupMember.objects.create(group=desk, user_id=officer)
    ended = [LONG - 1 - number for number in range(entries // 2 // SHORT)]
    sizes = {LONG: entries // 2} | dict.fromkeys(ended, SHORT)
    moment = now()
    Stream.objects.bulk_create(
        (
            Stream(pk=stream, kind="consultation", created_at=moment, last_seq=size, open=stream == LONG)
            for stream, size in sizes.items()
        ),
        batch_size=5000,
    )
    members = [Member(stream_id=LONG, party=party) for party in (officer, citizen)]
    members += [Member(stream_id=stream, party=officer, until=SHORT, follow=False) for stream in ended]
    members += [Member(stream_id=stream, party=desk.party, may_write=False, follow=False) for stream in sizes]
    Member.objects.bulk_create(members, batch_size=5000)
    store(
        row(stream, seq, (officer, citizen)[seq % 2]) for stream in sorted(sizes) for seq in range(1, sizes[stream] + 1)
    )


def row(stream: int, seq: int, author: int) -> Row:
    return (
        *(stream, seq, author, f"{stream:010d}-{seq:08d}", "text"),
        *(f"{WORDS[(stream + seq) % len(WORDS)]}（{seq}）", millis(MOMENT) + seq, False),
    )  # type: ignore[return-value]


def store(rows: Iterable[Row]) -> None:
    """Straight into the table: no checks, no bell."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        take_time(connection)
        with connection.cursor() as cursor, cursor.copy(f"COPY journal_entry ({COLUMNS}) FROM STDIN") as copy:
            for one in rows:
                copy.write_row(one)
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    raw = connection.connection
    for batch in batches(rows):
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(INSERT, batch)
        raw.execute("COMMIT")


def settle() -> None:
    """The planner knows what is there, as it does where a database has stood for a day."""
    take_time(connection)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for one in rows:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


MOMENT = now()

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["talks", prefix, count, each]:
            talks(prefix, int(count), int(each))
            settle()
        case ["long", entries]:
            long(int(entries))
            settle()
        case _:
            raise SystemExit(__doc__)
