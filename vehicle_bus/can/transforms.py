"""How a value of a DBC signal becomes one of a VSS signal, or the other way round.

::

    transform: {math: "floor(x * 40 - 100)"}          # x is the value
    transform: {mapping: [{from: DI_GEAR_P, to: 126}, {from: DI_GEAR_D, to: 127}]}

Without a transform the value stays as it is. What can't be transformed raises `ValueError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cantools.database.namedsignalvalue import NamedSignalValue
from py_expression_eval import Parser

from vehicle_bus.values import Scalar

Transform = Callable[[object], Scalar]
LONGEST_FORMULA = 256
KINDS = ("math", "mapping")


def read(description: Any) -> Transform:
    """The transform that a mapping file describes; ValueError if it makes no sense."""
    if description is None:
        return as_it_is
    if not isinstance(description, dict) or len(description) != 1:
        raise ValueError(f"transform: give one of {', '.join(KINDS)}")
    match description:
        case {"math": str(formula)}:
            return math(formula)
        case {"mapping": list(pairs)}:
            return mapping(pairs)
    raise ValueError("transform: math takes a formula, mapping a list of {from, to}")


def as_it_is(value: object) -> Scalar:
    """The name of a value that has one, the number otherwise."""
    if isinstance(value, NamedSignalValue):
        return str(value.name)
    if isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"{value!r} is no single value")


def math(formula: str) -> Transform:
    """A formula over `x`."""
    if len(formula) > LONGEST_FORMULA:
        raise ValueError(f"math: a formula has at most {LONGEST_FORMULA} characters")
    try:
        expression = Parser().parse(formula)
        unknown = set(expression.variables()) - {"x"}
        if unknown:
            raise ValueError(f"math: {formula!r} uses {', '.join(sorted(unknown))}; use x only")
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(f"math: {formula!r} is no formula ({error})") from None

    def transform(value: object) -> Scalar:
        number = numeric(value)
        try:
            result = expression.evaluate({"x": number})
        except Exception as error:
            raise ValueError(f"{formula!r} fails for {number!r} ({error})") from None
        if not isinstance(result, bool | int | float):
            raise ValueError(f"{formula!r} gives no number for {number!r}")
        return result

    return transform


def mapping(pairs: list[Any]) -> Transform:
    """A table. `from` a DBC signal is the name of a value that has one, or a number."""
    table: dict[Scalar, Scalar] = {}
    for pair in pairs:
        if not isinstance(pair, dict) or set(pair) != {"from", "to"}:
            raise ValueError("mapping: every entry is {from: ..., to: ...}")
        if pair["from"] in table:
            raise ValueError(f"mapping: {pair['from']!r} stands twice")
        table[pair["from"]] = pair["to"]
    return Table(table)


class Table:
    """A `Transform` whose every entry can be looked at."""

    def __init__(self, entries: Mapping[Scalar, Scalar]) -> None:
        self.entries = entries

    def __call__(self, value: object) -> Scalar:
        keys = (value.name, value.value) if isinstance(value, NamedSignalValue) else (value,)
        for key in keys:
            if key in self.entries:
                return self.entries[key]  # type: ignore[index]
        raise ValueError(f"mapping: nothing is said about {value!s}")


def numeric(value: object) -> float:
    """The number of a value, of one that has a name too."""
    number = value.value if isinstance(value, NamedSignalValue) else value
    if isinstance(number, bool | int | float):
        return number
    raise ValueError(f"{value!r} is no number")
