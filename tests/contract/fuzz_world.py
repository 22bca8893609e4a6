"""The world the contract is fuzzed in, made inside an installation: `python -m tests.contract.fuzz_world`.

Two desks, open around the clock, with people of four roles. Those who may be harmed have the smallest numbers, because
small numbers are what a fuzzer tries first.
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
EXPENDABLE = 40


def made_in(installation: Installation) -> dict[str, Any]:
    """Make the world; sessions by role, and ids by the names the contract's paths give them."""
    command = [sys.executable, "-m", "tests.contract.fuzz_world"]
    where = installation.env | {"PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, env=where, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    world: dict[str, Any] = json.loads(done.stdout)
    return world


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
    django.setup()
    from tests.duty.world import citizen, department, officer, roster, staff  # noqa: PLC0415
    from tests.gateway.live import signed_in  # noqa: PLC0415  # models can be imported only now
    from zhengwutong.people.models import Post, Role  # noqa: PLC0415

    tax, land = department("first-desk"), department("second-desk")
    for number in range(EXPENDABLE):
        citizen(f"expendable.{number}")
    victim = officer("victim", land)
    people = {"citizen": citizen("citizen"), "officer": officer("officer", tax, land)}
    people |= {"administrator": staff("administrator", Role.SYSTEM_ADMIN), "colleague": officer("colleague", tax)}
    for name in ("officer", "colleague"):
        roster(people[name], tax, hours=8)
    world = {
        "sessions": {name: signed_in(person) for name, person in people.items()},
        "known": {"user_id": victim.pk, "key": land.key, "post_id": Post.objects.filter(user=victim).first().pk},
    }
    print(json.dumps(world))


if __name__ == "__main__":
    main()
