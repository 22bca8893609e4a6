"""The command `zhengwutong`: what an administrator types. Each command is one module of `zhengwutong.commands`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

import django

COMMANDS = {
    "run": "try it: database, demo world, service, until Ctrl-C",
    "init": "make an empty real installation and print the first administrator's one-time link",
    "staff": "enter somebody who works at an office; prints the one-time link for the first password",
    "roster": "put people on duty at a desk",
    "migrate": "bring the database up to date and seed departments and the working calendar",
    "serve": "start the service",
    "doctor": "say what is missing or unsafe, and how to mend it",
    "backup": "write a backup of the small installation into one file, while it serves",
    "restore": "make a data folder anew from a backup",
    "verify": "read the whole database and say whether anything is missing",
    "simulate": "play citizens and officers through the public doors and count what was lost",
    "demo-officers": "play the demo officers of an installation that has a demo world",
    "contract": "write, or with --check compare, the contract files",
}
OUTSIDE = {"simulate", "demo-officers", "restore"}  # work on no installation of their own


def main(words: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed or refused, 2 wrongly called, 130 interrupted."""
    words = sys.argv[1:] if words is None else words
    if not words or words[0] not in COMMANDS:
        print("usage: zhengwutong COMMAND …\n", *(f"  {name:14} {says}" for name, says in COMMANDS.items()), sep="\n")
        return 0 if words and words[0] in ("-h", "--help", "help") else 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
    if words[0] not in OUTSIDE:
        django.setup()
    command = importlib.import_module(f"zhengwutong.commands.{words[0].replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"zhengwutong {words[0]}", description=command.__doc__)
    command.arguments(parser)
    try:
        return int(command.run(parser.parse_args(words[1:])) or 0)
    except KeyboardInterrupt:
        return 130
