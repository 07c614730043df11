"""The words the bus, the policy and everyone above them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

Scalar = bool | int | float | str


class Clock(Protocol):
    """Seconds on a monotonic clock; the virtual clock of a simulation is one too."""

    def __call__(self) -> float: ...


class Zone(StrEnum):
    """A seat zone a person sits in. `UNKNOWN` gets only what every passenger may do."""

    DRIVER = "driver"
    PASSENGER = "passenger"
    REAR_LEFT = "rear_left"
    REAR_RIGHT = "rear_right"
    UNKNOWN = "unknown"


class Decision(StrEnum):
    ALLOW = "allow"
    CONFIRM = "confirm"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy said about writing `paths`. `rule` names the row of its table."""

    decision: Decision
    paths: tuple[str, ...]
    rule: str = ""
    reason_en: str = ""
    reason_zh: str = ""


@dataclass(frozen=True, slots=True)
class Datapoint:
    """A value and when it was published, in seconds on the bus's clock."""

    value: Scalar
    at: float


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks for an actuation: `name` (a skill or client id), the speaker's zone, and the
    path patterns (`Vehicle.Cabin.HVAC.*`) it may actuate. `peer`: who it is as the transport knows
    it (a certificate's name, a connection), whatever it calls itself; empty in this process."""

    name: str
    zone: Zone = Zone.UNKNOWN
    scopes: tuple[str, ...] = ()
    peer: str = ""

    @property
    def identity(self) -> str:
        """What limits are counted by: a client can't escape them under another name."""
        return self.peer or self.name


@dataclass(frozen=True, slots=True)
class ActuationRequest:
    """An all-or-nothing batch of target values. `confirmed`: a person has said yes to it."""

    values: Mapping[str, Scalar]
    requester: Requester
    confirmed: bool = False


class Outcome(StrEnum):
    """What became of a request at the bus."""

    ALLOWED = "allowed"
    TO_CONFIRM = "to_confirm"
    REFUSED = "refused"
    INVALID = "invalid"
    LIMITED = "limited"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Judged:
    """A request and what became of it, for whoever keeps a record. `rule` names the policy's row,
    `reason` says why in English; `at` is seconds on the bus's clock. A request that was allowed and
    then failed at its provider is told twice."""

    request: ActuationRequest
    outcome: Outcome
    rule: str
    reason: str
    at: float


Witness = Callable[[Judged], None]
"""Is told every request to an actuator, in order, before anything moves. It must not raise or
wait."""
