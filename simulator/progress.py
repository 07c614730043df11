"""What a person sees while scenarios are driven: a bar at the bottom, and above it either the trace
of each run or a line each."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from simulator import trace
from simulator.reporting.junit import broken
from simulator.run_events import RunEvent, TurnFinished
from simulator.suite import Entry, Ran


class ProgressView:
    """A `suite.Watcher` that keeps what has ended in `runs`. Use it as a context.

    The bar counts turns; it is drawn on a terminal only.
    """

    def __init__(self, console: Console, entries: list[Entry], traced: bool) -> None:
        self.runs: list[Ran] = []
        self._console = console
        self._planned = len(entries)
        self._traced = traced
        self._live = trace.LiveTrace(console)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("turns"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=sum(len(e.scenario.turns) for e in entries))

    def __enter__(self) -> ProgressView:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def began(self, entry: Entry) -> None:
        self._bar.update(self._task, description=escape(entry.scenario.name))
        if self._traced:
            trace.opening(entry.scenario, self._console)

    def happened(self, event: RunEvent) -> None:
        if isinstance(event, TurnFinished):
            self._bar.advance(self._task)
        if self._traced:
            self._live(event)

    def ended(self, ran: Ran) -> None:
        self.runs.append(ran)
        if self._traced:
            trace.closing(ran.report, self._console)
        else:
            self._line(ran)

    def summary(self) -> None:
        """The last word about several runs."""
        reports = [ran.report for ran in self.runs]
        passed = sum(report.passed for report in reports)
        good = passed == self._planned
        mark = "[bold green]PASSED[/]" if good else "[bold red]FAILED[/]"
        simulated = sum(report.seconds for report in reports)
        wall = sum(ran.wall_s for ran in self.runs)
        speed = f", {simulated / wall:.0f} times real time" if wall else ""
        text = f"{passed} of {self._planned} scenarios; {simulated:.0f} s in {wall:.1f} s{speed}"
        self._console.print(f"{mark}: {text}")
        if (left := self._planned - len(reports)) > 0:
            self._console.print(f"[red]{left} not driven[/]")

    def _line(self, ran: Ran) -> None:
        report, figures = ran.report, ran.report.figures()
        mark = "[green]✔[/]" if report.passed else "[red]✘[/]"
        held = f"{figures['checks_held']:.0f} of {figures['checks']:.0f} held"
        median = figures.get("last_word_to_signal_ms_median")
        latency = "" if median is None else f", {median:.0f} ms"
        detail = f"{held}{latency}, {report.seconds:.1f} s, seed {report.seed}"
        self._console.print(f"{mark} {escape(report.scenario)}  [dim]{detail}[/]")
        for turn in report.turns:
            for line in broken(turn):
                self._console.print(
                    f"    [red]turn {turn.number}[/] {escape(line)}", soft_wrap=True
                )
        for violation in report.violations:
            text = f"{violation.place}: never {violation.condition}: at {violation.at:.1f} s"
            self._console.print(f"    [red]{escape(text)}[/]", soft_wrap=True)
        if report.aborted:
            self._console.print(f"    [red]ended early:[/] {escape(report.aborted)}")
