"""Play the demo officers of an installation that has a demo world, through its public doors, until ended."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
from pathlib import Path

from zhengwutong.demo.officers import Player, play


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", required=True, help="address of the running service")
    parser.add_argument("--data", default=os.environ.get("ZHENGWUTONG_DATA", "var"), help="its data folder")


def run(arguments: argparse.Namespace) -> int:
    rows = json.loads((Path(arguments.data) / "demo.json").read_text(encoding="utf-8"))
    players = [Player(row["username"], row["password"], row["desk"]) for row in rows if row["played"]]
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(until_told(arguments.url, players))
    return 0


async def until_told(url: str, players: list[Player]) -> None:
    """Play until SIGTERM, so that the people leave properly."""
    playing = asyncio.ensure_future(play(url, players))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)
    await playing
