"""The tables of docs/performance.md, written from bench/latest.json between the page's two marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bench import plots, result

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- written by python -m bench --report: begin -->", "<!-- end -->"
SIZES = ("small", "large")
LIST_NAMES = {
    "consultations": "a citizen's consultations",
    "one_consultation": "one consultation",
    "entries": "its last 50 entries",
    "cases": "a citizen's cases",
    "me": "who am I",
    "board": "the duty board",
    "desk": "the officer's desk, 110 lines",
    "waiting": "who waits",
    "messages": "messages left",
    "desk_cases": "cases of the back office",
    "inquiries": "inquiries of colleagues",
    "phrases": "phrases",
}


class Goal(NamedTuple):
    """One line of the table: where the figure is, what it should be, how it is written."""

    what: str
    where: str
    goal: str
    reached: Callable[[float], bool] | None = None
    written: str = "{:,}"


GOALS = [
    Goal("small: durable delivered messages per second", "small.per_s", ""),
    Goal("small: share of the ceiling", "small.ratio_to_ceiling", "≥ 60 %", lambda x: x >= 0.6, "{:.0%}"),
    Goal("small: share by processor time per message", "small.cpu_ratio_to_ceiling", "", None, "{:.0%}"),
    Goal("small: p50 at half load, ms", "small.half_load.p50_ms", "≤ 2", lambda x: x <= 2),
    Goal("small: the ceiling's p50 at half load, ms", "small.ceiling.half_load.p50_ms", ""),
    Goal("small: p99 at half load, ms", "small.half_load.p99_ms", ""),
    Goal("large: durable delivered messages per second", "large.per_s", ""),
    Goal("large: share of the ceiling", "large.ratio_to_ceiling", "≥ 60 %", lambda x: x >= 0.6, "{:.0%}"),
    Goal("large: share by processor time per message", "large.cpu_ratio_to_ceiling", "", None, "{:.0%}"),
    Goal("large: p50 at half load, ms", "large.half_load.p50_ms", "≤ 2", lambda x: x <= 2),
    Goal("large: the ceiling's p50 at half load, ms", "large.ceiling.half_load.p50_ms", ""),
    Goal("large: p99 at half load, ms", "large.half_load.p99_ms", ""),
    Goal("two processes, every message crosses: messages per second", "crossing.per_s", ""),
    Goal("two processes: share of the ceiling", "crossing.ratio_to_ceiling", "", None, "{:.0%}"),
    Goal("two processes: share by processor time", "crossing.cpu_ratio_to_ceiling", "", None, "{:.0%}"),
    Goal("two processes: p50 at half load, ms", "crossing.half_load.p50_ms", ""),
    Goal("two processes: the ceiling's p50 at half load, ms", "crossing.ceiling.half_load.p50_ms", ""),
    Goal("memory per idle connection of 5,000, KiB", "idle.kib_each", "≤ 24", lambda x: x <= 24),
    Goal("5,000 come back at once, small: all caught up after, s", "storm.small.seconds", "≤ 30", lambda x: x <= 30),
    Goal("5,000 come back at once, large: all caught up after, s", "storm.large.seconds", "≤ 30", lambda x: x <= 30),
    Goal("resumes per second, small", "storm.small.resumes_per_s", ""),
    Goal("resumes per second, large", "storm.large.resumes_per_s", ""),
    Goal("sign-ins by password per second, small", "sign_ins.small.per_s", ""),
    Goal("sign-ins by password per second, large", "sign_ins.large.per_s", ""),
    Goal("last page, slowest size over fastest, small", "pages.small.last_page.spread", "≤ 1.3", lambda x: x <= 1.3),
    Goal("last page, slowest size over fastest, large", "pages.large.last_page.spread", "≤ 1.3", lambda x: x <= 1.3),
    Goal("resume, slowest size over fastest, small", "pages.small.resume.spread", "≤ 1.3", lambda x: x <= 1.3),
    Goal("resume, slowest size over fastest, large", "pages.large.resume.spread", "≤ 1.3", lambda x: x <= 1.3),
    Goal("last 50 of a million, processor ms, small", "pages.small.last_page.cpu_ms.1000000", "≤ 5", lambda x: x <= 5),
    Goal("last 50 of a million, processor ms, large", "pages.large.last_page.cpu_ms.1000000", "≤ 5", lambda x: x <= 5),
    Goal(
        "refusals, small: how far the time tells what is there",
        "refusals.small.furthest",
        "≤ 0.05",
        lambda x: x <= 0.05,
    ),
    Goal(
        "refusals, large: how far the time tells what is there",
        "refusals.large.furthest",
        "≤ 0.05",
        lambda x: x <= 0.05,
    ),
    Goal("portal: script, KB gzip", "client.portal.script_gzip_kb", "≤ 150", lambda x: x <= 150),
    Goal("chat: script, KB gzip", "client.chat.script_gzip_kb", "≤ 150", lambda x: x <= 150),
    Goal("portal: first paint, ms", "client.portal.first_paint_ms", "≤ 1,000", lambda x: x <= 1000),
    Goal("portal on a slow telephone: first paint, ms", "client.portal_telephone.first_paint_ms", ""),
    Goal("chat: first paint, ms", "client.chat.first_paint_ms", "≤ 1,000", lambda x: x <= 1000),
    Goal("chat: largest paint, ms", "client.chat.largest_paint_ms", ""),
    Goal("chat on a slow telephone: largest paint, ms", "client.chat_telephone.largest_paint_ms", ""),
]


def write() -> None:
    """Put tables and plots of what latest.json says into the page; what was not measured is left out."""
    figures = result.read()
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    parts = [machine(figures), goals(figures), lists(figures), desk(figures), presence(figures), first_loads(figures)]
    drawn = plots.draw(figures, PAGE.parent / "performance")
    pictures = "\n".join(f"![{title}](performance/{name})" for name, title in drawn)
    PAGE.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join([*filter(None, parts), pictures]) + f"\n\n{END}{after}")


def found(figures: dict[str, Any], where: str) -> Any:
    """The figure at a dotted path; None when it was not measured."""
    here: Any = figures
    for name in where.split("."):
        if not isinstance(here, dict) or name not in here:
            return None
        here = here[name]
    return here


def machine(figures: dict[str, Any]) -> str:
    one = figures["machine"]
    times = sorted(part["at"] for part in figures.values() if "at" in part)
    return (
        f"Measured on {one['processor']}, {one['cores']} cores, {one['memory_gib']} GiB, {one['system']}, "
        f"Python {one['python']}, between {times[0]} and {times[-1]}."
    )


def table(heads: str, rows: Iterable[Iterable[object]]) -> list[str]:
    """The lines of a table under this line of heads."""
    rule = "|" + "---|" * (heads.count("|") - 1)
    return [heads, rule, *(f"| {' | '.join(map(str, row))} |" for row in rows)]


def goals(figures: dict[str, Any]) -> str:
    return "\n".join(table("| what | goal | measured | reached |", measured(figures)))


def measured(figures: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for one in GOALS:
        value = found(figures, one.where)
        if value is not None:
            reached = "" if one.reached is None else "yes" if one.reached(value) else "**no**"
            yield one.what, one.goal, one.written.format(value), reached


def lists(figures: dict[str, Any]) -> str:
    if "lists" not in figures:
        return ""
    heads = "| list | queries | small: per second, processor ms | large: per second, processor ms | KB |"
    rows = []
    for name, title in LIST_NAMES.items():
        small, large = (figures["lists"][size][name] for size in SIZES)
        told = (f"{one['per_s']:.0f}, {sum(one['cpu_ms'].values()):.1f}" for one in (small, large))
        rows.append((title, small["queries"], *told, f"{small['bytes'] / 1000:.1f}"))
    return "\n".join(
        ["Signed-in lists over HTTP, fifty lines each, eight people asking at once:", "", *table(heads, rows)]
    )


def desk(figures: dict[str, Any]) -> str:
    if "desk" not in figures:
        return ""
    cases = {name: one for name, one in figures["desk"].items() if isinstance(one, dict)}
    heads = "| | " + " | ".join(f"{name.partition('_')[0]}, {name.partition('_')[2]} waiting" for name in cases) + " |"
    looks = ("first_page", "waiting_page", "middle_page", "last_in_line")
    rows: list[list[object]] = [
        [look.replace("_", " "), *(one[look]["p50_ms"] for one in cases.values())] for look in looks
    ]
    for turn in ("take_p50_ms", "end_p50_ms"):
        rows.append([turn.split("_")[0], *(one[turn] for one in cases.values())])
    idle = (f"{sum(one['idle_core'].values()):.1%}" for one in cases.values())
    rows.append(["share of the core while nobody asks", *idle])
    what = "The officer's desk, milliseconds (p50), with few and with ten thousand waiting:"
    return "\n".join([what, "", *table(heads, rows)])


def presence(figures: dict[str, Any]) -> str:
    if "presence" not in figures:
        return ""
    both = [figures["presence"][size] for size in SIZES]
    names = {
        "come_all_at_once_ms": "all come at once",
        "beat_ms": "the beat, every 15 s",
        "beat_with_acting_ms": "the beat when a tenth of them did something",
        "who_is_there_ms": "who of them is there",
        "board_ms": "the duty board drawn",
        "go_all_at_once_ms": "all go at once",
    }
    rows = ((title, *(one[name] for one in both)) for name, title in names.items())
    what = f"Presence of {both[0]['people']:,} officers on duty, milliseconds:"
    return "\n".join([what, "", *table("| | small | large |", rows)])


def first_loads(figures: dict[str, Any]) -> str:
    if "client" not in figures:
        return ""
    what = "First load with an empty cache; the telephone is Lighthouse's (processor 4 × slower, 1.6 Mbit/s, 150 ms):"
    heads = "| page | first paint, ms | largest, ms | blocked, ms | layout shift | transferred, KB | script, KB gzip |"
    rows = (load(name, one) for name, one in figures["client"].items() if isinstance(one, dict))
    return "\n".join([what, "", *table(heads, rows)])


def load(name: str, one: dict[str, Any]) -> tuple[str, ...]:
    """The line of one page's first load."""
    return (
        name.replace("_", " on a "),
        *(f"{one[figure]:,.0f}" for figure in ("first_paint_ms", "largest_paint_ms", "blocked_ms")),
        *(f"{one['layout_shift']:.3f}", f"{one['transferred_kb']:.0f}", f"{one['script_gzip_kb']:.0f}"),
    )
