"""Every operation of the API against every relation to what it is about, generated from the contract.

A cell that nobody decided fails. Each answer is looked at in the same town and taken back again.
"""

from __future__ import annotations

import pytest

from tests.access import doors
from tests.access.asking import asked, outcome
from tests.access.cells import LIKE_A_VISITOR, RELATIONS
from tests.access.tables import TABLE, operation_of
from tests.access.town import Town
from zhengwutong.people.access import PERMITTED
from zhengwutong.people.models import Role

pytestmark = pytest.mark.one_database

PARTS = 4


def test_every_operation_is_decided() -> None:
    assert {operation_of(title) for title in TABLE} == set(doors.operations())


@pytest.mark.parametrize("title", TABLE)
def test_every_cell_is_decided(title: str) -> None:
    assert set(TABLE[title].cells) == set(RELATIONS)


def test_every_role_is_in_the_table_of_permissions() -> None:
    assert set(PERMITTED) == set(Role)


def test_every_operation_documents_its_refusals() -> None:
    for methods in doors.contract()["paths"].values():
        for operation in methods.values():
            assert "default" in operation["responses"]


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_who_may(town: Town, part: int) -> None:
    wrong = {}
    for title in list(TABLE)[part::PARTS]:
        cells = TABLE[title].cells
        for relation in (*RELATIONS, *LIKE_A_VISITOR):
            decided = cells["visitor" if relation in LIKE_A_VISITOR else relation]
            answer = outcome(asked(town, title, relation))
            if answer != decided:
                wrong[title, relation] = answer, decided
    assert wrong == {}
