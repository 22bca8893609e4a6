"""The public board, as a citizen's client gets it."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.duty.world import PROCESS, browser, come_in, department, officer, roster
from zhengwutong.duty import board, load
from zhengwutong.duty.actions import declare
from zhengwutong.duty.load import Load, Workload
from zhengwutong.duty.models import Declared
from zhengwutong.duty.telling import Teller
from zhengwutong.journal import bell
from zhengwutong.kernel import clock
from zhengwutong.people.models import Office, User
from zhengwutong.presence.actions import beat

pytestmark = pytest.mark.django_db


def row(desk: Office, client: Client | None = None) -> dict[str, Any]:
    answer = (client or browser()).get("/api/duty/board")
    assert answer.status_code == 200
    [found] = [item for item in answer.json()["items"] if item["key"] == desk.key]
    return dict(found)


def test_nobody_connected_in_office_time_is_offline() -> None:
    desk = department("water")
    roster(officer("o-1", desk), desk)
    found = row(desk)
    assert (found["state"], found["on_post"], found["opens_at"]) == ("offline", 0, None)


def test_a_rostered_officer_who_connects_puts_the_desk_online() -> None:
    desk = department("water")
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    found = row(desk)
    assert (found["state"], found["on_post"], found["waiting"], found["eta_minutes"]) == ("online", 1, 0, 0)
    assert found["hours_today"] == [["00:00", "24:00"]]


def test_an_officer_who_is_not_rostered_changes_nothing() -> None:
    desk = department("water")
    come_in(officer("o-1", desk))
    assert row(desk)["state"] == "offline"


def test_outside_its_hours_a_desk_says_when_it_opens() -> None:
    desk = department("water", hours=[])
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    found = row(desk)
    assert found["state"] == "off_duty"
    assert found["opens_at"].endswith("+08:00")
    assert "午 " in found["opens_text"] or "上午" in found["opens_text"]
    assert found["opens_english"].startswith(("tomorrow", *"123456789"))
    assert found["eta_minutes"] is None


def test_an_office_without_hours_of_its_own_has_those_of_its_department() -> None:
    above = department("school", hours=[["00:00", "24:00"]])
    below = department("exam", hours=None, parent=above)
    person = officer("o-1", below)
    roster(person, below)
    come_in(person)
    assert row(below)["state"] == "online"


def test_two_thirds_of_the_limit_is_busy_and_the_wait_is_told() -> None:
    desk = department("water", capacity=3)
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    load.provide(lambda now: Workload({desk.pk: Load({person.pk: 2}, 0, 300)}, {"first_reply_seconds": 41}))
    assert (row(desk)["state"], row(desk)["eta_minutes"]) == ("busy", 0)


def test_people_waiting_are_counted_and_their_wait_estimated() -> None:
    desk = department("water", capacity=2)
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    load.provide(lambda now: Workload({desk.pk: Load({person.pk: 2}, 3, 300)}))
    found = row(desk)
    assert (found["state"], found["waiting"], found["eta_minutes"]) == ("busy", 3, 10)


@pytest.mark.parametrize(("said", "state"), [(Declared.BUSY, "busy"), (Declared.AWAY, "away")])
def test_what_the_only_officer_declares_is_what_citizens_see(said: Declared, state: str) -> None:
    desk = department("water")
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    declare(person, said, now=clock.now())
    assert row(desk)["state"] == state


def test_nobody_who_has_acted_for_five_minutes_is_away() -> None:
    desk = department("water")
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person, now=clock.now() - timedelta(minutes=6))
    beat(PROCESS, {}, clock.now())
    assert row(desk)["state"] == "away"


def test_an_ended_post_ends_the_duty_that_was_planned_with_it() -> None:
    desk = department("water")
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    person.posts.update(until=clock.now())
    assert row(desk)["state"] == "offline"


def test_demonstration_officers_are_marked() -> None:
    desk = department("water")
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    User.objects.filter(pk=person.pk).update(demo=True)
    assert row(desk)["demo"] is True


@pytest.mark.django_db(transaction=True)
def test_the_board_is_public_and_answers_304_when_nothing_changed() -> None:
    desk = department("water")
    client = browser()
    first = client.get("/api/duty/board")
    assert first["Cache-Control"] == "public, max-age=1"
    again = client.get("/api/duty/board", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    declare(person, Declared.BUSY, now=clock.now())
    assert client.get("/api/duty/board", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_desks_and_officers() -> None:
    def people(first: int, count: int) -> None:
        desk = department(f"d{first}")
        crowd = [officer(f"o-{first}-{number}", desk) for number in range(count)]
        for person in crowd:
            roster(person, desk)
            declare(person, Declared.BUSY, now=clock.now())
        come_in(*crowd)

    people(1, 1)
    with CaptureQueriesContext(connection) as few:
        row_count = len(browser().get("/api/duty/board").json()["items"])
    for number in range(2, 6):
        people(number, 3)
    board.forget()
    with CaptureQueriesContext(connection) as many:
        assert len(browser().get("/api/duty/board").json()["items"]) == row_count + 4
    assert len(many) == len(few)


def heard() -> tuple[list[Any], Any]:
    rows: list[Any] = []

    def listener(message: bell.Message) -> None:
        if isinstance(message, bell.Hinted) and message.topic == "duty":
            rows.append(message.data)

    bell.listen(listener)
    return rows, listener


@pytest.mark.django_db(transaction=True)
def test_only_what_changed_is_put_on_the_bell_in_the_shape_of_the_board() -> None:
    desk = department("water")
    department("roads")
    person = officer("o-1", desk)
    roster(person, desk)
    rows, listener = heard()
    try:
        assert board.tell_changes(clock.now()) == []
        come_in(person)
        board.tell_changes(clock.now())
        board.tell_changes(clock.now())
    finally:
        bell.unlisten(listener)
    assert rows == [row(desk)]
    assert rows[0]["state"] == "online"


@pytest.mark.django_db(transaction=True)
def test_a_declaration_reaches_those_who_watch_by_the_teller() -> None:
    desk = department("water")
    person = officer("o-1", desk)
    roster(person, desk)
    come_in(person)
    told = Event()
    rows: list[Any] = []

    def listener(message: bell.Message) -> None:
        if isinstance(message, bell.Hinted) and message.topic == "duty":
            rows.append(message.data)
            told.set()

    bell.listen(listener)
    board.tell_changes(clock.now())
    teller = Teller()
    teller.start()
    try:
        declare(person, Declared.AWAY, now=clock.now())
        assert told.wait(20)
    finally:
        teller.stop()
        bell.unlisten(listener)
    assert (rows[0]["key"], rows[0]["state"]) == ("water", "away")
