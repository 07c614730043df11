"""A run that failed, in a few lines: what was said, what came of it, and which line of the scenario
wanted something else."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.report import Report, TurnReport
from simulator.reporting.junit import broken, line


def failure_text(report: Report) -> str:
    """Every broken expectation under the turn it belongs to."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    figures = report.figures()
    held = f"{figures['checks_held']:.0f} of {figures['checks']:.0f} expectations held"
    drawn = "".join(f", {name} {value}" for name, value in report.parameters.items())
    yield f"{report.scenario} (seed {report.seed}{drawn}): {held}"
    if report.aborted:
        yield f"  ended early at {report.seconds:.1f} s: {report.aborted}"
    for violation in report.violations:
        yield f"  never {violation.condition}, but at {violation.at:.1f} s it held"
        yield f"    {violation.place}: {dict(violation.values)}"
    for check in report.checks:
        if not check.held:
            yield f"  {line(check)}"
    for turn in report.turns:
        if not turn.passed:
            yield from _turn(turn)
    if (left := report.planned_turns - len(report.turns)) > 0:
        yield f"  {left} of {report.planned_turns} turns did not begin"


def _turn(turn: TurnReport) -> Iterator[str]:
    yield f"  turn {turn.number}, {turn.seat} at {turn.began:.1f} s: “{turn.text}”"
    understood = ", ".join(action.intent for action in turn.actions) or turn.route or "nothing"
    if not turn.typed:
        yield f"    heard “{turn.heard}”"
    yield f"    understood {understood}; replied “{turn.reply}”"
    yield from (f"    {each}" for each in broken(turn))
