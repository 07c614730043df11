"""Which DBC signal is which VSS signal: the keys of Eclipse KUKSA's CAN provider.

A YAML or JSON file, by VSS path (as an overlay) or as a VSS tree with the keys at its leaves::

    Vehicle.Speed:
      dbc2vss:                      # from CAN; `dbc` is the same
        signal: VehicleSpeed        # a signal of the DBC
        interval_ms: 100            # at most that often; 1000 if nothing is said
        on_change: true             # only when it changes; then at once, unless interval_ms says so
        transform: {math: "x * 3.6"}
        multiplexer: [{signal: Selector, value: 2}]
    Vehicle.Cabin.Door.Row1.DriverSide.Window.Position:
      dbc2vss: {signal: WindowDriverActual}
      vss2dbc: {signal: WindowDriverTarget}     # to CAN: target values, so for actuators only

Unknown keys are mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vehicle_bus.can import transforms
from vehicle_bus.can.errors import CanError
from vehicle_bus.can.transforms import Transform

FROM_KEYS = ("signal", "interval_ms", "on_change", "transform", "multiplexer")
TO_KEYS = ("signal", "transform", "interval_ms", "on_change")
USUAL_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class FromCan:
    """A VSS signal that a DBC signal tells. `only_if`: (signal, value) of the same frame."""

    path: str
    signal: str
    transform: Transform
    interval_s: float = USUAL_INTERVAL_S
    on_change: bool = False
    only_if: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ToCan:
    """An actuator whose target values a DBC signal carries."""

    path: str
    signal: str
    transform: Transform


@dataclass(frozen=True, slots=True)
class Mapping:
    """Everything that a file says."""

    from_can: tuple[FromCan, ...]
    to_can: tuple[ToCan, ...]


def load(file: Path) -> Mapping:
    """Read a mapping file. CanError names file, VSS path and mend."""
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CanError(f"{file}: can't be read ({error}); check the path") from None
    except yaml.YAMLError as error:
        raise CanError(f"{file}: neither YAML nor JSON ({error})") from None
    if not isinstance(document, dict):
        raise CanError(f"{file}: no mapping; write VSS paths with dbc2vss and vss2dbc under them")
    from_can: list[FromCan] = []
    to_can: list[ToCan] = []
    for path, leaf in _leaves(document, ""):
        try:
            if (found := leaf.get("dbc2vss", leaf.get("dbc"))) is not None:
                from_can.append(_from_can(path, found))
            if (found := leaf.get("vss2dbc")) is not None:
                to_can.append(_to_can(path, found))
        except ValueError as error:
            raise CanError(f"{file}: {path}: {error}") from None
    if not from_can and not to_can:
        raise CanError(f"{file}: maps nothing; add dbc2vss or vss2dbc to a signal")
    return Mapping(tuple(from_can), tuple(to_can))


def _leaves(nodes: dict[str, Any], above: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, node in nodes.items():
        path = f"{above}.{name}" if above else str(name)
        if not isinstance(node, dict):
            continue
        if isinstance(children := node.get("children"), dict):
            yield from _leaves(children, path)
        else:
            yield path, node


def _from_can(path: str, given: Any) -> FromCan:
    _check_keys("dbc2vss", given, FROM_KEYS)
    on_change = given.get("on_change", False)
    if not isinstance(on_change, bool):
        raise ValueError(f"on_change: {on_change!r}; give true or false")
    usual_ms = 0.0 if on_change else USUAL_INTERVAL_S * 1000.0
    interval_ms = given.get("interval_ms", usual_ms)
    if isinstance(interval_ms, bool) or not isinstance(interval_ms, int | float) or interval_ms < 0:
        raise ValueError(f"interval_ms: {interval_ms!r}; give milliseconds")
    return FromCan(
        path,
        given["signal"],
        transforms.read(given.get("transform")),
        interval_ms / 1000.0,
        on_change,
        tuple(_selector(each) for each in given.get("multiplexer", ())),
    )


def _to_can(path: str, given: Any) -> ToCan:
    _check_keys("vss2dbc", given, TO_KEYS)
    return ToCan(path, given["signal"], transforms.read(given.get("transform")))


def _selector(given: Any) -> tuple[str, int]:
    match given:
        case {"signal": str(signal), "value": int(value)}:
            return signal, value
    raise ValueError("multiplexer: every entry is {signal: NAME, value: NUMBER}")


def _check_keys(what: str, given: Any, known: tuple[str, ...]) -> None:
    if not isinstance(given, dict) or not isinstance(given.get("signal"), str):
        raise ValueError(f"{what}: no signal; name one of the DBC")
    if unknown := [key for key in given if key not in known]:
        raise ValueError(f"{what}: unknown key {unknown[0]!r}; known: {', '.join(known)}")
