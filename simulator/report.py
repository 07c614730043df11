"""What a run showed: plain values, and their JSON, JUnit and WAV forms.

All times are seconds since the start of the run; with a virtual clock, the same scenario and seed
give the same bytes of JSON.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from simulator.head_unit import Action, Refused
from simulator.speech import write_wav
from simulator.voices import SAMPLE_RATE
from vehicle_bus.values import Scalar, Zone

FORMAT = 1
"""Raised when a key of the JSON changes its meaning."""


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation and what came of it. `at`: when it was decided."""

    what: str
    wanted: str
    got: str
    held: bool
    at: float


@dataclass(frozen=True, slots=True)
class SignalChange:
    """A target that reached the car. `after_last_word_ms` is from the true end of the speech, as
    the simulator knows it; negative when the assistant acted before the end."""

    path: str
    before: Scalar | None
    after: Scalar
    at: float
    after_last_word_ms: float


@dataclass(frozen=True, slots=True)
class HeardText:
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class TurnReport:
    """One turn as it went. `latency_ms`: from the true last word to the first target at the car;
    `service_latency_ms`: the same as the assistant measured it from its own end of speech. None
    where nothing was done. `undecided`: expectations still open when the run was cut short; `ended`
    is None if that was in the middle of the turn."""

    number: int
    seat: Zone
    language: str
    voice: str
    text: str
    typed: bool
    began: float
    last_word: float
    ended: float | None
    speed: float
    heard: str
    partials: tuple[HeardText, ...]
    route: str
    addressed: bool | None
    actions: tuple[Action, ...]
    refusals: tuple[Refused, ...]
    question: str
    answered: str
    changes: tuple[SignalChange, ...]
    amended: bool
    handed_over: tuple[str, ...]
    reply: str
    latency_ms: float | None
    service_latency_ms: float | None
    checks: tuple[Check, ...]
    undecided: tuple[str, ...] = ()
    reply_pcm: bytes = field(default=b"", repr=False)
    reply_rate: int = 0
    microphone_pcm: bytes = field(default=b"", repr=False)

    @property
    def passed(self) -> bool:
        return (
            self.ended is not None
            and not self.undecided
            and all(check.held for check in self.checks)
        )


@dataclass(frozen=True, slots=True)
class Violation:
    """A `never` condition that held after all."""

    condition: str
    at: float
    values: Mapping[str, Scalar | None]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. `aborted` says why it ended early; empty if it did not."""

    scenario: str
    seed: int
    seconds: float
    turns: tuple[TurnReport, ...]
    planned_turns: int
    violations: tuple[Violation, ...] = ()
    aborted: str = ""

    @property
    def passed(self) -> bool:
        return (
            not self.aborted
            and not self.violations
            and len(self.turns) == self.planned_turns
            and all(turn.passed for turn in self.turns)
        )

    def figures(self) -> dict[str, float]:
        """Counts, and the latencies over all turns that changed something (ms)."""
        own = [turn.latency_ms for turn in self.turns if turn.latency_ms is not None]
        service = [t.service_latency_ms for t in self.turns if t.service_latency_ms is not None]
        figures = {
            "turns": float(self.planned_turns),
            "turns_passed": float(sum(turn.passed for turn in self.turns)),
            "checks": float(sum(len(turn.checks) for turn in self.turns)),
            "checks_held": float(sum(c.held for turn in self.turns for c in turn.checks)),
        }
        for name, values in (
            ("last_word_to_signal", own),
            ("service_last_word_to_action", service),
        ):
            if values:
                figures[f"{name}_ms_median"] = round(statistics.median(values), 1)
                figures[f"{name}_ms_max"] = round(max(values), 1)
        return figures


def as_json(report: Report) -> str:
    """The trace: everything but the sound."""
    turns = [_turn(turn) for turn in report.turns]
    document = {
        "format": FORMAT,
        "scenario": report.scenario,
        "seed": report.seed,
        "passed": report.passed,
        "aborted": report.aborted,
        "seconds": report.seconds,
        "figures": report.figures(),
        "turns": turns,
        "violations": [_rounded(asdict(each)) for each in report.violations],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_junit(report: Report) -> str:
    """JUnit XML: one test case a turn, one for each broken `never`, one if the run was aborted."""
    suite = ElementTree.Element("testsuite", name=report.scenario, time=f"{report.seconds:.3f}")
    failed = 0
    for turn in report.turns:
        case = _case(suite, report, f"{turn.number} {turn.seat}: {turn.text}")
        case.set("time", f"{(turn.ended or turn.last_word) - turn.began:.3f}")
        lines = [f"{c.what}: wanted {c.wanted}, got {c.got}" for c in turn.checks if not c.held]
        lines += [f"{path}: not decided" for path in turn.undecided]
        if turn.ended is None:
            lines.append("cut short")
        failed += _failure(case, lines)
    for violation in report.violations:
        case = _case(suite, report, f"never {violation.condition}")
        failed += _failure(case, [f"held at {violation.at:.1f} s: {dict(violation.values)}"])
    for number in range(len(report.turns) + 1, report.planned_turns + 1):
        ElementTree.SubElement(_case(suite, report, f"{number}"), "skipped")
    if report.aborted:
        failed += _failure(_case(suite, report, "the run"), [report.aborted])
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failed))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def save(
    report: Report, json_file: Path | None, junit_file: Path | None, sounds: Path | None
) -> None:
    """Write the trace, the verdicts and the sounds wherever a place for them is given."""
    for path, text in ((json_file, as_json), (junit_file, as_junit)):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(report), encoding="utf-8")
    if sounds is not None:
        write_sounds(report, sounds)


def write_sounds(report: Report, folder: Path) -> list[Path]:
    """What the speaker's microphone heard and what was replied, a file each turn and side."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for turn in report.turns:
        for name, pcm, rate in (
            ("heard", turn.microphone_pcm, SAMPLE_RATE),
            ("reply", turn.reply_pcm, turn.reply_rate),
        ):
            if pcm:
                path = folder / f"{turn.number:02d}-{name}.wav"
                write_wav(path, pcm, rate)
                written.append(path)
    return written


def _turn(turn: TurnReport) -> dict[str, Any]:
    document = asdict(turn)
    for sound in ("reply_pcm", "reply_rate", "microphone_pcm"):
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
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value


def _case(suite: ElementTree.Element, report: Report, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=report.scenario, name=name)


def _failure(case: ElementTree.Element, lines: list[str]) -> int:
    if not lines:
        return 0
    failure = ElementTree.SubElement(case, "failure", message=lines[0])
    failure.text = "\n".join(lines)
    return 1
