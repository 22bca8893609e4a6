"""The bench's own pieces work: what it measures is not looked at here."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bench import load, plots, report, result
from bench.product import Product

ROOT = Path(__file__).resolve().parents[2]


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"ZHENGWUTONG_CEILING": "/nonexistent"}
    return subprocess.run(
        [sys.executable, "-m", "bench", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=50
    )


def test_the_load_generator_compiles_and_refuses_an_unknown_option(tmp_path: Path) -> None:
    program = load.built(tmp_path)
    assert subprocess.run([program, "-Z"], capture_output=True).returncode == 2


def test_a_short_measurement_is_verified_and_written_where_it_is_told(tmp_path: Path) -> None:
    kept = tmp_path / "figures.json"
    kept.write_text('{"large": {"per_s": 1}}')
    latest = (ROOT / "bench/latest.json").read_bytes()
    done = bench("small", "--seconds", "1", "--rounds", "1", "--pairs", "10", "--result", str(kept))
    assert done.returncode == 0, done.stderr
    figures = json.loads(kept.read_text())
    assert figures["small"]["verified"] is True
    assert figures["small"]["per_s"] > 0
    assert figures["small"]["us"]["server"] > 0
    assert "ratio_to_ceiling" not in figures["small"]
    assert figures["large"] == {"per_s": 1}
    assert (ROOT / "bench/latest.json").read_bytes() == latest


def test_a_part_that_does_not_exist_is_refused() -> None:
    done = bench("smal")
    assert done.returncode == 2
    assert "no such part: smal" in done.stderr


def test_a_lost_message_is_found(tmp_path: Path) -> None:
    product = Product(tmp_path, "small")
    with closing(sqlite3.connect(product.folder / "zhengwutong.sqlite3")) as database:
        database.execute("CREATE TABLE journal_entry (stream_id, seq, key)")
        database.executemany("INSERT INTO journal_entry VALUES (1, ?, ?)", [(1, "a"), (2, "b"), (3, "c")])
        database.commit()
        assert product.verified(3)
        assert not product.verified(4)
        database.execute("DELETE FROM journal_entry WHERE seq = 2")
        database.commit()
        assert not product.verified(2)


def test_the_table_says_what_was_reached_and_leaves_out_what_was_not_measured() -> None:
    lines = report.goals({"small": {"per_s": 12345, "ratio_to_ceiling": 0.59}, "idle": {"kib_each": 24}}).splitlines()
    assert lines[2:] == [
        "| small: durable delivered messages per second |  | 12,345 |  |",
        "| small: share of the ceiling | ≥ 60 % | 59% | **no** |",
        "| memory per idle connection of 5,000, KiB | ≤ 24 | 24 | yes |",
    ]


def test_the_committed_page_shows_the_committed_figures() -> None:
    page, figures = report.PAGE.read_text(), result.read()
    assert report.goals(figures) in page
    for name in plots.PICTURES:
        assert (report.PAGE.parent / "performance" / f"{name}.svg").exists() == (f"performance/{name}.svg" in page)
