"""Make a data folder (ZHENGWUTONG_DATA) anew from a backup. Refused when the folder is not empty.

Everything is verified before the folder gets its name; afterwards: zhengwutong migrate, zhengwutong doctor, serve.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from zhengwutong.safekeeping import NotKept, bring_back


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file that `zhengwutong backup` has written")
    parser.add_argument("--data", type=Path, default=os.environ.get("ZHENGWUTONG_DATA"), help="the new data folder")


def run(arguments: argparse.Namespace) -> int:
    if arguments.data is None:
        print("请说明恢复到哪里：--data 或 ZHENGWUTONG_DATA。")
        return 2
    data = Path(arguments.data).absolute()
    try:
        counted = bring_back(arguments.file.absolute(), data)
    except (NotKept, OSError) as problem:
        print(f"没有恢复：{problem}")
        return 1
    print(f"{counted}\n已恢复到 {data}。接着运行 zhengwutong migrate、zhengwutong doctor，再启动服务。")
    return 0
