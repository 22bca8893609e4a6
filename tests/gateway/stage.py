"""What a test wants done inside an installation, by a process of its own: `stage VERB ARGUMENT…`.

It stands for the HTTP actions of another process. The answer is JSON on standard output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django

from tests.servers.service import Installation

CHECKOUT = Path(__file__).resolve().parents[2]


def do(installation: Installation, *words: object) -> Any:
    """Have something done in the installation; its answer."""
    command = [sys.executable, "-m", "tests.gateway.stage", *map(str, words)]
    done = subprocess.run(
        command, env=installation.env | {"PYTHONPATH": str(CHECKOUT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def main(verb: str, *arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
    django.setup()
    from tests.gateway import inside  # noqa: PLC0415  # models can be imported only now

    print(json.dumps(getattr(inside, verb)(*arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
