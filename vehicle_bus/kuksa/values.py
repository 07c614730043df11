"""Between the bus's values and KUKSA's messages. Small integers travel as 32-bit ones."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from kuksa.val.v1 import types_pb2 as t1
from kuksa.val.v2 import types_pb2 as t2

from vehicle_bus.catalogue import Kind, Leaf
from vehicle_bus.errors import InvalidValue
from vehicle_bus.values import Clock, Datapoint, Scalar

FIELD: Mapping[str, str] = {
    "string": "string",
    "boolean": "bool",
    "int8": "int32",
    "int16": "int32",
    "int32": "int32",
    "int64": "int64",
    "uint8": "uint32",
    "uint16": "uint32",
    "uint32": "uint32",
    "uint64": "uint64",
    "float": "float",
    "double": "double",
}
_KINDS = {Kind.SENSOR: "SENSOR", Kind.ACTUATOR: "ACTUATOR", Kind.ATTRIBUTE: "ATTRIBUTE"}


class WallTime:
    """Moments of the bus's monotonic clock as times of day, and back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = datetime.now(UTC).timestamp() - clock()

    def stamp(self, at: float) -> Timestamp:
        """The time of day of the moment `at`."""
        result = Timestamp()
        result.FromNanoseconds(int((at + self._ahead) * 1e9))
        return result

    def age(self, stamp: Timestamp) -> float:
        """Seconds since the time of day `stamp`; none for one to come."""
        then: float = stamp.ToNanoseconds() / 1e9
        return max(0.0, self._clock() + self._ahead - then)


def field_of(leaf: Leaf) -> str:
    """The field of KUKSA's value message that holds this signal."""
    return FIELD.get(leaf.datatype.removesuffix("[]"), "string")


def to_v2_value(leaf: Leaf, value: Scalar) -> t2.Value:
    return t2.Value(**{field_of(leaf): value})


def to_v2(leaf: Leaf, point: Datapoint | None, time: WallTime) -> t2.Datapoint:
    """A signal that nobody has published is a datapoint without a value."""
    if point is None:
        return t2.Datapoint()
    return t2.Datapoint(timestamp=time.stamp(point.at), value=to_v2_value(leaf, point.value))


def to_v1(leaf: Leaf, point: Datapoint, time: WallTime) -> t1.Datapoint:
    return t1.Datapoint(timestamp=time.stamp(point.at), **{field_of(leaf): point.value})


def from_message(leaf: Leaf, message: t1.Datapoint | t2.Value, oneof: str) -> Scalar:
    """The value in a v1 datapoint (`oneof` "value") or a v2 value ("typed_value"); InvalidValue if
    it is not in the field of the signal's own type."""
    field = message.WhichOneof(oneof)
    if field is None:
        raise InvalidValue(leaf.path, "the value is not set", "set one of its fields")
    if field.endswith("_array") or leaf.datatype.endswith("[]"):
        raise InvalidValue(leaf.path, "this bus carries single values, no arrays", "send one value")
    if field != field_of(leaf):
        raise InvalidValue(
            leaf.path, f"takes {leaf.datatype}, not {field}", f"set the field {field_of(leaf)}"
        )
    value: Scalar = getattr(message, field)
    return shortest(value) if field == "float" and isinstance(value, float) else value


def shortest(value: float) -> float:
    """The number with the fewest digits that has the same 32 bits: 21.3, not 21.299999237."""
    if not math.isfinite(value):
        return value
    wanted = struct.pack("<f", value)
    candidates = (float(f"{value:.{digits}g}") for digits in (6, 7, 8))
    return next((each for each in candidates if _bits(each) == wanted), value)


def _bits(value: float) -> bytes:
    try:
        return struct.pack("<f", value)
    except OverflowError:
        return b""


def v2_metadata(leaf: Leaf, number: int) -> t2.Metadata:
    """`number` is the signal's id on this server."""
    found = t2.Metadata(
        path=leaf.path,
        id=number,
        data_type=getattr(t2, data_type(leaf)),
        entry_type=getattr(t2, f"ENTRY_TYPE_{_KINDS[leaf.kind]}"),
        unit=leaf.unit,
    )
    if leaf.low is not None:
        found.min.CopyFrom(to_v2_value(leaf, _like(leaf, leaf.low)))
    if leaf.high is not None:
        found.max.CopyFrom(to_v2_value(leaf, _like(leaf, leaf.high)))
    if leaf.allowed and leaf.datatype == "string":
        found.allowed_values.CopyFrom(
            t2.Value(string_array=t2.StringArray(values=list(leaf.allowed)))
        )
    return found


def v1_metadata(leaf: Leaf) -> t1.Metadata:
    found = t1.Metadata(
        data_type=getattr(t1, data_type(leaf)),
        entry_type=getattr(t1, f"ENTRY_TYPE_{_KINDS[leaf.kind]}"),
    )
    if leaf.unit:
        found.unit = leaf.unit
    restriction = found.value_restriction
    if leaf.allowed and leaf.datatype == "string":
        restriction.string.allowed_values.extend(leaf.allowed)
    limits = {"min": leaf.low, "max": leaf.high}
    kind = {"i": "signed", "u": "unsigned", "f": "floating_point", "d": "floating_point"}
    name = kind.get(leaf.datatype[0])
    for limit, value in limits.items():
        if value is not None and name:
            setattr(getattr(restriction, name), limit, _like(leaf, value))
    return found


def data_type(leaf: Leaf) -> str:
    """The name of KUKSA's data type: "DATA_TYPE_UINT8", "DATA_TYPE_FLOAT_ARRAY"."""
    base = leaf.datatype.removesuffix("[]").upper()
    return f"DATA_TYPE_{base}{'_ARRAY' if leaf.datatype.endswith('[]') else ''}"


def _like(leaf: Leaf, limit: float) -> Scalar:
    return float(limit) if leaf.datatype in ("float", "double") else int(limit)
