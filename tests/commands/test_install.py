"""What an administrator types on a new machine, as real commands on an empty data folder."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.servers.service import CommandFailed, Installation
from tests.servers.service import installation as running_installation

LINK = re.compile(r"http://127\.0\.0\.1:8000/welcome/(\S+)")
PASSWORD = "yanshi-Mima-2026"


@pytest.fixture(scope="module")
def fresh() -> Iterator[Installation]:
    with running_installation() as made:
        yield made


@pytest.fixture(scope="module")
def invitation(fresh: Installation) -> str:
    """The token of the first administrator's link."""
    found = LINK.search(fresh.command("init"))
    assert found
    return found[1]


@contextmanager
def visitor(fresh: Installation) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fresh.url, trust_env=False) as client:
        client.get("/login")
        client.headers.update({"X-CSRFToken": client.cookies["csrf"], "Origin": fresh.url})
        yield client


def test_the_first_administrator_chooses_a_password_by_the_link_once(fresh: Installation, invitation: str) -> None:
    with visitor(fresh) as client:
        answer = client.post(f"/api/people/invitations/{invitation}", json={"password": PASSWORD})
        assert answer.status_code == 200, answer.text
        again = client.post(f"/api/people/invitations/{invitation}", json={"password": PASSWORD + "x"})
        assert again.status_code in (403, 404), again.text


def test_a_second_administrator_is_not_made(fresh: Installation, invitation: str) -> None:
    with pytest.raises(CommandFailed, match="已经有系统管理员"):
        fresh.command("init")


def test_no_account_has_a_password_nobody_chose(fresh: Installation, invitation: str) -> None:
    with visitor(fresh) as client:
        for password in ("admin", "password", "123456", "zhengwutong"):
            login = {"username": "admin", "password": password}
            assert client.post("/_allauth/browser/v1/auth/login", json=login).status_code in (400, 401, 429)


def test_the_sixteen_departments_and_their_office_are_there(fresh: Installation) -> None:
    with httpx.Client(base_url=fresh.url, trust_env=False) as client:
        offices = client.get("/api/offices").json()
    assert sum(one["kind"] == "department" for one in offices) == 16
    assert [one["parent"] for one in offices if one["key"] == "exam"] == ["education"]


def test_doctor_finds_the_installation_sound_and_names_what_could_be_better(
    fresh: Installation, invitation: str
) -> None:
    said = fresh.command("doctor")
    assert "✗" not in said
    assert "没有设 https 网址" in said


def test_doctor_names_what_is_unsafe_and_how_to_mend_it(fresh: Installation, invitation: str) -> None:
    file = fresh.data / "secret.key"
    file.write_text("known to everybody")
    file.chmod(0o644)
    del fresh.env["ZHENGWUTONG_SECRET"]
    try:
        with pytest.raises(CommandFailed, match=f"chmod 600 {file}"):
            fresh.command("doctor")
    finally:
        fresh.env["ZHENGWUTONG_SECRET"] = "secret-of-the-tests-and-of-nothing-else"
        file.unlink()


def test_the_secret_is_made_once_and_for_its_owner_only(fresh: Installation) -> None:
    del fresh.env["ZHENGWUTONG_SECRET"]
    try:
        fresh.command("migrate")
        file = fresh.data / "secret.key"
        first = file.read_text()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        fresh.command("migrate")
        assert file.read_text() == first
    finally:
        fresh.env["ZHENGWUTONG_SECRET"] = "secret-of-the-tests-and-of-nothing-else"


def test_an_officer_is_entered_and_put_on_duty(fresh: Installation) -> None:
    said = fresh.command("staff", "zhiban01", "--name", "值班一号", "--number", "0101", "--office", "labour")
    token = LINK.search(said)
    assert token
    with visitor(fresh) as client:
        answer = client.post(f"/api/people/invitations/{token[1]}", json={"password": PASSWORD})
        assert answer.status_code == 200, answer.text
        planned = fresh.command("roster", "labour", "zhiban01", "--from", "2030-03-04", "--to", "2030-03-10")
        assert "共 10 个班次" in planned  # five working days, morning and afternoon
        roster = client.get("/api/duty/roster?desk=labour&from=2030-03-04&to=2030-03-10").json()
    assert len(roster["shifts"]) == 10


def test_an_unknown_office_is_refused_with_the_known_ones(fresh: Installation) -> None:
    with pytest.raises(CommandFailed, match="labour"):
        fresh.command("staff", "zhiban02", "--office", "nowhere")


def test_a_command_nobody_knows_lists_the_known_ones(fresh: Installation) -> None:
    with pytest.raises(CommandFailed, match="simulate"):
        fresh.command("destroy")
