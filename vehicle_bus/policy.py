"""Whether a request to the car is allowed, needs a yes, or is refused.

One pure function over one table (`rules`). The bus asks it before every actuation, whoever wants
it. A refusal can't be confirmed away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from vehicle_bus.rules import TABLE, Rule, RuleTable, Write
from vehicle_bus.situation import Situation, VehicleProfile
from vehicle_bus.values import ActuationRequest, Datapoint, Decision, Verdict


class Policy(Protocol):
    """What the broker asks: `decide` with a vehicle's profile already given."""

    def __call__(
        self, request: ActuationRequest, snapshot: Mapping[str, Datapoint], now: float
    ) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class SafetyPolicy:
    """`decide` for one vehicle. `table`: the rows, a carmaker's own among them (`overrides`)."""

    profile: VehicleProfile = field(default_factory=VehicleProfile)
    table: RuleTable = TABLE

    def __call__(
        self, request: ActuationRequest, snapshot: Mapping[str, Datapoint], now: float
    ) -> Verdict:
        return decide(request, snapshot, self.profile, now, self.table)


def decide(
    request: ActuationRequest,
    snapshot: Mapping[str, Datapoint],
    profile: VehicleProfile,
    now: float,
    table: RuleTable = TABLE,
) -> Verdict:
    """The strictest of what the rows say about the batch; `Verdict.paths` are the paths that the
    deciding row is about. `now` and `Datapoint.at` are seconds on the same clock.

    When `request.confirmed`, rows that ask for a confirmation let it pass; the verdict then still
    names the row.
    """
    situation = Situation.of(request.requester, snapshot, profile, now)
    found: Rule | None = None
    paths: list[str] = []
    for path, value in request.values.items():
        write = Write(path, value, situation.value(path))
        for rule in table.about(path):
            if (found is None or rule is found or _outranks(rule, found)) and rule.applies(
                write, situation
            ):
                if rule is not found:
                    found, paths = rule, []
                paths.append(path)
                if rule.decision is Decision.REFUSE:
                    break
    return _verdict(request, found, paths)


def out_of_scope_verdict(paths: tuple[str, ...]) -> Verdict:
    """The refusal of `paths` that the requester has no scope for."""
    rule = TABLE.row("out_of_scope")
    return Verdict(Decision.REFUSE, paths, rule.name, rule.reason_en, rule.reason_zh)


def _outranks(rule: Rule, other: Rule) -> bool:
    return rule.decision is Decision.REFUSE and other.decision is not Decision.REFUSE


def _verdict(request: ActuationRequest, rule: Rule | None, paths: list[str]) -> Verdict:
    if rule is None:
        return Verdict(Decision.ALLOW, tuple(request.values))
    if rule.decision is Decision.CONFIRM and request.confirmed:
        return Verdict(Decision.ALLOW, tuple(request.values), rule.name)
    return Verdict(rule.decision, tuple(paths), rule.name, rule.reason_en, rule.reason_zh)


@dataclass(frozen=True, slots=True)
class Consulted:
    """A row that was asked about a path, and whether it applied."""

    path: str
    rule: Rule
    applied: bool


def explain(
    request: ActuationRequest,
    snapshot: Mapping[str, Datapoint],
    profile: VehicleProfile,
    now: float,
    table: RuleTable = TABLE,
) -> tuple[Consulted, ...]:
    """Every row that has something to say about a path of the batch, in the table's order."""
    situation = Situation.of(request.requester, snapshot, profile, now)
    writes = [Write(path, value, situation.value(path)) for path, value in request.values.items()]
    return tuple(
        Consulted(write.path, rule, rule.applies(write, situation))
        for write in writes
        for rule in table.about(write.path)
    )
