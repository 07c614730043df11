"""`sweep` from start to end: what the command does once its options are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from simulator.reporting.provenance import Provenance
from simulator.sweeping.axes import axes
from simulator.sweeping.breakdown import Breakdown, breakdown
from simulator.sweeping.cases import write_case
from simulator.sweeping.driver import Driver, Way, Workers
from simulator.sweeping.errors import SweepError
from simulator.sweeping.journal import NAME, Journal
from simulator.sweeping.outcome import FAILED, Outcome
from simulator.sweeping.page import as_html
from simulator.sweeping.ray_workers import SCHEME, RayWorkers
from simulator.sweeping.shown import print_breakdown
from simulator.sweeping.sweep import Plan, cases, drive, driven, plan
from simulator.sweeping.variants import Variant

PAGE = "sweep.html"
CASES = "cases"
INTERRUPTED = 130
MOST_WORKERS = 256


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line says."""

    file: Path
    vary: Sequence[str]
    repeat: int
    workers: str
    folder: Path
    resume: bool
    cases: int


def execute(order: Order, way: Way, console: Console) -> int:
    """Sweep; 0 if every variant passed, 1 if one failed, 130 after Ctrl-C: what has ended until
    then is written, and `--resume` goes on. Raises SweepError or ScenarioError."""
    planned = plan(order.file, axes(order.vary), order.repeat)
    workers = _workers(order.workers, way)
    provenance = Provenance.here("virtual")
    written: list[Path] = []
    stopped = False
    with Journal(order.folder, planned.scenario, order.resume) as journal:
        try:
            with workers:
                _drive(planned, journal, workers, console)
                written = _cases(planned, journal, workers, order, console)
        except KeyboardInterrupt:
            stopped = True
        found = _show(planned, journal, console)
        page = order.folder / PAGE
        outcomes = driven(planned, journal)
        page.write_text(as_html(planned, outcomes, found, written, provenance), encoding="utf-8")
    for path in (order.folder / NAME, page, *written):
        console.print(f"[dim]written[/] {path}")
    if stopped:
        left = len(planned.variants) - len(outcomes)
        console.print(f"[red]stopped[/]: {left} variants are left; go on with --resume")
        return INTERRUPTED
    return 1 if found.total.failed else 0


def _workers(wanted: str, way: Way) -> Workers:
    if wanted.startswith(SCHEME):
        return RayWorkers(way, address=wanted)
    if not wanted.isdecimal() or not 1 <= int(wanted) <= MOST_WORKERS:
        raise SweepError(
            f"--workers {wanted!r} is no number of workers",
            f"write 1 to {MOST_WORKERS}, or {SCHEME}HOST:10001",
        )
    return Driver(way) if wanted == "1" else RayWorkers(way, int(wanted))


def _drive(planned: Plan, journal: Journal, workers: Workers, console: Console) -> None:
    total = len(planned.variants)
    done = total - sum(variant.key not in journal.done for variant in planned.variants)
    if done:
        console.print(f"{done} of {total} variants are in the journal already")
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("driving", total=total, completed=done)
        failed = 0

        def ended(variant: Variant, outcome: Outcome) -> None:
            nonlocal failed
            failed += outcome.verdict == FAILED
            bar.update(task, advance=1, description=f"driving, {failed} failed")

        drive(planned, journal, workers, ended)


def _cases(
    planned: Plan, journal: Journal, workers: Workers, order: Order, console: Console
) -> list[Path]:
    written = []
    for number, case in enumerate(cases(planned, journal, workers, order.cases), 1):
        written.append(write_case(case, number, order.folder / CASES))
        differs = ", ".join(f"{key}={value}" for key, value in case.values.items())
        text = f"{differs or 'the scenario as it stands'}: {case.failure}"
        console.print(f"[red]case {number}[/] {escape(text)} [dim]({case.tries} tries)[/]")
    return written


def _show(planned: Plan, journal: Journal, console: Console) -> Breakdown:
    found = breakdown(planned.axes, driven(planned, journal))
    print_breakdown(found, console)
    total = found.total
    mark = "[bold red]FAILED[/]" if total.failed else "[bold green]PASSED[/]"
    odd = f", {found.impossible} impossible" if found.impossible else ""
    console.print(f"{mark}: {total.failed} of {total.driven} variants failed{odd}")
    return found
