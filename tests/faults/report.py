"""The table of docs/reliability.md: one line for each experiment and size, the last run of each kept."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tests.faults.experiment import Experiment, Outcome

PAGE = Path(__file__).resolve().parents[2] / "docs/reliability.md"
COUNTS = ("lost", "undelivered", "unexpected", "duplicated", "disordered")
HEAD = (
    "| experiment | size | attempted | acked | delivered | "
    + " | ".join(COUNTS)
    + " | longest wait s | longest delivery s | seconds | | seed | run on |"
)
RULE = "|---|---|" + "--:|" * 11 + "---|--:|---|"


def line(one: Outcome) -> str:
    """An outcome as a line of the table."""
    counts = one.verdict.counts
    figures = [*(f"{name} {value}" for name, value in one.figures.items()), *(f"**{kept}**" for kept in one.broken)]
    cells: list[object] = [
        *(one.experiment, one.size, one.attempted, one.acked, one.delivered),
        *(counts[name] or "0" for name in COUNTS),
        *(f"{one.wait:.1f}", f"{one.delivery:.1f}", f"{one.seconds:.0f}"),
        *("; ".join(figures), one.seed, f"{date.today():%Y-%m-%d}, {machine()}"),  # noqa: DTZ011  # the operator's day
    ]
    return "| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def write(outcomes: Iterable[Outcome], experiments: Iterable[Experiment]) -> None:
    """Put new lines in the place of old ones, and tell of every experiment there is."""
    text = PAGE.read_text()
    known = {
        tuple(cell.strip() for cell in row.split("|")[1:3]): row for row in between(text, "table").splitlines()[2:]
    }
    known |= {(one.experiment, one.size): line(one) for one in outcomes}
    every = list(experiments)
    order = [(one.name, size) for one in every for size in one.sizes]
    rows = [known[place] for place in order if place in known]
    text = put(text, "table", "\n".join([HEAD, RULE, *rows]))
    PAGE.write_text(put(text, "experiments", "\n".join(described(one) for one in every)))


def described(one: Experiment) -> str:
    return f"- **{one.name}** ({', '.join(one.sizes)}{'' if one.quick is not None else ', full run only'}). {one.text}"


def between(text: str, name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)
    assert found, f"{PAGE.name} has no place for {name}"
    return found[1]


def put(text: str, name: str, content: str) -> str:
    before, rest = text.split(f"<!-- {name} -->\n")
    _, after = rest.split(f"<!-- /{name} -->")
    return f"{before}<!-- {name} -->\n{content}\n<!-- /{name} -->{after}"
