"""What a benchmark returns, how it is printed, and what machine it ran on."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line gave. `shared`: other people's texts, whose half with odd ids only
    `final` looks at. `quick`: a part of the material, for a first look."""

    shared: Path | None = None
    final: bool = False
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was timed, and its samples."""

    name: str
    unit: str
    samples: Sequence[float]


@dataclass(frozen=True, slots=True)
class Result:
    """`figures` are ours, `peers` the others' by name, measured in the same run."""

    title: str
    rows: Sequence[Row]
    figures: Mapping[str, float]
    peers: Mapping[str, Mapping[str, float]]
    notes: Sequence[str] = ()


def median(samples: Sequence[float]) -> float:
    return float(np.median(samples)) if len(samples) else float("nan")


def p95(samples: Sequence[float]) -> float:
    return float(np.percentile(samples, 95)) if len(samples) else float("nan")


def machine() -> dict[str, str | int | float]:
    """Enough to tell two machines apart, and how busy this one was."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def show(result: Result, console: Console) -> None:
    table = Table(title=result.title, title_justify="left")
    for column in ("what", "unit", "median", "p95", "n"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for row in result.rows:
        middle, high = median(row.samples), p95(row.samples)
        table.add_row(row.name, row.unit, f"{middle:.2f}", f"{high:.2f}", str(len(row.samples)))
    console.print(table)
    for name, figure in result.figures.items():
        console.print(f"  {name} = {figure:.3f}")
    for peer, figures in result.peers.items():
        for name, figure in figures.items():
            ours = result.figures.get(name)
            ratio = f" (ours / theirs {ours / figure:.2f})" if ours and figure else ""
            console.print(f"  {peer}: {name} = {figure:.3f}{ratio}")
    for note in result.notes:
        console.print(f"  {note}", style="dim")


def write(result: Result, path: Path) -> None:
    document = {
        "figures": dict(result.figures),
        "peers": {name: dict(figures) for name, figures in result.peers.items()},
        "machine": machine(),
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
