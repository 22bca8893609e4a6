"""Bring the database up to date; seed departments, destinations, phrases and the calendar. Safe to repeat."""

from __future__ import annotations

import argparse

from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from zhengwutong.commands.progress import step
from zhengwutong.kernel import clock, durability
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


def take_time(connection: BaseDatabaseWrapper) -> None:
    """A migration may build an index for longer than any request would be allowed to take."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        connection.connection.patience = None
