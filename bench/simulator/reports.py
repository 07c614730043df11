"""What the report of a run costs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from simulator.report import Report
from simulator.reporting.page import as_html
from simulator.reporting.provenance import Provenance
from simulator.suite import Ran


@dataclass(frozen=True, slots=True)
class Cost:
    seconds: float
    kib: float


def measure(report: Report) -> Cost:
    """The HTML page of `report`: how long it takes, and how big it is."""
    began = time.perf_counter()
    page = as_html([Ran(Path("hour.scenario.yaml"), report, 1.0)], Provenance.here("virtual"))
    return Cost(time.perf_counter() - began, len(page.encode()) / 1024)
