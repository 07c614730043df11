"""Between the bus's values and the messages of `cabin/v1/vehicle_bus.proto`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import grpc

from cabin.v1 import cabin_pb2, vehicle_bus_pb2
from vehicle_bus import errors
from vehicle_bus.bus import Actuated, Update
from vehicle_bus.catalogue import Kind, Leaf
from vehicle_bus.errors import BusError, InvalidValue
from vehicle_bus.values import Datapoint, Decision, Scalar, Verdict, Zone

DETAIL_KEY = "cabin-bus-error-bin"
LISTED = 64
INT64 = 2**63

STATUS: dict[type[BusError], grpc.StatusCode] = {
    errors.UnknownPath: grpc.StatusCode.NOT_FOUND,
    errors.InvalidValue: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NotActuator: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NoProvider: grpc.StatusCode.UNAVAILABLE,
    errors.AlreadyProvided: grpc.StatusCode.ALREADY_EXISTS,
    errors.ProviderSilent: grpc.StatusCode.DEADLINE_EXCEEDED,
    errors.ProviderFailed: grpc.StatusCode.ABORTED,
    errors.RateLimited: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.Denied: grpc.StatusCode.PERMISSION_DENIED,
    errors.Refused: grpc.StatusCode.PERMISSION_DENIED,
    errors.ConfirmationNeeded: grpc.StatusCode.FAILED_PRECONDITION,
    errors.Unreachable: grpc.StatusCode.UNAVAILABLE,
}
KINDS = {kind.__name__: kind for kind in STATUS}

ZONES = {
    Zone.UNKNOWN: cabin_pb2.ZONE_UNSPECIFIED,
    Zone.DRIVER: cabin_pb2.ZONE_DRIVER,
    Zone.PASSENGER: cabin_pb2.ZONE_PASSENGER,
    Zone.REAR_LEFT: cabin_pb2.ZONE_REAR_LEFT,
    Zone.REAR_RIGHT: cabin_pb2.ZONE_REAR_RIGHT,
}
ZONES_BACK = {number: zone for zone, number in ZONES.items()}

DECISIONS = {
    Decision.ALLOW: vehicle_bus_pb2.DECISION_ALLOW,
    Decision.CONFIRM: vehicle_bus_pb2.DECISION_CONFIRM,
    Decision.REFUSE: vehicle_bus_pb2.DECISION_REFUSE,
}
DECISIONS_BACK = {number: decision for decision, number in DECISIONS.items()}


def to_value(value: Scalar) -> cabin_pb2.SignalValue:
    """ValueError if an int needs more than 64 bits."""
    message = cabin_pb2.SignalValue()
    _fill(message, value)
    return message


def _fill(message: cabin_pb2.SignalValue, value: Scalar) -> None:
    """In place: to make a message first and copy it into another costs three times that."""
    if isinstance(value, bool):
        message.bool_value = value
    elif isinstance(value, int):
        message.int_value = value
    elif isinstance(value, float):
        message.double_value = value
    else:
        message.string_value = value


def from_value(message: cabin_pb2.SignalValue) -> Scalar | None:
    """None if the message holds no value."""
    kind = message.WhichOneof("value")
    value: Scalar | None = None if kind is None else getattr(message, kind)
    return value


def to_values(values: Mapping[str, Scalar]) -> dict[str, cabin_pb2.SignalValue]:
    """`InvalidValue` for what no signal type can hold."""
    for path, value in values.items():
        if isinstance(value, int) and not -INT64 <= value < INT64:
            raise InvalidValue(path, "the number needs more than 64 bits", "send a smaller one")
    return {path: to_value(value) for path, value in values.items()}


def from_values(messages: Mapping[str, cabin_pb2.SignalValue]) -> dict[str, Scalar]:
    """`InvalidValue` for an empty message."""
    values = {}
    for path, message in messages.items():
        if (value := from_value(message)) is None:
            raise InvalidValue(path, "the value is not set", "set one of its fields")
        values[path] = value
    return values


def to_datapoint(point: Datapoint) -> vehicle_bus_pb2.Datapoint:
    return vehicle_bus_pb2.Datapoint(value=to_value(point.value), at_s=point.at)


def from_datapoint(message: vehicle_bus_pb2.Datapoint) -> Datapoint:
    """ValueError if the message holds no value."""
    value = from_value(message.value)
    if value is None:
        raise ValueError("a datapoint without a value")
    return Datapoint(value, message.at_s)


def to_updates(updates: Iterable[Update]) -> vehicle_bus_pb2.SubscribeResponse:
    response = vehicle_bus_pb2.SubscribeResponse()
    for update in updates:
        message = response.updates.add(path=update.path, dropped=update.dropped)
        message.datapoint.at_s = update.datapoint.at
        _fill(message.datapoint.value, update.datapoint.value)
    return response


def to_verdict(verdict: Verdict) -> vehicle_bus_pb2.ActuationVerdict:
    return vehicle_bus_pb2.ActuationVerdict(
        decision=DECISIONS[verdict.decision],
        paths=verdict.paths,
        rule=verdict.rule,
        reason_en=verdict.reason_en,
        reason_zh=verdict.reason_zh,
    )


def from_verdict(message: vehicle_bus_pb2.ActuationVerdict) -> Verdict:
    """An unknown decision counts as a refusal."""
    return Verdict(
        DECISIONS_BACK.get(message.decision, Decision.REFUSE),
        tuple(message.paths),
        message.rule,
        message.reason_en,
        message.reason_zh,
    )


def to_actuated(
    actuated: Actuated, targets: Mapping[str, Scalar]
) -> vehicle_bus_pb2.ActuateResponse:
    changes = []
    for path, target in targets.items():
        before = actuated.before.get(path)
        changes.append(
            cabin_pb2.SignalChange(
                path=path,
                before=None if before is None else to_value(before),
                after=to_value(target),
                at_s=actuated.at,
            )
        )
    return vehicle_bus_pb2.ActuateResponse(
        changes=changes, verdict=to_verdict(actuated.verdict), at_s=actuated.at
    )


def from_actuated(message: vehicle_bus_pb2.ActuateResponse) -> Actuated:
    return Actuated(
        {change.path: from_value(change.before) for change in message.changes},
        from_verdict(message.verdict),
        message.at_s,
    )


def to_signal(leaf: Leaf) -> vehicle_bus_pb2.Signal:
    return vehicle_bus_pb2.Signal(
        path=leaf.path,
        kind=leaf.kind,
        datatype=leaf.datatype,
        unit=leaf.unit,
        min=leaf.low,
        max=leaf.high,
        allowed=leaf.allowed,
    )


def from_signal(message: vehicle_bus_pb2.Signal) -> Leaf:
    return Leaf(
        message.path,
        Kind(message.kind),
        message.datatype,
        message.unit,
        message.min if message.HasField("min") else None,
        message.max if message.HasField("max") else None,
        tuple(message.allowed),
    )


def to_detail(error: BusError) -> vehicle_bus_pb2.ErrorDetail:
    detail = vehicle_bus_pb2.ErrorDetail(
        kind=type(error).__name__,
        path=error.path,
        cause=error.cause,
        mend=error.mend,
    )
    if isinstance(error, errors.Refused | errors.ConfirmationNeeded):
        detail.verdict.CopyFrom(to_verdict(error.verdict))
        del detail.verdict.paths[LISTED:]
    if isinstance(error, errors.ProviderFailed):
        detail.applied.extend(error.applied[:LISTED])
    return detail


def from_detail(detail: vehicle_bus_pb2.ErrorDetail) -> BusError:
    kind = KINDS.get(detail.kind, BusError)
    if issubclass(kind, errors.Refused | errors.ConfirmationNeeded):
        return kind(from_verdict(detail.verdict))
    if issubclass(kind, errors.ProviderFailed):
        return kind(detail.path, detail.cause, detail.mend, tuple(detail.applied))
    return kind(detail.path, detail.cause, detail.mend)
