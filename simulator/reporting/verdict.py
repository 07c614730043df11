"""Verdicts and trace as JSON: everything but the sound.

With a virtual clock nothing in it comes from the machine: the same scenario and seed give the same
bytes. One run is one document; several are `{"format", "passed", "runs": [...]}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from simulator.report import Report, TurnReport

FORMAT = 1
"""Raised when a key of the JSON changes its meaning."""

SOUND = ("reply_pcm", "reply_rate", "microphone_pcm")


def as_json(*reports: Report) -> str:
    """The document of one run, or of several."""
    if len(reports) == 1:
        return _one(reports[0]) + "\n"
    passed = json.dumps(all(report.passed for report in reports))
    runs = ",\n".join(_one(report) for report in reports)
    return f'{{"format": {FORMAT}, "passed": {passed}, "runs": [\n{runs}\n]}}\n'


def _one(report: Report) -> str:
    document = {
        "format": FORMAT,
        "scenario": report.scenario,
        "seed": report.seed,
        "parameters": dict(report.parameters),
        "passed": report.passed,
        "aborted": report.aborted,
        "seconds": report.seconds,
        "planned_turns": report.planned_turns,
        "figures": report.figures(),
        "turns": [_turn(turn) for turn in report.turns],
        "checks": [_rounded(asdict(each)) for each in report.checks],
        "never": list(report.never),
        "violations": [_rounded(asdict(each)) for each in report.violations],
        "happenings": [_rounded(asdict(each)) for each in report.happenings],
    }
    written = json.dumps(document, ensure_ascii=False, indent=1)
    return f'{written.removesuffix("}").rstrip()},\n "signals": {_signals(report)}\n}}'


def _signals(report: Report) -> str:
    """One signal a line: `"path": [[seconds, value], ...]`."""
    lines = (
        f"  {json.dumps(path)}: {json.dumps(_rounded(points), ensure_ascii=False)}"
        for path, points in report.signals.items()
    )
    return "{\n" + ",\n".join(lines) + "\n }"


def _turn(turn: TurnReport) -> dict[str, Any]:
    document = asdict(turn)
    for sound in SOUND:
        del document[sound]
    rounded = _rounded(document)
    assert isinstance(rounded, dict)
    return rounded | {"passed": turn.passed}


def _rounded(value: Any) -> Any:
    """Floats to three digits: milliseconds of seconds, and far beyond what confidences mean."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, Mapping):
        return {str(key): _rounded(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_rounded(each) for each in value]
    return value
