"""Say what is missing or unsafe on this machine, and how to mend it. Exit code 1 when something is wrong."""

from __future__ import annotations

import argparse

from zhengwutong.checkup import Level, findings

MARKS = {Level.FINE: "✓", Level.ADVICE: "·", Level.WRONG: "✗"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


def run(arguments: argparse.Namespace) -> int:
    wrong = 0
    for finding in findings():
        print(f"{MARKS[finding.level]} {finding.what}：{finding.is_so}")
        if finding.mend:
            print(f"    → {finding.mend}")
        wrong += finding.level is Level.WRONG
    print("没有问题。" if not wrong else f"有 {wrong} 个问题要先解决。")
    return 1 if wrong else 0
