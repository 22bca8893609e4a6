"""Enter somebody who works at an office and print the one-time link for the first password.

The same person again, with another office or role, is given that post as well.
"""

from __future__ import annotations

import argparse

from django.conf import settings

from zhengwutong.kernel import clock
from zhengwutong.kernel.errors import Refusal
from zhengwutong.kernel.transaction import write
from zhengwutong.people import actions, invitations
from zhengwutong.people.models import Office, PostRole, Role, User


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", help="user name to sign in with")
    parser.add_argument("--name", default="", help="name citizens see (new people only)")
    parser.add_argument("--number", default="", help="staff number shown beside answers (工号)")
    parser.add_argument("--office", required=True, help="key of the department or office, for example labour")
    parser.add_argument("--post", choices=PostRole.values, default=PostRole.OFFICER.value)


def run(arguments: argparse.Namespace) -> int:
    now = clock.now()
    office = Office.objects.filter(key=arguments.office, active=True).first()
    if office is None:
        print(f"没有代号为 {arguments.office} 的部门。现有：{'、'.join(Office.objects.values_list('key', flat=True))}")
        return 1
    try:
        with write():
            person = entered(arguments)
            actions.appoint(None, person, office, PostRole(arguments.post), now=now)
    except Refusal as refusal:
        print(f"没有办成：{refusal.text} {refusal.facts.get('fields', '')}")
        return 1
    print(f"{person.name}（{person.username}）已任 {office.name} {PostRole(arguments.post).label}。")
    if not person.has_usable_password():
        link = (settings.ORIGIN or "http://127.0.0.1:8000") + invitations.path(invitations.issue(person, now=now))
        print(f"请本人在七天内打开这个一次性链接设置密码：\n\n  {link}\n")
    return 0


def entered(arguments: argparse.Namespace) -> User:
    """The person, entered now if unknown; the role follows the post."""
    person = User.objects.filter(username=arguments.username.lower()).first()
    if person is not None:
        return person
    role = {PostRole.OFFICER: Role.OFFICER, PostRole.HANDLER: Role.HANDLER, PostRole.LEAD: Role.LEAD}
    return actions.create_staff(
        None,
        username=arguments.username,
        name=arguments.name or arguments.username,
        role=role[PostRole(arguments.post)],
        staff_number=arguments.number,
        now=clock.now(),
    )
