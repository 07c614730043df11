"""Minimal failing cases as scenarios of their own."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.sweeping import document
from simulator.sweeping.minimal import Case

SUFFIX = ".scenario.yaml"


def write_case(case: Case, number: int, folder: Path) -> Path:
    """Write it beside the outcomes, with what has to differ and what fails in its `about`."""
    name = document.get(case.top, "name")
    title = str(name.value) if name is not None else "scenario"
    differs = ", ".join(f"{key}={value}" for key, value in case.values.items())
    copy = document.copied(case.top)
    assert isinstance(copy, type(case.top))
    document.put(copy, "name", f"{title}, case {number}")
    document.put(copy, "about", f"Breaks with {differs or 'nothing changed'}. {case.failure}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:02d}-{_slug(title)}{SUFFIX}"
    path.write_text(document.written(copy), encoding="utf-8")
    return path


def _slug(title: str) -> str:
    return re.sub(r"\W+", "-", title).strip("-").lower() or "scenario"
