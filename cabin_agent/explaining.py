"""Why the policy decides as it does: a sentence, or target values, in a car of given signals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cabin_agent.assembly import load_catalogue, load_policy
from cabin_agent.assistant import Seat
from cabin_agent.config import Config
from cabin_agent.errors import BadRequest
from cabin_agent.local import Workshop
from vehicle_bus.catalogue import INTEGERS, Catalogue, validate
from vehicle_bus.errors import BusError
from vehicle_bus.policy import Consulted, SafetyPolicy, explain
from vehicle_bus.values import (
    ActuationRequest,
    Datapoint,
    Requester,
    Scalar,
    Verdict,
    Zone,
)

EVERYTHING = ("Vehicle.*",)
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Explained:
    """One request: what was decided, and every row that was asked."""

    request: ActuationRequest
    verdict: Verdict
    consulted: tuple[Consulted, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that was asked of the car. `reply` is empty if nothing was said."""

    requests: tuple[Explained, ...]
    reply: str = ""


class ListeningPolicy:
    """Decides as `policy` does and keeps why."""

    def __init__(self, policy: SafetyPolicy) -> None:
        self._policy = policy
        self.explained: list[Explained] = []

    def __call__(
        self, request: ActuationRequest, snapshot: Mapping[str, Datapoint], now: float
    ) -> Verdict:
        verdict = self._policy(request, snapshot, now)
        rows = explain(request, snapshot, self._policy.profile, now, self._policy.table)
        self.explained.append(Explained(request, verdict, rows))
        return verdict


async def explain_sentence(
    config: Config, seat: Seat, text: str, signals: Iterable[str]
) -> Explanation:
    """What `text` asks of a parked car in which `signals` ("PATH=VALUE") hold. BadRequest names a
    signal that does not."""
    catalogue = load_catalogue(config)
    values = assignments(signals, catalogue)
    policy = ListeningPolicy(load_policy(config, catalogue))
    workshop = Workshop.load(config)
    async with workshop.car(values, seat.zone, policy) as car:
        turn = await car.assistant.ask(seat, text)
    return Explanation(tuple(policy.explained), turn.reply.text)


async def explain_targets(
    config: Config, zone: Zone, targets: Iterable[str], signals: Iterable[str]
) -> Explanation:
    """The same for one batch of target values ("PATH=VALUE"), whoever sends it."""
    catalogue = load_catalogue(config)
    wanted = assignments(targets, catalogue)
    policy = ListeningPolicy(load_policy(config, catalogue))
    workshop = Workshop.load(config)
    async with workshop.car(assignments(signals, catalogue), zone) as car:
        snapshot = await car.assistant.bus.snapshot()
        requester = Requester("command line", zone, EVERYTHING)
        policy(ActuationRequest(wanted, requester), snapshot, car.clock())
    return Explanation(tuple(policy.explained))


def assignments(given: Iterable[str], catalogue: Catalogue) -> dict[str, Scalar]:
    """ "PATH=VALUE" by path, in the type of the signal."""
    values: dict[str, Scalar] = {}
    for each in given:
        path, equals, text = each.partition("=")
        if not equals:
            raise BadRequest(f"{each!r}: no value", "write PATH=VALUE, say Vehicle.Speed=30")
        try:
            leaf = catalogue[path]
            values[path] = validate(leaf, _scalar(text, leaf.datatype))
        except BusError as error:
            raise BadRequest(f"{error.path}: {error.cause}", error.mend) from None
    return values


def _scalar(text: str, datatype: str) -> Scalar:
    """`text` as that type if it is one; the signal's own check says what is wrong otherwise."""
    if datatype == "boolean":
        return _BOOLEANS.get(text.lower(), text)
    try:
        if datatype in INTEGERS:
            return int(text)
        return float(text) if datatype in ("float", "double") else text
    except ValueError:
        return text
