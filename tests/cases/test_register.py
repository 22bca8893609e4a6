"""Taking a question to the back office: number, code, deadline."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests.cases.world import ended_talk, open_case, taken
from tests.duty.world import browser, citizen, department, officer
from zhengwutong.cases import actions
from zhengwutong.cases.codes import LETTERS, new_code
from zhengwutong.cases.models import Case, CaseEvent
from zhengwutong.journal.queries import page
from zhengwutong.kernel import clock
from zhengwutong.kernel.errors import Conflict, Invalid
from zhengwutong.kernel.transaction import write
from zhengwutong.people.models import PostRole
from zhengwutong.workdays.actions import set_override
from zhengwutong.workdays.seed import seed

pytestmark = pytest.mark.django_db

# The day of a known answer: 2026-02-12 and five working days is 2026-02-26, by the calendar every installation has.
THURSDAY = datetime(2026, 2, 12, 10, 0, tzinfo=clock.SHANGHAI)


def test_a_case_has_number_code_and_a_deadline_counted_from_the_asking_time() -> None:
    seed(THURSDAY)
    made = taken(days=5, asked_at=THURSDAY, now=THURSDAY + timedelta(days=1))
    assert made.case.number == "BJ20260213-0001"
    assert len(made.case.code) == 6
    assert set(made.case.code) <= set(LETTERS)
    detail = browser(made.citizen).get(f"/api/cases/{made.case.pk}").json()
    assert detail["due_at"] == "2026-02-26T17:30:00+08:00"
    assert "转后台办理：5 个工作日内答复" in detail["due_explained"]


def test_the_number_carries_the_date_of_the_office_and_begins_again_each_day() -> None:
    midnight = datetime(2026, 3, 4, 0, 0, tzinfo=clock.SHANGHAI)
    office = department("water", hours=None)
    asker, by = citizen("c-1"), officer("o-1", office)
    talk = ended_talk(asker, by)
    moments = [midnight - timedelta(seconds=2), midnight - timedelta(seconds=1), midnight]
    assert [open_case(by, asker, office, talk, now=moment).number for moment in moments] == [
        "BJ20260303-0001",
        "BJ20260303-0002",
        "BJ20260304-0001",
    ]


def test_a_number_is_given_back_when_nothing_came_of_it() -> None:
    office = department("water", hours=None)
    asker, by = citizen("c-1"), officer("o-1", office)
    talk = ended_talk(asker, by)

    def changing_my_mind() -> None:
        with write():
            open_case(by, asker, office, talk, now=THURSDAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        changing_my_mind()
    assert open_case(by, asker, office, talk, now=THURSDAY).number.endswith("0001")


@pytest.mark.django_db(transaction=True)
def test_cases_opened_at_the_same_time_have_numbers_of_their_own() -> None:
    office = department("water", hours=None)
    asker, by = citizen("c-1"), officer("o-1", office)
    talk = ended_talk(asker, by)

    def one(_: int) -> str:
        try:
            return open_case(by, asker, office, talk, now=THURSDAY).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(one, range(12)))
    assert sorted(numbers) == [f"BJ20260212-{number:04d}" for number in range(1, 13)]


def test_codes_avoid_what_reads_alike_and_follow_the_chance_they_are_given() -> None:
    assert not set("0O1IL") & set(LETTERS)
    assert new_code(lambda letters: letters[0]) == "222222"
    assert len({new_code() for _ in range(50)}) == 50


def test_a_consultation_becomes_one_case_at_most() -> None:
    made = taken()
    with pytest.raises(Conflict):
        actions.open(
            made.officer,
            consultation=made.case.consultation,
            stream=made.talk.pk,
            citizen=made.citizen,
            office=made.office,
            days=5,
            summary="再来一次",
            asked_at=clock.now(),
            now=clock.now(),
        )
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("days", "summary"), [(0, "核对"), (31, "核对"), (5, "  "), (5, "长" * 501)])
def test_what_cannot_be_registered_is_refused_by_name(days: int, summary: str) -> None:
    office = department("water", hours=None)
    asker, by = citizen("c-1"), officer("o-1", office)
    talk = ended_talk(asker, by)
    with pytest.raises(Invalid) as refusal:
        open_case(by, asker, office, talk, days=days, summary=summary, now=THURSDAY)
    assert set(refusal.value.facts["fields"]) == {"summary" if days == 5 else "days"}
    assert not Case.objects.exists()


def test_handlers_and_leads_of_the_office_are_told() -> None:
    office = department("water", hours=None)
    handler, lead = officer("h-1", office, role=PostRole.HANDLER), officer("l-1", office, role=PostRole.LEAD)
    asker, by = citizen("c-1"), officer("o-1", office)
    case = open_case(by, asker, office, ended_talk(asker, by), now=THURSDAY)
    for person in (handler, lead):
        [notice] = page(person.notices_id or 0, 0, 10).entries
        assert notice.data is not None
        assert (notice.data["kind"], notice.data["number"]) == ("assigned", case.number)
    assert page(by.notices_id or 0, 0, 10).entries == []


def test_the_deadline_follows_the_calendar() -> None:
    seed(THURSDAY)
    made = taken(days=5, asked_at=THURSDAY, now=THURSDAY)
    set_override(None, THURSDAY.date() + timedelta(days=1), owner=made.office.pk, intervals=[], now=THURSDAY)
    detail = browser(made.citizen).get(f"/api/cases/{made.case.pk}").json()
    assert detail["due_at"] == "2026-02-27T17:30:00+08:00"


def test_what_happened_is_kept_as_events() -> None:
    made = taken()
    assert [(event.kind, event.by_id) for event in CaseEvent.objects.all()] == [("registered", made.officer.pk)]
