"""The least that breaks in the same way: first the fewest values that differ from the scenario as
it stands, then the fewest of its entries. Greedy: whatever can go alone, goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from simulator.sweeping import document
from simulator.sweeping.breakdown import Driven
from simulator.sweeping.outcome import Failure, Kind, Outcome
from simulator.sweeping.variants import Variant, applied
from vehicle_bus.values import Scalar

LISTS = ("turns", "drive", "faults", "checks", "never")
WHOLE = (*LISTS, "occupants", "sensors", "route", "recording", "sound", "vehicle", "limit")

Try = Callable[[str], Outcome]
"""Drives a scenario given as text."""


@dataclass(frozen=True, slots=True)
class Case:
    """`values`: what has to differ from the scenario as it stands (nothing: it fails as it is)."""

    top: yaml.MappingNode
    values: Mapping[str, Scalar]
    failure: Failure
    tries: int


def worth_reducing(driven: Sequence[Driven], most: int) -> list[tuple[Variant, Kind]]:
    """For each kind of failure, the most frequent first, the variant where least else fails."""
    kinds = Counter(kind for _, outcome in driven for kind in outcome.kinds)
    chosen = []
    for kind, _ in kinds.most_common(most):
        own = [(variant, outcome) for variant, outcome in driven if kind in outcome.kinds]
        variant, _ = min(own, key=lambda each: len(each[1].kinds))
        chosen.append((variant, kind))
    return chosen


def minimal(top: yaml.MappingNode, variant: Variant, kind: Kind, attempt: Try) -> Case | None:
    """The least of `variant` of the scenario `top` in which `kind` fails; None if it does not fail
    any more."""
    return _Search(top, attempt).least(dict(variant.values), kind)


class _Search:
    def __init__(self, top: yaml.MappingNode, attempt: Try) -> None:
        self._top = top
        self._attempt = attempt
        self._tries = 0

    def least(self, values: dict[str, Scalar], kind: Kind) -> Case | None:
        failed = self._failure(applied(self._top, values), lambda failure: failure.kind == kind)
        if failed is None:
            return None
        for key in list(values):
            fewer = {name: value for name, value in values.items() if name != key}
            top = applied(self._top, fewer)
            if still := self._failure(top, lambda failure: failure.kind == kind):
                values, failed = fewer, still
        wording = failed.wording
        top, shorter = applied(self._top, values), True
        while shorter:
            shorter = False
            for less in _shorter(top):
                if still := self._failure(less, lambda failure: failure.wording == wording):
                    top, failed, shorter = less, still, True
                    break
        return Case(top, values, failed, self._tries)

    def _failure(self, top: yaml.MappingNode, wanted: Callable[[Failure], bool]) -> Failure | None:
        self._tries += 1
        outcome = self._attempt(document.written(top))
        return next((failure for failure in outcome.failures if wanted(failure)), None)


def _shorter(top: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """`top` with one thing less, the biggest things first."""
    for key in WHOLE:
        if key != "turns" and document.get(top, key) is not None:
            less = _copy(top)
            document.drop(less, (key,))
            yield less
    for key in LISTS:
        count = len(document.items(top, key))
        for number in reversed(range(count if count > 1 else 0)):
            less = _copy(top)
            del document.items(less, key)[number]
            yield less
    for number, turn in enumerate(document.items(top, "turns")):
        for name in _wanted(turn):
            less = _copy(top)
            expect = document.get(document.items(less, "turns")[number], "expect")
            assert isinstance(expect, yaml.MappingNode)
            document.drop(expect, (name,))
            yield less


def _wanted(turn: yaml.Node) -> list[str]:
    """What a turn expects, if it is more than one thing."""
    expect = document.get(turn, "expect")
    names = [key.value for key, _ in expect.value] if isinstance(expect, yaml.MappingNode) else []
    return names if len(names) > 1 else []


def _copy(top: yaml.MappingNode) -> yaml.MappingNode:
    copy = document.copied(top)
    assert isinstance(copy, yaml.MappingNode)
    return copy
