"""bench/latest.json: a part for each measurement, what was measured and when. A run replaces its own parts only."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine

LATEST = Path(__file__).resolve().parent / "latest.json"


def read(path: Path = LATEST) -> dict[str, Any]:
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def merge(path: Path, part: str, figures: dict[str, Any]) -> None:
    """Put a part's figures in place of its former ones, with the date; the machine is the one of this run."""
    everything = read(path)
    everything["machine"] = machine.described()
    everything[part] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **figures}
    ordered = {name: everything[name] for name in sorted(everything, key=lambda name: (name != "machine", name))}
    path.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")


def middle(values: Iterable[float], digits: int = 1) -> float:
    """The median."""
    return round(statistics.median(values), digits)


def percentile(values: Iterable[float], share: float, digits: int = 2) -> float:
    ordered = sorted(values)
    return round(ordered[int(share * (len(ordered) - 1))], digits)
