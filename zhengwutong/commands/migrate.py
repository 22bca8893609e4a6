"""Bring the database up to date; seed departments, destinations, phrases and the calendar. Safe to repeat."""

from __future__ import annotations

import argparse

from django.core.management import call_command
from django.db import connection

from zhengwutong.commands.progress import step
from zhengwutong.kernel import clock, durability
from zhengwutong.kernel.postgresql.base import take_time
from zhengwutong.seeding import seed


def arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def run(arguments: argparse.Namespace) -> int:
    with step("数据库"):
        durability.require()
        take_time(connection)
        call_command("migrate", verbosity=0, interactive=False)
    with step("部门、工作日历、常用语"):
        seed(clock.now())
    return 0
