"""The signals of the vehicle: names, types, units and limits after COVESA VSS 6.0.

`catalogue.csv` is our table of the leaves a cabin assistant touches; `Catalogue.load(file)` takes
any VSS JSON instead. `overlay.csv` narrows limits that VSS leaves open, on either. In both tables
`{a|b}` stands for one row each.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from rapidfuzz import process

from vehicle_bus.errors import BusError, InvalidValue, NotActuator, UnknownPath, shortened
from vehicle_bus.patterns import ANY, matches
from vehicle_bus.values import Scalar

MAX_PATH = 256
MAX_STRING = 4096
FLOAT32_MAX = 3.4028234663852886e38
INTEGERS: Mapping[str, tuple[int, int]] = {
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
SCALARS = frozenset({"boolean", "float", "double", "string", *INTEGERS})


class CatalogueError(BusError):
    """A catalogue file can't be read as one."""


class Kind(StrEnum):
    SENSOR = "sensor"
    ACTUATOR = "actuator"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One signal. `datatype` and `unit` are VSS names ("uint8", "percent"); `low` and `high` are
    inclusive limits in that unit; `allowed` is the enumeration, empty if there is none."""

    path: str
    kind: Kind
    datatype: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()


class Catalogue(Mapping[str, Leaf]):
    """All leaves by path. An unknown path raises `UnknownPath` with the closest ones."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self._leaves = {leaf.path: leaf for leaf in leaves}
        self._matched = lru_cache(maxsize=1024)(self._match)

    @classmethod
    def load(cls, vss: Path | None = None) -> Catalogue:
        """Our own table, or the VSS JSON file `vss`; both narrowed by our overlay."""
        leaves = _read_vss(vss) if vss else _read_table(_shipped("catalogue.csv"))
        return cls(_narrowed(leaves, _shipped("overlay.csv")))

    def __getitem__(self, path: str) -> Leaf:
        try:
            return self._leaves[path]
        except KeyError:
            raise self._unknown(path) from None

    def __contains__(self, path: object) -> bool:
        return path in self._leaves

    def __iter__(self) -> Iterator[str]:
        return iter(self._leaves)

    def __len__(self) -> int:
        return len(self._leaves)

    def matching(self, *patterns: str) -> tuple[str, ...]:
        """The paths that `patterns` stand for, each once; no pattern at all means every path."""
        if not patterns:
            return tuple(self._leaves)
        found = dict.fromkeys(path for pattern in patterns for path in self._one(pattern))
        return tuple(found)

    def actuators(self, *patterns: str) -> tuple[str, ...]:
        """The actuators among what `patterns` stand for; NotActuator if one stands for none."""
        found: dict[str, None] = {}
        for pattern in patterns:
            leaves = [self._leaves[path] for path in self._one(pattern)]
            actuators = [leaf.path for leaf in leaves if leaf.kind is Kind.ACTUATOR]
            if not actuators:
                raise no_actuator(leaves[0])
            found.update(dict.fromkeys(actuators))
        return tuple(found)

    def _one(self, pattern: str) -> tuple[str, ...]:
        if pattern in self._leaves:
            return (pattern,)
        if ANY not in pattern or len(pattern) > MAX_PATH or not (found := self._matched(pattern)):
            raise self._unknown(pattern)
        return found

    def _match(self, pattern: str) -> tuple[str, ...]:
        return tuple(path for path in self._leaves if matches(pattern, path))

    def _unknown(self, path: str) -> UnknownPath:
        if len(path) > MAX_PATH:
            return UnknownPath(path, "no such signal", f"a path has at most {MAX_PATH} characters")
        if any(leaf.startswith(f"{path}.") for leaf in self._leaves):
            return UnknownPath(path, "is a branch, not a signal", f"name a leaf, or use {path}.*")
        close = process.extract(path, self._leaves.keys(), limit=3, score_cutoff=60)
        near = ", ".join(match for match, *_ in close)
        mend = f"the closest are {near}" if near else "see the list of signals"
        return UnknownPath(path, "no such signal", mend)


def no_actuator(leaf: Leaf) -> NotActuator:
    return NotActuator(leaf.path, f"is of kind {leaf.kind}", "only actuators can be actuated")


def validate(leaf: Leaf, value: Scalar) -> Scalar:
    """`value` in the leaf's own type, or `InvalidValue`. An int may stand for a float; nothing
    else is converted."""
    if leaf.datatype == "boolean":
        if not isinstance(value, bool):
            raise _wrong_type(leaf, value, "send true or false")
        return value
    if leaf.datatype == "string":
        return _text(leaf, value)
    if leaf.datatype in INTEGERS:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong_type(leaf, value, "send a whole number")
        _check_range(leaf, value, *INTEGERS[leaf.datatype])
        return value
    if leaf.datatype in ("float", "double"):
        return _real(leaf, value)
    raise _wrong_type(leaf, value, "this bus carries single values, no arrays")


def _text(leaf: Leaf, value: Scalar) -> str:
    if not isinstance(value, str):
        raise _wrong_type(leaf, value, "send text")
    if leaf.allowed and value not in leaf.allowed:
        raise InvalidValue(
            leaf.path,
            f"{shortened(value)!r} is not one of its values",
            f"use one of {', '.join(leaf.allowed)}",
        )
    if len(value) > MAX_STRING:
        raise InvalidValue(
            leaf.path,
            f"text of {len(value)} characters is too long",
            f"send at most {MAX_STRING} characters",
        )
    return value


def _real(leaf: Leaf, value: Scalar) -> float:
    if isinstance(value, bool | str):
        raise _wrong_type(leaf, value, "send a number")
    limit = FLOAT32_MAX if leaf.datatype == "float" else math.inf
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InvalidValue(leaf.path, "NaN and infinity are no values", "send a finite number")
    _check_range(leaf, number, -limit, limit)
    return number


def _check_range(leaf: Leaf, value: float, low: float, high: float) -> None:
    low = low if leaf.low is None else max(low, leaf.low)
    high = high if leaf.high is None else min(high, leaf.high)
    if not low <= value <= high:
        unit = f" {leaf.unit}" if leaf.unit else ""
        given = f"{value:g}{unit}" if abs(value) < 2**64 else "the number"
        raise InvalidValue(
            leaf.path,
            f"{given} is out of range",
            f"send a value from {low:g} to {high:g}{unit}",
        )


def _wrong_type(leaf: Leaf, value: Scalar, mend: str) -> InvalidValue:
    given = type(value).__name__
    return InvalidValue(leaf.path, f"takes {leaf.datatype}, not {given}", mend)


def _shipped(name: str) -> list[dict[str, str]]:
    with files("vehicle_bus").joinpath(name).open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


def _read_table(rows: Iterable[Mapping[str, str]]) -> Iterator[Leaf]:
    for row in rows:
        for path in _expanded(row["path"]):
            yield Leaf(
                path,
                Kind(row["kind"]),
                row["datatype"],
                row["unit"],
                _number(row["min"]),
                _number(row["max"]),
                tuple(row["allowed"].split("|")) if row["allowed"] else (),
            )


def _expanded(path: str) -> Iterator[str]:
    parts = re.split(r"\{(.*?)\}", path)
    choices = [part.split("|") if odd % 2 else [part] for odd, part in enumerate(parts)]
    return ("".join(chosen) for chosen in itertools.product(*choices))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _narrowed(leaves: Iterable[Leaf], overlay: Iterable[Mapping[str, str]]) -> Iterator[Leaf]:
    limits = [
        (pattern, float(row["min"]), float(row["max"]))
        for row in overlay
        for pattern in _expanded(row["path"])
    ]
    for leaf in leaves:
        for pattern, low, high in limits:
            if matches(pattern, leaf.path):
                low = low if leaf.low is None else max(low, leaf.low)
                high = high if leaf.high is None else min(high, leaf.high)
                leaf = replace(leaf, low=low, high=high)
        yield leaf


def _read_vss(file: Path) -> list[Leaf]:
    try:
        tree = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(
            str(file), f"can't be read ({error.strerror})", "give an existing VSS JSON file"
        ) from error
    except ValueError as error:
        raise CatalogueError(
            str(file), f"is no JSON ({error})", "export it with `vspec export json`"
        ) from error
    if not isinstance(tree, dict) or not tree:
        raise CatalogueError(
            str(file), "holds no VSS tree", "its top must be an object with the branch Vehicle"
        )
    return list(_walk(tree, ""))


def _walk(nodes: Mapping[str, Any], above: str) -> Iterator[Leaf]:
    for name, node in nodes.items():
        path = f"{above}.{name}" if above else name
        if not isinstance(node, dict) or "type" not in node:
            raise CatalogueError(path, "has no type", "it must be a branch or a leaf of VSS JSON")
        if node["type"] == "branch":
            yield from _walk(node.get("children", {}), path)
        else:
            yield _leaf(path, node)


def _leaf(path: str, node: Mapping[str, Any]) -> Leaf:
    datatype = str(node.get("datatype"))
    if datatype.removesuffix("[]") not in SCALARS:
        raise CatalogueError(path, f"has the datatype {datatype!r}", "use a VSS datatype")
    if node["type"] not in tuple(Kind):
        raise CatalogueError(
            path, f"is of type {node['type']!r}", "use branch, sensor, actuator or attribute"
        )
    return Leaf(
        path,
        Kind(node["type"]),
        datatype,
        node.get("unit", ""),
        node.get("min"),
        node.get("max"),
        tuple(str(value) for value in node.get("allowed", ())),
    )
