"""That a database is whole: after a restore, before a backup is trusted, or when somebody doubts it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count, F, Max, Min, Q

from zhengwutong.cases.models import Case
from zhengwutong.consult.models import Consultation
from zhengwutong.journal.models import Entry, Stream
from zhengwutong.kernel.audit import first_broken
from zhengwutong.kernel.models import AuditRecord
from zhengwutong.people.models import User

SHOWN = 10


def counts() -> dict[str, int]:
    """How much there is of what matters."""
    return {
        "用户": User.objects.count(),
        "咨询": Consultation.objects.count(),
        "办件": Case.objects.count(),
        "流": Stream.objects.count(),
        "记录": Entry.objects.count(),
        "审计": AuditRecord.objects.count(),
    }


def faults() -> Iterator[str]:
    """Everything that is wrong, a sentence each."""
    yield from damage()
    for stream, last_seq, count in gaps()[:SHOWN]:
        yield f"流 {stream} 应有 1 到 {last_seq}，实有 {count} 条"
    broken = first_broken()
    if broken is not None:
        yield f"审计记录从第 {broken} 条起对不上"


def damage() -> Iterator[str]:
    """What SQLite itself finds wrong with its file; PostgreSQL has pg_amcheck for that."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            yield from (str(row[0]) for row in cursor.fetchall()[:SHOWN] if row[0] != "ok")


def gaps() -> list[tuple[int, int, int]]:
    """Streams whose entries are not exactly 1 to `last_seq`: id, last number, entries there are."""
    counted = Stream.objects.annotate(n=Count("entries__seq"), low=Min("entries__seq"), high=Max("entries__seq"))
    wrong = counted.filter(~Q(n=F("last_seq")) | Q(n__gt=0) & (~Q(low=1) | ~Q(high=F("last_seq"))))
    return list(wrong.order_by("pk").values_list("pk", "last_seq", "n"))
