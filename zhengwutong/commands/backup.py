"""Write a backup of the small installation into one file, while it serves. The large one has PostgreSQL's own programs.

The copy is verified before the file gets its name. Refused when the file exists.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings

from zhengwutong.safekeeping import NotKept, keep


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="where to write it")


def run(arguments: argparse.Namespace) -> int:
    if settings.DATABASE_URL:
        print("大型安装请用 pg_dump 或 pg_basebackup，见 docs/operations.md。")
        return 1
    try:
        counted = keep(settings.DATA, arguments.file.absolute())
    except (NotKept, OSError) as problem:
        print(f"没有备份：{problem}")
        return 1
    print(f"{counted}\n已备份到 {arguments.file}。里面有密钥，请像密码一样保管。")
    return 0
