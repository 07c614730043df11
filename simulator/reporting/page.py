"""Runs as one HTML page that needs nothing else: no network, no folder beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from simulator.reporting.lanes import HEIGHT, WIDTH
from simulator.reporting.provenance import Provenance
from simulator.reporting.run_view import run_view
from simulator.scenario import show
from simulator.signal_names import short
from simulator.suite import Ran
from vehicle_bus.catalogue import Catalogue


def as_html(runs: Sequence[Ran], provenance: Provenance) -> str:
    """The page of one run or several."""
    catalogue = Catalogue.load()
    views = tuple(run_view(ran, number, catalogue) for number, ran in enumerate(runs, 1))
    title = views[0].report.scenario if len(views) == 1 else f"{len(views)} scenarios"
    passed = sum(view.report.passed for view in views)
    page = environment().get_template("report.html.j2")
    return page.render(title=title, runs=views, passed=passed, provenance=provenance)


def _breakable(name: str) -> Markup:
    """A dotted name that may be broken behind each dot."""
    return Markup(".<wbr>").join(name.split("."))


@cache
def environment() -> Environment:
    """Where the templates of this package are; everything is escaped unless a template says so."""
    found = Environment(
        loader=PackageLoader("simulator.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["value"] = lambda value: "—" if value is None else show(value)
    found.filters["short"] = short
    found.filters["breakable"] = _breakable
    found.globals.update(lane_width=WIDTH, lane_height=HEIGHT)
    return found
