"""The locks install from any registry, have a hash for each package, agree, and avoid versions with known holes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LOCKS = sorted(ROOT.glob("requirements*.txt"))
CLIENT_LOCK = ROOT / "web/package-lock.json"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)

# The lowest versions without a published hole that concerns this service; raised when one is published.
FLOORS = {
    "cryptography": "44.0.1",
    "django": "5.2.14",
    "django-allauth": "65.13",
    "h11": "0.16",
    "nh3": "0.2.20",
    "redis": "5.2.1",
    "sqlparse": "0.5.4",
    "uvicorn": "0.34",
}


def main() -> None:
    complaints = [*addresses(), *without_hash(), *below_floor(), *disagreements()]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(bool(complaints))


def pinned(lock: Path) -> dict[str, str]:
    """Package → version of one lock; of several by platform, the last."""
    return dict(PINNED.findall(lock.read_text()))


def addresses() -> list[str]:
    locks = [*PYTHON_LOCKS, *([CLIENT_LOCK] if CLIENT_LOCK.exists() else [])]
    return [
        f"{lock.name}:{number}: names the address of a registry"
        for lock in locks
        for number, line in enumerate(lock.read_text().splitlines(), 1)
        if '"resolved"' in line or (lock in PYTHON_LOCKS and "://" in line)
    ]


def without_hash() -> list[str]:
    return [
        f"{lock.name}: {entry.split()[0]} has no hash"
        for lock in PYTHON_LOCKS
        for entry in re.split(r"\n(?=\S)", lock.read_text().strip())
        if PINNED.match(entry) and "--hash=sha256:" not in entry
    ]


def below_floor() -> list[str]:
    versions = pinned(ROOT / "requirements.txt")
    return [
        f"requirements.txt: {name} {versions[name]} is older than {floor}"
        for name, floor in FLOORS.items()
        if name in versions and Version(versions[name]) < Version(floor)
    ]


def disagreements() -> list[str]:
    development = pinned(ROOT / "requirements-dev.txt")
    return [
        f"requirements-dev.txt: {name} is {development.get(name)}, in requirements.txt {version}"
        for name, version in pinned(ROOT / "requirements.txt").items()
        if development.get(name) != version
    ]


if __name__ == "__main__":
    main()
