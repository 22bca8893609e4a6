"""Read the whole database and say whether anything is missing: numbers without gaps, the audit chain, the file itself.

Changes nothing; takes minutes on a large database. Exit code 1 when something is wrong.
"""

from __future__ import annotations

import argparse

from django.db import connection

from zhengwutong import proof
from zhengwutong.kernel.postgresql.base import take_time


def arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def run(arguments: argparse.Namespace) -> int:
    take_time(connection)
    print("，".join(f"{name} {count}" for name, count in proof.counts().items()))
    faults = list(proof.faults())
    for fault in faults:
        print(f"✗ {fault}")
    if not faults:
        print("编号连续，审计链完整。")
    return 1 if faults else 0
