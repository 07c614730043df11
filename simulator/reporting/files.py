"""Everything about a run into the files that were asked for."""

from __future__ import annotations

from pathlib import Path

from simulator.report import Report
from simulator.reporting.junit import as_junit
from simulator.reporting.sounds import write_sounds
from simulator.reporting.verdict import as_json


def save(
    report: Report, json_file: Path | None, junit_file: Path | None, sounds: Path | None
) -> None:
    """Write the trace, the verdicts and the sounds wherever a place for them is given."""
    for path, text in ((json_file, as_json), (junit_file, as_junit)):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(report), encoding="utf-8")
    if sounds is not None:
        write_sounds(report, sounds)
