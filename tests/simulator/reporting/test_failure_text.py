"""What a failed scenario says in a test's output."""

from __future__ import annotations

from dataclasses import replace

from simulator.report import Report
from simulator.reporting.failure_text import failure_text


def test_only_what_is_broken_is_told(report: Report) -> None:
    cut = replace(report, planned_turns=4, aborted="the assistant is gone")
    assert failure_text(cut).splitlines() == [
        "Windows & flaps (seed 7): 2 of 3 expectations held",
        "  ended early at 10.0 s: the assistant is gone",
        "  never Vehicle.Speed >= 55, but at 4.6 s it held",
        "    drive.scenario.yaml:12: {'Vehicle.Speed': 55.2}",
        "  turn 1, passenger at 1.0 s: “open ... my window, <b>please</b>”",
        "    heard “open the window please”",
        "    understood windows.open; replied “Opening.”",
        "    drive.scenario.yaml:13: reply: wanted /half/, got Opening.",
        "  2 of 4 turns did not begin",
    ]
