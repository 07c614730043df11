"""A sweep as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.reporting.page import environment
from simulator.reporting.provenance import Provenance
from simulator.reporting.timescale import clock
from simulator.sweeping import document
from simulator.sweeping.breakdown import Breakdown, Driven
from simulator.sweeping.heat_picture import heat_picture
from simulator.sweeping.sweep import Plan

TEMPLATE = "sweep.html.j2"


@dataclass(frozen=True, slots=True)
class SweepView:
    """What is told above the tables."""

    title: str
    about: str
    file: Path
    planned: int
    simulated: str


@dataclass(frozen=True, slots=True)
class CaseView:
    file: Path
    about: str
    text: str


def as_html(
    plan: Plan,
    driven: Sequence[Driven],
    found: Breakdown,
    cases: Sequence[Path],
    provenance: Provenance,
) -> str:
    """The page; `cases`: the files of the minimal failing cases."""
    view = SweepView(
        title=_text(plan, "name"),
        about=_text(plan, "about"),
        file=plan.file,
        planned=len(plan.variants),
        simulated=clock(sum(outcome.seconds for _, outcome in driven)),
    )
    page = environment().get_template(TEMPLATE)
    return page.render(
        view=view,
        found=found,
        maps=[heat_picture(heat) for heat in found.maps],
        cases=[_case(file) for file in cases],
        provenance=provenance,
    )


def _case(file: Path) -> CaseView:
    about = document.get(document.document(file), "about")
    text = file.read_text(encoding="utf-8")
    return CaseView(file, str(about.value) if about is not None else "", text)


def _text(plan: Plan, key: str) -> str:
    node = document.get(plan.top, key)
    return str(node.value) if node is not None else ""
