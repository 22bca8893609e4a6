"""Put people on duty at a desk for its office hours, from one date to another; what was planned for these days goes."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta

from zhengwutong.duty.actions import put_shifts
from zhengwutong.duty.queries import calendars_of
from zhengwutong.duty.roster import Planned
from zhengwutong.duty.stretches import Stretch
from zhengwutong.kernel import clock
from zhengwutong.kernel.clock import SHANGHAI
from zhengwutong.kernel.errors import Refusal
from zhengwutong.people.models import Office, User


def arguments(parser: argparse.ArgumentParser) -> None:
    today = clock.local(clock.now()).date()
    parser.add_argument("desk", help="key of the department or office, for example labour")
    parser.add_argument("usernames", nargs="+", help="who is on duty")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=today, help="first date (today)")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, help="last date (six days later)")


def run(arguments: argparse.Namespace) -> int:
    now = clock.now()
    first, last = arguments.first, arguments.last or arguments.first + timedelta(days=6)
    desk = Office.objects.filter(key=arguments.desk, has_desk=True, active=True).first()
    people = User.objects.filter(username__in=[name.lower() for name in arguments.usernames])
    if desk is None or len(people) != len(set(arguments.usernames)):
        print("没有这个值班台，或有人没有登记。")
        return 1
    window = Stretch(midnight(first), midnight(last + timedelta(days=1)))
    calendar = calendars_of([desk.pk], window.start, window.end)[desk.pk]
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    shifts = [
        Planned(person.pk, start, end) for day in days for start, end in calendar.intervals(day) for person in people
    ]
    try:
        put_shifts(None, desk, shifts, window=window, now=now)
    except Refusal as refusal:
        print(f"没有办成：{refusal.text}")
        return 1
    print(f"{desk.name}：{first} 至 {last}，{len(people)} 人，共 {len(shifts)} 个班次。")
    return 0


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
