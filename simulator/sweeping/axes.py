"""What varies: `voice=ben,amy`, `speed=0..130/10`, `phrase=["warmer, please", "I'm cold"]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from simulator.sweeping.errors import SweepError
from vehicle_bus.values import Scalar

RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?))?")
MOST_VALUES = 10_000
HOW = "write KEY=a,b,c or KEY=low..high/step"


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that varies, and its values in order."""

    key: str
    values: tuple[Scalar, ...]


def axis(text: str) -> Axis:
    """Read one `--vary`. Values are typed as YAML types them. Raises SweepError."""
    key, equals, listed = text.partition("=")
    key, listed = key.strip(), listed.strip()
    if not equals or not key or not listed:
        raise SweepError(f"{text!r} says not what varies", HOW)
    found = RANGE.fullmatch(listed)
    values = _range(text, found) if found else _values(text, listed)
    if len(set(map(repr, values))) < len(values):
        raise SweepError(f"{text!r} has a value twice", "keep one")
    return Axis(key, values)


def axes(texts: Iterable[str]) -> tuple[Axis, ...]:
    """Read all of them. Raises SweepError, also if one key is there twice."""
    found: dict[str, Axis] = {}
    for text in texts:
        one = axis(text)
        if one.key in found:
            raise SweepError(f"{one.key!r} varies twice", "give all of its values in one --vary")
        found[one.key] = one
    return tuple(found.values())


def _range(text: str, found: re.Match[str]) -> tuple[Scalar, ...]:
    low, high, step = float(found[1]), float(found[2]), float(found[3] or 1)
    if high < low or step <= 0:
        raise SweepError(f"{text!r} leads nowhere", "go upwards in steps above 0")
    count = int((high - low) / step + 1e-9) + 1
    if count > MOST_VALUES:
        raise SweepError(f"{text!r} has {count} values", f"take at most {MOST_VALUES}")
    return tuple(_whole(round(low + step * number, 6)) for number in range(count))


def _whole(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _values(text: str, listed: str) -> tuple[Scalar, ...]:
    try:
        if listed.startswith("["):
            parts = yaml.safe_load(listed)
        else:
            parts = [_typed(part.strip()) for part in listed.split(",")]
    except yaml.YAMLError:
        raise SweepError(f"{text!r} can't be read", HOW) from None
    if not parts or any(not isinstance(part, bool | int | float | str) for part in parts):
        raise SweepError(f"{text!r} has a value that is missing or no single value", HOW)
    return tuple(parts)


def _typed(part: str) -> object:
    """Only numbers, true and false have types of their own; `no` is a word here."""
    value = yaml.safe_load(part) if part else None
    words = value is not None and part.lower() not in ("true", "false")
    if isinstance(value, bool) and words:
        return part
    return value if isinstance(value, bool | int | float | str | None) else part
