"""Values and conditions on signals, checked against the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from simulator.yaml_reader import Node
from vehicle_bus.catalogue import Catalogue, validate
from vehicle_bus.errors import InvalidValue, UnknownPath
from vehicle_bus.values import Scalar

TOLERANCE = 0.05
CONDITION_KEYS = ("at_least", "at_most", "is_not")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a value has to be: all parts that are not None."""

    equals: Scalar | None = None
    at_least: float | None = None
    at_most: float | None = None
    is_not: Scalar | None = None

    def holds(self, value: Scalar | None) -> bool:
        """Whether `value` fits. A missing value fits nothing."""
        if value is None:
            return False
        if self.equals is not None and not _same(value, self.equals):
            return False
        if self.is_not is not None and _same(value, self.is_not):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        if not _is_number(value):
            return False
        low = float("-inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return low <= value <= high

    def __str__(self) -> str:
        parts = {"": self.equals, ">= ": self.at_least, "<= ": self.at_most, "not ": self.is_not}
        return " and ".join(
            f"{word}{show(part)}" for word, part in parts.items() if part is not None
        )


def show(value: Scalar) -> str:
    """A value as people write it: numbers without useless digits, true/false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def values(node: Node, catalogue: Catalogue) -> dict[str, Scalar]:
    return {key.text(): _value(key, value, catalogue) for key, value in node.entries()}


def paths(node: Node, catalogue: Catalogue) -> tuple[str, ...]:
    """The signals that a pattern, or a list of patterns, stands for."""
    each = node.items() if node.is_sequence() else [node]
    found = [path for item in each for path in _matching(item, catalogue)]
    return tuple(dict.fromkeys(found))


def conditions(node: Node, catalogue: Catalogue) -> dict[str, Condition]:
    found = {key.text(): _condition(key, value, catalogue) for key, value in node.entries()}
    if not found:
        node.fail("no condition is given", "write 'path: value'")
    return found


def regex(node: Node) -> str:
    pattern = node.text()
    try:
        re.compile(pattern)
    except re.error as error:
        node.fail(f"{pattern!r} is no regular expression ({error})", "escape special characters")
    return pattern


def places(keys: Mapping[str, Node]) -> dict[str, str]:
    """The `file:line` of each expectation, by its key or, of a signal, by its path."""
    found = {key: node.place for key, node in keys.items()}
    if "signals" in keys:
        found |= {key.text(): key.place for key, _ in keys["signals"].entries()}
    return found


def _matching(node: Node, catalogue: Catalogue) -> tuple[str, ...]:
    try:
        return catalogue.matching(node.text())
    except UnknownPath as error:
        node.fail(f"no signal {error.path!r}", error.mend)


def _value(key: Node, value: Node, catalogue: Catalogue) -> Scalar:
    try:
        return validate(catalogue[key.text()], value.scalar())
    except UnknownPath as error:
        key.fail(f"no signal {error.path!r}", error.mend)
    except InvalidValue as error:
        value.fail(f"{error.path}: {error.cause}", error.mend)


def _condition(key: Node, value: Node, catalogue: Catalogue) -> Condition:
    if not value.is_mapping():
        return Condition(equals=_value(key, value, catalogue))
    if key.text() not in catalogue:
        _value(key, value, catalogue)
    parts = value.fields(CONDITION_KEYS)
    low = parts["at_least"].number(-1e12, 1e12, "a number") if "at_least" in parts else None
    high = parts["at_most"].number(-1e12, 1e12, "a number") if "at_most" in parts else None
    if low is not None and high is not None and low > high:
        value.fail(f"nothing is at least {low:g} and at most {high:g}", "swap them")
    unlike = _value(key, parts["is_not"], catalogue) if "is_not" in parts else None
    if low is None and high is None and unlike is None:
        value.fail("the condition is empty", f"use one of {', '.join(CONDITION_KEYS)}")
    return Condition(at_least=low, at_most=high, is_not=unlike)


def _same(value: Scalar, wanted: Scalar) -> bool:
    if _is_number(value) and _is_number(wanted):
        return abs(value - wanted) <= TOLERANCE
    return type(value) is type(wanted) and value == wanted


def _is_number(value: Scalar) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
