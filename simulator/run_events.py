"""What a run tells whoever looks on."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.head_unit import Event
from simulator.language.turns import TurnScript
from simulator.report import Check, Happening, TurnReport, Violation
from simulator.world import Actuation


@dataclass(frozen=True, slots=True)
class TurnBegan:
    number: int
    script: TurnScript
    at: float
    speed: float


@dataclass(frozen=True, slots=True)
class Told:
    """The assistant told something about turn `number`."""

    number: int
    event: Event
    at: float


@dataclass(frozen=True, slots=True)
class Actuated:
    number: int
    actuation: Actuation
    at: float


@dataclass(frozen=True, slots=True)
class Checked:
    """An expectation of turn `number` was decided; of no turn: 0."""

    number: int
    check: Check


@dataclass(frozen=True, slots=True)
class TurnFinished:
    turn: TurnReport


RunEvent = TurnBegan | Told | Actuated | Checked | TurnFinished | Violation | Happening


def ignore(event: RunEvent) -> None:
    """The observer that looks away."""
