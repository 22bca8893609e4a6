"""Make an empty real installation: database, departments, calendar, and a one-time link for the first administrator.

No password is made up anywhere: whoever opens the link chooses it. Refused when an administrator exists already.
"""

from __future__ import annotations

import argparse

from django.conf import settings

from zhengwutong.commands import migrate
from zhengwutong.kernel import clock
from zhengwutong.kernel.errors import Refusal
from zhengwutong.people import actions, invitations


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--username", default="admin", help="user name of the first administrator")
    parser.add_argument("--name", default="系统管理员", help="display name")


def run(arguments: argparse.Namespace) -> int:
    migrate.run(arguments)
    now = clock.now()
    try:
        person = actions.first_administrator(username=arguments.username, name=arguments.name, now=now)
    except Refusal as refusal:
        print(f"没有建立新的管理员：{refusal.text}")
        return 1
    link = (settings.ORIGIN or "http://127.0.0.1:8000") + invitations.path(invitations.issue(person, now=now))
    print(f"\n安装完成。用户名 {person.username}，请在七天内打开这个一次性链接设置密码：\n\n  {link}\n")
    print("然后运行 zhengwutong serve，并用 zhengwutong doctor 检查这台机器。")
    return 0
