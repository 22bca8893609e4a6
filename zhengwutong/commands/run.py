"""Try it: bring the database up to date, make the demo world on first use, and serve until Ctrl-C.

PORT and ZHENGWUTONG_DATA choose other places. The demo officers are a process of their own, ended with the service.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from zhengwutong import serving
from zhengwutong.commands import migrate
from zhengwutong.commands.progress import step
from zhengwutong.demo import world
from zhengwutong.kernel import clock

BANNER = """
浙江政务通（演示）   http://{host}:{port}/

  谁 · 姓名 · 用户名 · 密码（也保存在 {file}）
{accounts}

  没有人登录的值班台由“演示值班员”应答。按 Ctrl-C 结束。
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--no-demo-officers", action="store_true", help="leave empty desks empty")


def run(arguments: argparse.Namespace) -> int:
    migrate.run(arguments)
    with step("演示账号和值班"):
        known = world.make(settings.DATA, clock.now())
    file = settings.DATA / world.FILE
    shown = world.listing(known).expandtabs(4)
    print(BANNER.format(host=arguments.host, port=arguments.port, file=file, accounts=shown), flush=True)
    address = f"http://{arguments.host}:{arguments.port}"
    with demo_officers(address, wanted=not arguments.no_demo_officers):
        serving.serve(arguments.host, arguments.port)
    return 0


@contextmanager
def demo_officers(address: str, *, wanted: bool) -> Iterator[None]:
    """Somebody at every desk while the service runs; they wait by themselves until it answers."""
    if not wanted:
        yield
        return
    players = subprocess.Popen(
        [sys.executable, "-m", "zhengwutong", "demo-officers", "--url", address, "--data", settings.DATA]
    )
    try:
        yield
    finally:
        players.terminate()
        players.wait(10)
