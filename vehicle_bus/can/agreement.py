"""Whether a DBC, a mapping and VSS can all be right. Whatever contradicts is refused before a frame
is read: a wrong factor on a car's network is a wrong speed in the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cantools
from cantools.database.can import Database, Message, Signal

from vehicle_bus.can import transforms
from vehicle_bus.can.errors import CanError
from vehicle_bus.can.mapping import FromCan, ToCan
from vehicle_bus.can.mapping import Mapping as CanMapping
from vehicle_bus.catalogue import INTEGERS, Kind, Leaf, validate
from vehicle_bus.errors import BusError
from vehicle_bus.values import Scalar

SAMPLES = 64
NEIGHBOURS = 8
UNITS: Mapping[str, frozenset[str]] = {
    "km/h": frozenset({"km/h", "kph", "kmh", "kmph"}),
    "m/s^2": frozenset({"m/s^2", "m/s2", "m/s²"}),
    "Celsius": frozenset({"celsius", "degc", "c", "°c", "deg c"}),
    "percent": frozenset({"percent", "%"}),
    "degrees": frozenset({"degrees", "deg", "degree", "°"}),
    "V": frozenset({"v", "volt", "volts"}),
    "kPa": frozenset({"kpa"}),
    "mm": frozenset({"mm"}),
    "m": frozenset({"m", "meter", "metre"}),
    "km": frozenset({"km"}),
    "s": frozenset({"s", "sec", "second", "seconds"}),
    "bpm": frozenset({"bpm", "1/min"}),
}
"""How DBC files write the units of VSS, in small letters."""


@dataclass(frozen=True, slots=True)
class Wired:
    """A DBC signal and the message it is in."""

    message: Message
    signal: Signal


def load_dbc(file: Path) -> Database:
    """CanError names the file and what is wrong."""
    try:
        database = cantools.database.load_file(file)
    except OSError as error:
        raise CanError(f"{file}: can't be read ({error.strerror}); check the path") from None
    except Exception as error:
        raise CanError(f"{file}: no DBC that can be used ({error})") from None
    if not isinstance(database, Database) or not database.messages:
        raise CanError(f"{file}: describes no CAN messages; give a DBC")
    return database


def wires(database: Database, mapping: CanMapping) -> dict[str, Wired]:
    """The mapped DBC signals by name; CanError for one that is not there or there twice."""
    named = [each.signal for each in mapping.from_can] + [each.signal for each in mapping.to_can]
    found = {name: _wired(database, name) for name in named}
    for each in mapping.from_can:
        there = {signal.name for signal in found[each.signal].message.signals}
        for selector, _ in each.only_if:
            if selector not in there:
                raise CanError(
                    f"{each.path}: {selector} is not in the frame of {each.signal}; a multiplexer "
                    "has to be"
                )
    return found


def check(mapping: CanMapping, wired: Mapping[str, Wired], leaves: Mapping[str, Leaf]) -> None:
    """CanError names the first VSS signal that DBC and mapping contradict, and how."""
    for to in mapping.to_can:
        _check_to(to, wired[to.signal], _leaf(to.path, leaves))
    for each in mapping.from_can:
        _check_from(each, wired[each.signal].signal, _leaf(each.path, leaves))


def to_vss(leaf: Leaf, transform: transforms.Transform, value: object) -> Scalar:
    """A decoded value as one of the leaf; ValueError (a BusError may be one) if it is none."""
    given = transform(value)
    if leaf.datatype == "boolean" and not isinstance(given, bool) and given in (0, 1):
        given = bool(given)
    if leaf.datatype in INTEGERS and isinstance(given, float):
        if not given.is_integer():
            raise ValueError(f"{given:g} is no whole number; use floor(x) or round(x)")
        given = int(given)
    if leaf.datatype in ("float", "double") and isinstance(given, bool):
        given = int(given)
    return validate(leaf, given)


def to_dbc(signal: Signal, transform: transforms.Transform, value: Scalar) -> float | str:
    """A target value as one of the DBC signal, or ValueError."""
    given = transform(value)
    if isinstance(given, str):
        names = {str(choice) for choice in (signal.choices or {}).values()}
        if given not in names:
            raise ValueError(f"{given!r} is no value of {signal.name}; add a mapping")
        return given
    number = float(given)
    low, high = _span(signal)
    if not low <= number <= high:
        raise ValueError(f"{number:g} does not fit into {signal.name} ({low:g} to {high:g})")
    return number if signal.is_float or not number.is_integer() else int(number)


def _wired(database: Database, name: str) -> Wired:
    found = [
        Wired(message, signal)
        for message in database.messages
        for signal in message.signals
        if signal.name == name
    ]
    if not found:
        raise CanError(f"{name}: no such signal in the DBC; check the mapping")
    if len(found) > 1:
        frames = ", ".join(each.message.name for each in found)
        raise CanError(f"{name}: in several messages ({frames}); rename it in the DBC")
    return found[0]


def _leaf(path: str, leaves: Mapping[str, Leaf]) -> Leaf:
    try:
        return leaves[path]
    except BusError as error:
        raise CanError(str(error)) from None


def _check_from(each: FromCan, signal: Signal, leaf: Leaf) -> None:
    if each.transform is transforms.as_it_is:
        _check_unit(each.path, signal, leaf)
    if isinstance(each.transform, transforms.Table):
        _check_names(each.path, each.transform, signal)
    for value in _values(signal, each.transform):
        try:
            to_vss(leaf, each.transform, value)
        except ValueError as error:
            raise _contradiction(leaf, signal, f"{signal.name} can be {value!s}", error) from None


def _check_to(each: ToCan, wired: Wired, leaf: Leaf) -> None:
    if leaf.kind is not Kind.ACTUATOR:
        raise CanError(
            f"{leaf.path}: is of kind {leaf.kind}; vss2dbc carries target values, so only "
            "actuators can have it"
        )
    if wired.message.is_multiplexed():
        raise CanError(
            f"{leaf.path}: {wired.message.name} is multiplexed and can't be sent; use another frame"
        )
    if each.transform is transforms.as_it_is:
        _check_unit(each.path, wired.signal, leaf)
    for target in _targets(leaf):
        try:
            to_dbc(wired.signal, each.transform, target)
        except ValueError as error:
            told = f"{leaf.path} can be {target!r}"
            raise _contradiction(leaf, wired.signal, told, error) from None


def _check_unit(path: str, signal: Signal, leaf: Leaf) -> None:
    known = UNITS.get(leaf.unit)
    if not signal.unit or known is None or signal.unit.lower() in known:
        return
    raise CanError(
        f"{path}: is in {leaf.unit}, but {signal.name} in {signal.unit}; convert it with "
        "transform: {math: ...}"
    )


def _check_names(path: str, table: transforms.Table, signal: Signal) -> None:
    names = {str(choice) for choice in (signal.choices or {}).values()}
    for key in table.entries:
        if isinstance(key, str) and key not in names:
            raise CanError(
                f"{path}: {key!r} is no value of {signal.name}; its values are "
                f"{', '.join(sorted(names)) or 'numbers'}"
            )


def _values(signal: Signal, transform: transforms.Transform) -> Iterator[object]:
    """What the signal can hold: what a table speaks of, every value that has a name, and otherwise
    a sample of the numbers."""
    choices: Mapping[int, object] = signal.choices or {}
    if isinstance(transform, transforms.Table):
        by_name = {str(choice): choice for choice in choices.values()}
        yield from (by_name.get(str(key), key) for key in transform.entries)
    elif choices and transform is transforms.as_it_is:
        yield from choices.values()
    else:
        yield from _numbers(signal)


def _numbers(signal: Signal) -> Iterator[float]:
    low, high = _span(signal)
    if signal.is_float:
        yield from _spread(low, high)
        return
    first = round((low - signal.offset) / signal.scale)
    last = round((high - signal.offset) / signal.scale)
    first, last = sorted((first, last))
    raws = {*range(first, min(first + NEIGHBOURS, last) + 1), *map(round, _spread(first, last))}
    yield from (raw * signal.scale + signal.offset for raw in sorted(raws))


def _spread(low: float, high: float) -> Iterator[float]:
    return (low + (high - low) * step / SAMPLES for step in range(SAMPLES + 1))


def _span(signal: Signal) -> tuple[float, float]:
    """The physical limits that the DBC states, or those of the signal's bits."""
    if signal.minimum is not None and signal.maximum is not None:
        return float(signal.minimum), float(signal.maximum)
    if signal.is_float:
        return -3.4e38, 3.4e38
    bits = signal.length
    raw = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signal.is_signed else (0, 2**bits - 1)
    low, high = sorted(limit * signal.scale + signal.offset for limit in raw)
    return float(low), float(high)


def _targets(leaf: Leaf) -> Iterator[Scalar]:
    """What the actuator can be asked for, as far as that has an end."""
    if leaf.datatype == "boolean":
        yield from (False, True)
    elif leaf.datatype == "string":
        yield from leaf.allowed
    elif leaf.low is not None and leaf.high is not None:
        whole = leaf.datatype in INTEGERS
        yield from (round(n) if whole else n for n in _spread(leaf.low, leaf.high))


def _contradiction(leaf: Leaf, signal: Signal, told: str, error: ValueError) -> CanError:
    why = f"{error.cause}; {error.mend}" if isinstance(error, BusError) else str(error)
    limits = "" if leaf.low is None else f" {leaf.low:g} to {leaf.high:g}"
    kind = f"{leaf.datatype}{limits} {leaf.unit}".strip()
    return CanError(
        f"{leaf.path} ({kind}) and {signal.name} of the DBC contradict: {told}, and {why}"
    )
