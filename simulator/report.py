"""What a run showed: plain values. `reporting` writes them down.

All times are seconds since the start of the run; with a virtual clock, the same scenario and seed
give the same values.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.head_unit import Action, CameraFrame, Refused
from simulator.signal_history import Point
from vehicle_bus.values import Scalar, Zone


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation and what came of it. `at`: when it was decided; `place`: its `file:line`,
    empty for what is expected of every turn."""

    what: str
    wanted: str
    got: str
    held: bool
    at: float
    place: str = ""


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
class Span:
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Something the assistant told during a turn: "speech started", "understood", "reply"..."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class Happening:
    """Something of the drive that a person would want to see beside the turns: `kind` is "drive"
    for what the scenario changes, "fault" for what breaks, "said" for what is said unasked."""

    at: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownFrame:
    """What a camera saw from `at` on."""

    at: float
    frame: CameraFrame


@dataclass(frozen=True, slots=True)
class TurnReport:
    """One turn as it went. `latency_ms`: from the true last word to the first target at the car;
    `service_latency_ms`: the same as the assistant measured it from its own end of speech. None
    where nothing was done. `undecided`: expectations still open when the run was cut short; `ended`
    is None if that was in the middle of the turn. `stamps_ms`: the assistant's own moments by name,
    after what it took for the end of speech. `speech`: when the person talked, the words and then
    an answer; the sound of the microphone starts with the first."""

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
    speech: tuple[Span, ...] = ()
    moments: tuple[Moment, ...] = ()
    stamps_ms: Mapping[str, float] = field(default_factory=dict)
    place: str = ""

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
    place: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. `aborted` says why it ended early; empty if it did not. `never`: the conditions
    that were watched; `checks`: what had to be so at a moment; `parameters`: this run's values;
    `signals`: the points of every signal that changed, by path; `frames`: what the cameras saw."""

    scenario: str
    seed: int
    seconds: float
    turns: tuple[TurnReport, ...]
    planned_turns: int
    violations: tuple[Violation, ...] = ()
    aborted: str = ""
    about: str = ""
    never: tuple[str, ...] = ()
    happenings: tuple[Happening, ...] = ()
    checks: tuple[Check, ...] = ()
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    signals: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    frames: tuple[ShownFrame, ...] = field(default=(), repr=False)

    @property
    def passed(self) -> bool:
        return (
            not self.aborted
            and not self.violations
            and all(check.held for check in self.checks)
            and len(self.turns) == self.planned_turns
            and all(turn.passed for turn in self.turns)
        )

    def figures(self) -> dict[str, float]:
        """Counts, and the latencies over all spoken turns that changed something (ms)."""
        spoken = [turn for turn in self.turns if not turn.typed]
        checks = [*self.checks, *(check for turn in self.turns for check in turn.checks)]
        own = [turn.latency_ms for turn in spoken if turn.latency_ms is not None]
        service = [t.service_latency_ms for t in spoken if t.service_latency_ms is not None]
        figures = {
            "turns": float(self.planned_turns),
            "turns_passed": float(sum(turn.passed for turn in self.turns)),
            "checks": float(len(checks)),
            "checks_held": float(sum(check.held for check in checks)),
        }
        for name, values in (
            ("last_word_to_signal", own),
            ("service_last_word_to_action", service),
        ):
            if values:
                figures[f"{name}_ms_median"] = round(statistics.median(values), 1)
                figures[f"{name}_ms_max"] = round(max(values), 1)
        return figures
