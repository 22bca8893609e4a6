"""The demo world: people at every desk, citizens, an inspector and an administrator, on duty whenever it is tried.

Everything goes through the rooms' own actions. Passwords are random and kept in one file of the data folder; nothing
of this exists in an installation made with `zhengwutong init`.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from zhengwutong.duty.actions import put_shifts
from zhengwutong.duty.roster import Planned
from zhengwutong.duty.stretches import Stretch
from zhengwutong.kernel.clock import SHANGHAI, local
from zhengwutong.kernel.transaction import write
from zhengwutong.people.actions import appoint, open_account
from zhengwutong.people.models import Office, PostRole, Role, User
from zhengwutong.workdays.actions import set_override
from zhengwutong.workdays.models import Override

FILE = "demo.json"
CLOSED_DESK = "agriculture"  # one department shows what happens outside its hours
DAYS_BACK, DAYS_AHEAD = 1, 7
LABEL = "演示"
PLAYER = "演示值班员"

OFFICER_NAMES = (
    "沈一帆", "顾晓岚", "骆文静", "蒋立群", "俞思远", "裘丹青", "楼海燕", "金致和", "施雨桐",
    "傅云舟", "董书瑶", "盛嘉禾", "柴若谷", "应景行", "邵知秋", "祝明轩", "莫雅琴", "葛长风",
)  # fmt: skip
CITIZENS = (
    ("citizen1", "叶知春", "杭州市上城区"),
    ("citizen2", "杜望舒", "宁波市海曙区"),
    ("citizen3", "戚同舟", "金华市婺城区"),
)


@dataclass(frozen=True)
class Account:
    """What somebody needs to sign in. `desk` is empty for people without one; `played` marks the demo officers."""

    role: str
    username: str
    password: str
    name: str
    desk: str = ""
    played: bool = False


def accounts(folder: Path) -> list[Account]:
    """The accounts kept in this data folder; none when it has no demo world."""
    file = folder / FILE
    return [Account(**row) for row in json.loads(file.read_text())] if file.exists() else []


def make(folder: Path, now: datetime) -> list[Account]:
    """Make the people on first use, and put everybody on duty for the days around now. Safe to repeat."""
    known = accounts(folder)
    with write():
        if not known:
            known = people(now)
        roll(known, now)
    keep(folder / FILE, known)
    return known


def keep(file: Path, known: Sequence[Account]) -> None:
    """Write the passwords where only the owner of the installation reads them."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump([asdict(one) for one in known], out, ensure_ascii=False, indent=1)


# people


def people(now: datetime) -> list[Account]:
    made = [account(username, name, Role.CITIZEN, now, region=region) for username, name, region in CITIZENS]
    desks = list(Office.objects.filter(has_desk=True, active=True))
    for place, (desk, name) in enumerate(zip(desks, OFFICER_NAMES, strict=False)):
        made.append(officer(desk, desk.key, name, f"{1001 + place}", now))
        made.append(officer(desk, f"demo-{desk.key}", PLAYER, f"{9001 + place}", now, played=True))
    made.append(account("inspector", "信息中心督查", Role.INSPECTOR, now, demo=True))
    made.append(account("admin", "系统管理员", Role.SYSTEM_ADMIN, now, demo=True))
    return made


def officer(desk: Office, username: str, name: str, number: str, now: datetime, *, played: bool = False) -> Account:
    """Somebody with posts at the desk: at the front, and, unless played, in the back office too."""
    made = account(username, name, Role.OFFICER, now, desk=desk.key, played=played, number=number, demo=played)
    user = User.objects.get(username=username)
    appoint(None, user, desk, PostRole.OFFICER, now=now)
    if not played:
        appoint(None, user, desk, PostRole.HANDLER, now=now)
    return made


def account(
    username: str, name: str, role: Role, now: datetime, *, desk: str = "", played: bool = False,
    number: str = "", demo: bool = False, region: str = "",
) -> Account:  # fmt: skip
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    user = User(
        username=username, name=name, role=role, staff_number=number, region=region, demo=demo,
        verified=role != Role.CITIZEN or bool(region),
    )  # fmt: skip
    user.set_password(password)
    open_account(user, now=now)
    return Account(role.value, username, password, name, desk, played)


# duty


def roll(known: Sequence[Account], now: datetime) -> None:
    """Round-the-clock duty, marked as a demonstration, from yesterday to a week from now."""
    today = local(now).date()
    days = [today + timedelta(days=ahead) for ahead in range(-DAYS_BACK, DAYS_AHEAD + 1)]
    desks = list(Office.objects.filter(has_desk=True, active=True))
    ids = dict(User.objects.filter(username__in=[one.username for one in known]).values_list("username", "pk"))
    for desk in desks:
        serving = [ids[one.username] for one in known if one.desk == desk.key]
        open_around_the_clock(desk, days, now)
        window = Stretch(midnight(days[0]), midnight(days[-1] + timedelta(days=1)))
        planned = [
            Planned(user, midnight(day), midnight(day + timedelta(days=1)), LABEL) for user in serving for day in days
        ]
        put_shifts(None, desk, planned, window=window, now=now)


def open_around_the_clock(desk: Office, days: Sequence[date], now: datetime) -> None:
    """Give the desk its demonstration hours on the days that have none yet; the closed desk is closed today."""
    intervals = [] if desk.key == CLOSED_DESK else [["00:00", "24:00"]]
    days = [local(now).date()] if desk.key == CLOSED_DESK else days
    marked = set(Override.objects.filter(owner=desk.pk, date__in=days, duty_only=True).values_list("date", flat=True))
    for day in days:
        if day not in marked:
            set_override(None, day, owner=desk.pk, intervals=intervals, label=LABEL, duty_only=True, now=now)


def midnight(day: date) -> datetime:
    """When the day begins on the office's clock."""
    return datetime.combine(day, time(), SHANGHAI)


def listing(known: Sequence[Account]) -> str:
    """The accounts as a newcomer reads them: who they are, user name, password."""
    names = dict(Office.objects.values_list("key", "name"))
    kinds = dict(Role.choices)
    rows = [
        (names.get(one.desk) or kinds[one.role], one.name, one.username, one.password)
        for one in known
        if not one.played
    ]
    return "\n".join(f"  {where}\t{name}\t{username}\t{password}" for where, name, username, password in rows)
