"""Where it breaks: the share of failures along one axis, and over two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from simulator.sweeping.axes import Axis
from simulator.sweeping.outcome import FAILED, IMPOSSIBLE, Outcome
from simulator.sweeping.variants import SEED, Variant
from vehicle_bus.values import Scalar

MOST_MAPS = 6

Driven = tuple[Variant, Outcome]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of the variants that were driven failed."""

    driven: int
    failed: int

    @property
    def share(self) -> float | None:
        return self.failed / self.driven if self.driven else None


@dataclass(frozen=True, slots=True)
class Line:
    """One value of an axis. `often`: what fails most often with it."""

    value: Scalar
    cell: Cell
    often: str


@dataclass(frozen=True, slots=True)
class AxisTable:
    key: str
    lines: tuple[Line, ...]

    @property
    def spread(self) -> float:
        """How much this axis matters: between its best value and its worst."""
        shares = [line.cell.share for line in self.lines if line.cell.share is not None]
        return max(shares) - min(shares) if shares else 0.0


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`cells[row][column]`, by the values of two axes."""

    down: Axis
    across: Axis
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`tables`: the axis that matters most comes first."""

    total: Cell
    impossible: int
    tables: tuple[AxisTable, ...]
    maps: tuple[HeatMap, ...]
    kinds: tuple[tuple[str, int], ...]
    """What failed, and in how many variants; the most frequent first."""


def breakdown(axes: Sequence[Axis], driven: Sequence[Driven]) -> Breakdown:
    """Everything about where the variants of a sweep broke."""
    possible = [(variant, o) for variant, o in driven if o.verdict != IMPOSSIBLE]
    tables = [_table(axis, possible) for axis in axes if len(axis.values) > 1]
    tables.sort(key=lambda table: -table.spread)
    by_key = {axis.key: axis for axis in axes}
    ranked = [by_key[table.key] for table in tables if table.key != SEED]
    pairs = list(combinations(ranked, 2))[:MOST_MAPS]
    kinds = Counter(kind for _, outcome in possible for kind in outcome.kinds)
    return Breakdown(
        _cell(outcome for _, outcome in possible),
        len(driven) - len(possible),
        tuple(tables),
        tuple(_map(one, other, possible) for one, other in pairs),
        tuple((": ".join(kind), count) for kind, count in kinds.most_common()),
    )


def _table(axis: Axis, driven: Sequence[Driven]) -> AxisTable:
    lines = []
    for value in axis.values:
        own = [outcome for variant, outcome in driven if variant.values[axis.key] == value]
        kinds = Counter(kind for outcome in own for kind in outcome.kinds)
        often = ": ".join(kinds.most_common(1)[0][0]) if kinds else ""
        lines.append(Line(value, _cell(own), often))
    return AxisTable(axis.key, tuple(lines))


def _map(down: Axis, across: Axis, driven: Sequence[Driven]) -> HeatMap:
    groups: dict[tuple[Scalar, Scalar], list[Outcome]] = {}
    for variant, outcome in driven:
        groups.setdefault(_place(variant.values, down, across), []).append(outcome)
    cells = tuple(
        tuple(_cell(groups.get((row, column), ())) for column in across.values)
        for row in down.values
    )
    return HeatMap(down, across, cells)


def _place(values: Mapping[str, Scalar], down: Axis, across: Axis) -> tuple[Scalar, Scalar]:
    return values[down.key], values[across.key]


def _cell(outcomes: Iterable[Outcome]) -> Cell:
    verdicts = [outcome.verdict for outcome in outcomes]
    return Cell(len(verdicts), verdicts.count(FAILED))
