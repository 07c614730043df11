"""What came of a variant, as one line of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from simulator.report import Report

PASSED, FAILED, IMPOSSIBLE = "passed", "failed", "impossible"

Kind = tuple[str, str]
"""(whose, what)"""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that went wrong: whose (`turn`: its number, and `words`; without number "never",
    "check" or "run"), what, and how."""

    turn: int
    words: str
    what: str
    how: str

    @property
    def kind(self) -> Kind:
        """What the same failure has in common in all variants."""
        return f"turn {self.turn}" if self.turn else self.words, self.what

    @property
    def wording(self) -> Kind:
        """What it keeps when other turns are taken out."""
        return self.words, self.what

    def __str__(self) -> str:
        return f"{self.words}: {self.what}: {self.how}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`verdict`: passed, failed, or impossible if the values contradict each other (`why`).
    `latency_ms`: the median over its spoken turns."""

    key: str
    verdict: str
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0
    wall_s: float = 0.0
    latency_ms: float | None = None
    why: str = ""

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(failure.kind for failure in self.failures)


def outcome_of(key: str, report: Report, wall_s: float) -> Outcome:
    """What a run's report says, in short."""
    return Outcome(
        key,
        PASSED if report.passed else FAILED,
        tuple(_failures(report)),
        round(report.seconds, 3),
        round(wall_s, 3),
        report.figures().get("last_word_to_signal_ms_median"),
    )


def as_row(outcome: Outcome, values: Mapping[str, Any]) -> dict[str, Any]:
    """`outcome` as the journal has it."""
    row = asdict(outcome)
    del row["key"]
    return {"values": dict(values)} | row


def from_row(key: str, row: Mapping[str, Any]) -> Outcome:
    """What `as_row` gave. Raises KeyError or TypeError if it is something else."""
    fields = {name: value for name, value in row.items() if name not in ("values", "failures")}
    return Outcome(key, failures=tuple(Failure(**each) for each in row["failures"]), **fields)


def _failures(report: Report) -> Iterator[Failure]:
    if report.aborted:
        yield Failure(0, "run", "ended early", report.aborted)
    for violation in report.violations:
        yield Failure(0, "never", violation.condition, f"held at {violation.at:.1f} s")
    for check in report.checks:
        if not check.held:
            yield Failure(0, "check", check.what, f"wanted {check.wanted}, got {check.got}")
    for turn in report.turns:
        for check in turn.checks:
            if not check.held:
                how = f"wanted {check.wanted}, got {check.got}"
                yield Failure(turn.number, turn.text, check.what, how)
