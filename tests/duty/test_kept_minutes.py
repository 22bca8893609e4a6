"""Minutes owed and covered as they are computed from the tables, also after a crash."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.duty.world import browser, department, officer
from zhengwutong.duty.models import Declaration, Declared, Shift
from zhengwutong.duty.queries import tallies
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office, User
from zhengwutong.presence.models import Spell

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)  # an ordinary working day


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(TUESDAY.year, TUESDAY.month, TUESDAY.day, hour, minute, tzinfo=clock.SHANGHAI)


def on_the_day(username: str, desk: Office, start: datetime, end: datetime) -> User:
    person = officer(username, desk)
    person.posts.update(since=at(0))
    Shift.objects.create(user=person, desk=desk, start=start, end=end)
    return person


def connection_of(person: User, since: datetime, last_beat: datetime, ended: datetime | None) -> None:
    Spell.objects.create(
        user=person, process="a process", since=since, last_beat=last_beat, acted_at=last_beat, ended_at=ended
    )


def minutes(desk: Office, person: User, until: datetime = at(23)) -> tuple[int, int]:
    tally = tallies([desk.pk], at(0), at(23), now=until)[desk.pk].officers[person.pk]
    return tally.minutes_owed, tally.minutes_covered


def test_a_day_with_a_late_arrival_a_break_and_an_absence() -> None:
    desk = department("water", hours=None)
    person = on_the_day("o-1", desk, at(8), at(18))
    connection_of(person, at(8, 40), at(11), at(11))
    connection_of(person, at(11, 15), at(18), at(18))
    Declaration.objects.create(user=person, state=Declared.AWAY, since=at(15))
    Declaration.objects.create(user=person, state=Declared.ONLINE, since=at(15, 30))
    assert minutes(desk, person) == (420, 420 - 10 - 15 - 30)


def test_a_spell_that_a_crash_left_open_ends_at_its_last_beat() -> None:
    desk = department("water", hours=None)
    person = on_the_day("o-1", desk, at(8, 30), at(12))
    connection_of(person, at(8, 30), at(9, 30), None)
    assert minutes(desk, person) == (210, 60)


def test_nothing_is_owed_before_its_time() -> None:
    desk = department("water", hours=None)
    person = on_the_day("o-1", desk, at(8, 30), at(17, 30))
    connection_of(person, at(8), at(10), None)
    assert minutes(desk, person, until=at(10)) == (90, 90)


def test_what_was_declared_the_day_before_still_holds() -> None:
    desk = department("water", hours=None)
    person = on_the_day("o-1", desk, at(8, 30), at(12))
    connection_of(person, at(8), at(12), at(12))
    Declaration.objects.create(user=person, state=Declared.BUSY, since=at(0) - timedelta(days=3))
    Declaration.objects.create(user=person, state=Declared.AWAY, since=at(0) - timedelta(days=1))
    assert minutes(desk, person) == (210, 0)


def test_duty_planned_for_after_the_end_of_a_post_is_not_owed() -> None:
    desk = department("water", hours=None)
    person = on_the_day("o-1", desk, at(8, 30), at(12))
    person.posts.update(until=at(9, 30))
    assert minutes(desk, person) == (60, 0)


def test_a_desk_owes_its_hours_and_is_covered_while_one_of_its_officers_is_there() -> None:
    desk = department("water", hours=None)
    early, late = on_the_day("o-1", desk, at(8, 30), at(12)), on_the_day("o-2", desk, at(8, 30), at(17, 30))
    connection_of(early, at(8, 30), at(11), at(11))
    connection_of(late, at(10, 30), at(16), at(16))
    answer = browser(early).get("/api/duty/minutes", {"desk": "water", "from": TUESDAY, "to": TUESDAY}).json()
    assert answer == {
        "desk": {"owed": 420, "covered": 330},
        "officers": [
            {"user": early.pk, "owed": 210, "covered": 150},
            {"user": late.pk, "owed": 420, "covered": 210},
        ],
    }


def test_the_number_of_queries_grows_neither_with_desks_nor_shifts() -> None:
    desks = [department("d1", hours=None)]
    on_the_day("o-1", desks[0], at(8), at(12))
    with CaptureQueriesContext(connection) as few:
        tallies([desk.pk for desk in desks], at(0), at(23), now=at(23))
    for number in range(2, 6):
        desks.append(department(f"d{number}", hours=None))
        for shift in range(3):
            on_the_day(f"o-{number}-{shift}", desks[-1], at(8), at(12))
    with CaptureQueriesContext(connection) as many:
        tallies([desk.pk for desk in desks], at(0), at(23), now=at(23))
    assert len(many) == len(few)
