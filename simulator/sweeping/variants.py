"""Every combination of the axes' values, each as a scenario of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import yaml

from simulator.sweeping import document
from simulator.sweeping.assignment import assign
from simulator.sweeping.axes import Axis
from simulator.sweeping.errors import SweepError
from vehicle_bus.values import Scalar

SEED = "seed"
REPEAT = "repeat"
MOST = 200_000


@dataclass(frozen=True, slots=True)
class Variant:
    """What is different from the scenario as it stands."""

    values: Mapping[str, Scalar]

    @property
    def key(self) -> str:
        """The same for the same values, whatever else is in the sweep."""
        return json.dumps(self.values, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Task:
    """A scenario to drive, as text. `file` stands for it in messages."""

    key: str
    file: str
    text: str


def with_repeats(axes: Sequence[Axis], repeat: int, seed: int) -> tuple[Axis, ...]:
    """`axes`, and so many seeds from the scenario's own on. Raises SweepError if they vary
    already."""
    if repeat <= 1:
        return tuple(axes)
    if any(axis.key == SEED for axis in axes):
        raise SweepError("the seed varies and is repeated", "leave out --repeat or seed=...")
    return (*axes, Axis(SEED, tuple(range(seed, seed + repeat))))


def variants(axes: Sequence[Axis]) -> Iterator[Variant]:
    """All combinations; the last axis changes fastest."""
    if (count := prod(len(axis.values) for axis in axes)) > MOST:
        raise SweepError(f"these are {count} variants", f"vary less: at most {MOST}")
    keys = [axis.key for axis in axes]
    for values in product(*(axis.values for axis in axes)):
        yield Variant(dict(zip(keys, values, strict=True)))


def applied(top: yaml.MappingNode, values: Mapping[str, Scalar]) -> yaml.MappingNode:
    """The scenario `top`, which stays as it is, with `values`. Raises SweepError."""
    changed = document.copied(top)
    assert isinstance(changed, yaml.MappingNode)
    for key, value in values.items():
        assign(changed, key, value)
    return changed
