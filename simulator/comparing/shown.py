"""A difference on a terminal, and as one HTML page."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from simulator.comparing.difference import Change, Difference
from simulator.reporting.page import environment
from simulator.reporting.provenance import Provenance

STYLES = {True: "red", False: "green", None: "yellow"}
TEMPLATE = "compare.html.j2"


def print_difference(found: Difference, console: Console) -> None:
    """Scenario by scenario, what got worse in red, what got better in green."""
    for run in found.runs:
        console.print(f"[bold]{escape(run.scenario)}[/]", soft_wrap=True)
        for change in (*((run.verdict,) if run.verdict else ()), *run.changes):
            console.print(f"  {_line(change)}", soft_wrap=True)
        for turn in run.turns:
            console.print(f"  turn {turn.number} “{escape(turn.text)}”", soft_wrap=True)
            for change in turn.changes:
                console.print(f"    {_line(change)}", soft_wrap=True)
    for name in found.only_old:
        console.print(f"[yellow]only in the old run[/] {escape(name)}")
    for name in found.only_new:
        console.print(f"[yellow]only in the new run[/] {escape(name)}")
    console.print(summary(found))


def summary(found: Difference) -> str:
    """One line."""
    return (
        f"{found.compared} scenarios compared: {len(found.runs)} changed, "
        f"{len(found.broken)} broken, {len(found.mended)} mended"
    )


def as_html(found: Difference, old: str, new: str, provenance: Provenance) -> str:
    """The page; `old` and `new` are what was compared."""
    page = environment().get_template(TEMPLATE)
    return page.render(found=found, old=old, new=new, line=summary(found), provenance=provenance)


def _line(change: Change) -> str:
    style = STYLES[change.worse]
    before, after = escape(change.before or "—"), escape(change.after or "—")
    return f"{escape(change.kind)}: {before} → [{style}]{after}[/]"
