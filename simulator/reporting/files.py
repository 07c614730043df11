"""Everything about some runs into the files that were asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.reporting.junit import as_junit
from simulator.reporting.page import as_html
from simulator.reporting.provenance import Provenance
from simulator.reporting.sounds import write_sounds
from simulator.reporting.verdict import as_json
from simulator.suite import Ran

VERDICT = "verdict.json"
JUNIT = "junit.xml"
PAGE = "report.html"
MADE_WITH = "run.json"


@dataclass(frozen=True, slots=True)
class Places:
    """Where things go; None: not wanted. `folder` takes everything, and the sounds as wav files."""

    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    folder: Path | None = None

    @property
    def with_sounds(self) -> bool:
        """Whether the sound of the replies is wanted."""
        return self.html is not None or self.folder is not None


def save(runs: Sequence[Ran], places: Places, provenance: Provenance) -> list[Path]:
    """Write what there is; gives the files a person would open. No runs: writes nothing."""
    if not runs:
        return []
    folder = places.folder
    reports = [ran.report for ran in runs]
    written = _write(as_json(*reports), places.json, folder, VERDICT)
    written += _write(as_junit(*reports), places.junit, folder, JUNIT)
    if places.with_sounds:
        written += _write(as_html(runs, provenance), places.html, folder, PAGE)
    if folder is not None:
        _write(_made_with(runs, provenance), None, folder, MADE_WITH)
        for number, ran in enumerate(runs, 1):
            own = folder if len(runs) == 1 else folder / f"{number:03d}-{_slug(ran)}"
            write_sounds(ran.report, own)
    return written


def _write(text: str, named: Path | None, folder: Path | None, name: str) -> list[Path]:
    paths = [path for path in (named, folder / name if folder else None) if path is not None]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return paths


def _made_with(runs: Sequence[Ran], provenance: Provenance) -> str:
    """What the verdicts leave out, since it differs from machine to machine."""
    document: Mapping[str, Any] = {
        "command": provenance.command,
        "clock": provenance.clock,
        "began": provenance.began.isoformat(),
        "machine": provenance.machine,
        "versions": dict(provenance.versions),
        "runs": [
            {
                "file": str(ran.file),
                "scenario": ran.report.scenario,
                "seed": ran.report.seed,
                "wall_s": round(ran.wall_s, 3),
                "speedup": round(ran.speedup, 2),
            }
            for ran in runs
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _slug(ran: Ran) -> str:
    return re.sub(r"\W+", "-", ran.file.name.split(".")[0]).strip("-").lower()
