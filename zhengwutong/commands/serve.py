"""Start the service on one port: pages, API and socket. Ends cleanly on SIGTERM and Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys

from zhengwutong import serving
from zhengwutong.kernel import durability


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))


def run(arguments: argparse.Namespace) -> int:
    try:
        return serving.serve(arguments.host, arguments.port)
    except durability.NotDurable as refusal:
        print(refusal.text, file=sys.stderr)
        return 1
