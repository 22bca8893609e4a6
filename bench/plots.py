"""The pictures of docs/performance.md, drawn from what was measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "bench", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

OURS, THEIRS = "#1a5fb4", "#b0b7c3"
PART_COLOURS = {"server": "#1a5fb4", "postgresql": "#62a0ea", "valkey": "#c01c28"}
LIVE = ("small", "large", "crossing")


def draw(figures: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Draw what there are figures for; the names of the files and their titles."""
    folder.mkdir(exist_ok=True)
    drawn = []
    for name, (title, needs, picture) in PICTURES.items():
        if any(part in figures for part in needs):
            figure = Figure(figsize=(6.4, 3.2), layout="constrained")
            picture(figure.subplots(), figures)
            figure.suptitle(title, fontsize=10)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
            drawn.append((f"{name}.svg", title))
    return drawn


def throughput(axes: Axes, figures: dict[str, Any]) -> None:
    parts = [part for part in LIVE if part in figures]
    for place, part in enumerate(parts):
        axes.bar(place - 0.2, figures[part]["per_s"], 0.38, color=OURS, label="product" if place == 0 else None)
        if "ceiling" in figures[part]:
            top = figures[part]["ceiling"]["per_s"]
            axes.bar(place + 0.2, top, 0.38, color=THEIRS, label="ceiling" if place == 0 else None)
            axes.annotate(
                f"{figures[part]['ratio_to_ceiling']:.0%}",
                (place - 0.2, figures[part]["per_s"]),
                ha="center",
                va="bottom",
            )
    axes.set_xticks(range(len(parts)), parts)
    axes.set_ylabel("messages per second")
    axes.legend(frameon=False)


def processor(axes: Axes, figures: dict[str, Any]) -> None:
    bars = [(part, figures[part]["us"]) for part in LIVE if part in figures]
    bars += [
        (f"{part},\nceiling", figures[part]["ceiling"]["us"]) for part, _ in list(bars) if "ceiling" in figures[part]
    ]
    bars.sort(key=lambda bar: (LIVE.index(bar[0].partition(",")[0]), bar[0]))
    for place, (_, by_part) in enumerate(bars):
        bottom = 0.0
        for part, value in by_part.items():
            axes.bar(place, value, 0.6, bottom=bottom, color=PART_COLOURS[part])
            bottom += value
    for part, colour in PART_COLOURS.items():
        axes.bar(0, 0, color=colour, label=part)
    axes.set_xticks(range(len(bars)), [name for name, _ in bars])
    axes.set_ylabel("µs of processor time per message")
    axes.legend(frameon=False)


def latency(axes: Axes, figures: dict[str, Any]) -> None:
    names, place = [], 0
    for part in (part for part in LIVE if part in figures):
        for side, colour in ((figures[part], OURS), (figures[part].get("ceiling"), THEIRS)):
            if side:
                half = side["half_load"]
                axes.bar(place, half["p99_ms"], 0.6, color=colour, alpha=0.45)
                axes.bar(place, half["p50_ms"], 0.6, color=colour)
                axes.annotate(
                    f"{half['p50_ms']:.1f} / {half['p99_ms']:.0f}", (place, half["p99_ms"]), ha="center", va="bottom"
                )
                names.append(part if side is figures[part] else f"{part},\nceiling")
                place += 1
    axes.set_xticks(range(place), names)
    axes.set_ylabel("ms at half load: p50, p99 (pale)")


def depth(axes: Axes, figures: dict[str, Any]) -> None:
    for size, style in (("small", "-"), ("large", "--")):
        for question, colour in (("last_page", OURS), ("resume", "#c01c28")):
            found = figures["pages"][size][question]["p50_ms"]
            axes.plot([int(count) for count in found], list(found.values()), style, marker="o", color=colour,
                      label=f"{question.replace('_', ' ')}, {size}")  # fmt: skip
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("entries in the database, half of them in this talk")
    axes.set_ylabel("ms, p50")
    axes.legend(frameon=False)


def lists(axes: Axes, figures: dict[str, Any]) -> None:
    small, large = figures["lists"]["small"], figures["lists"]["large"]
    for place, name in enumerate(small):
        axes.barh(place - 0.2, sum(small[name]["cpu_ms"].values()), 0.38, color=OURS, label=None if place else "small")
        axes.barh(
            place + 0.2, sum(large[name]["cpu_ms"].values()), 0.38, color=THEIRS, label=None if place else "large"
        )
    axes.set_yticks(range(len(small)), [name.replace("_", " ") for name in small])
    axes.invert_yaxis()
    axes.set_xlabel("ms of processor time per request")
    axes.legend(frameon=False)


Picture = Callable[[Axes, dict[str, Any]], None]
PICTURES: dict[str, tuple[str, tuple[str, ...], Picture]] = {
    "throughput": ("Durable delivered messages per second, one core with its database", LIVE, throughput),
    "processor": ("Where the core's time goes, per message", LIVE, processor),
    "latency": ("From being due to being delivered, at half load", LIVE, latency),
    "depth": ("The last page and a resume, with ever more stored", ("pages",), depth),
    "lists": ("Signed-in lists over HTTP", ("lists",), lists),
}
