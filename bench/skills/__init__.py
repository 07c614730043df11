"""The skill platform: how long many skills take to load and to reload, what isolation costs a call
and in memory, how soon a failure is answered, and what share of what other people say to cars
reaches a skill that does it (`--shared`). Beside an isolated call: the same call inside."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from rich.console import Console

from bench.figures import Options, Result, Row, median, p95
from bench.skills import calls, coverage, loading

COUNTS = (5, 50, 200)
MOST = max(COUNTS)


def run(console: Console, options: Options) -> Result:
    """Measure everything; takes a few minutes."""
    with tempfile.TemporaryDirectory(prefix="cabin-bench-") as folder:
        loaded = {count: loading.measure(count, Path(folder) / str(count)) for count in COUNTS}
        called = asyncio.run(calls.measure(Path(folder) / "calls"))
    covered = coverage.measure(options, console)
    most = loaded[MOST]
    figures = {
        "load_ms_200_skills": median(most.load_ms),
        "reload_ms_200_skills": median(most.one_ms),
        "reload_all_ms_200_skills": median(most.all_ms),
        "isolated_overhead_ms_median": median(called.isolated_ms) - median(called.inside_ms),
        "isolated_overhead_ms_p95": p95(called.isolated_ms) - p95(called.inside_ms),
        "isolated_skill_mb": median(most.pss_mb),
        "hang_answered_ms": median(called.hang_ms),
        "crash_answered_ms": median(called.crash_ms),
        **{f"coverage_{each.language}": each.share for each in covered},
    }
    rows = [row for count in COUNTS for row in _rows(count, loaded[count])]
    rows += [
        Row("a call inside", "ms", called.inside_ms),
        Row("a call in a process of its own", "ms", called.isolated_ms),
        Row("a hang is answered", "ms", called.hang_ms),
        Row("a crash is answered", "ms", called.crash_ms),
        Row("first call after a crash and its pause", "ms", called.again_ms),
        Row("memory of an isolated skill (PSS)", "MB", most.pss_mb),
        Row("memory of an isolated skill (RSS, most of it shared)", "MB", most.rss_mb),
    ]
    notes = [line for each in covered for line in each.lines()]
    if not covered:
        notes.append("coverage: give the folder of the shared texts with --shared")
    return Result("Skills", rows, figures, {}, notes)


def _rows(count: int, loaded: loading.Loading) -> list[Row]:
    return [
        Row(f"load {count} skills", "ms", loaded.load_ms),
        Row(f"reload {count}, one of them edited", "ms", loaded.one_ms),
        Row(f"reload {count}, all edited", "ms", loaded.all_ms),
    ]
