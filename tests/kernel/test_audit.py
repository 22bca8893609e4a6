"""The audit chain: nobody alters or removes a record unnoticed, and no effect is without its record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zhengwutong.kernel import audit
from zhengwutong.kernel.models import AuditRecord
from zhengwutong.kernel.transaction import write

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 4, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def chain() -> list[int]:
    with write():
        return [
            audit.record(
                7, "office.change", f"office:{key}", now=NOW + timedelta(seconds=n), reason="更正", facts={"n": n}
            ).pk
            for n, key in enumerate(["labour", "tax", "health"])
        ]


def test_a_whole_chain_is_whole(chain: list[int]) -> None:
    assert audit.first_broken() is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": 8}, {"action": "office.open"}, {"thing": "office:civil"}, {"reason": "更改"}, {"facts": {"n": 9}},
        {"at": NOW},
    ],
)  # fmt: skip
def test_an_altered_record_is_found(chain: list[int], change: dict[str, object]) -> None:
    AuditRecord.objects.filter(pk=chain[1]).update(**change)
    assert audit.first_broken() == chain[1]


def test_a_missing_record_is_found_by_the_one_behind_it(chain: list[int]) -> None:
    AuditRecord.objects.filter(pk=chain[1]).delete()
    assert audit.first_broken() == chain[2]


def test_no_effect_without_its_record_and_no_record_without_effect(chain: list[int]) -> None:
    with pytest.raises(RuntimeError):
        record_and_fail()
    assert AuditRecord.objects.count() == 3


def record_and_fail() -> None:
    with write():
        audit.record(7, "office.change", "office:civil", now=NOW)
        raise RuntimeError
