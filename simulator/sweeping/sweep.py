"""A whole sweep: what is not in the journal yet is driven and written, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from simulator.scenario import Scenario, ScenarioError, loads
from simulator.sweeping import document
from simulator.sweeping.axes import Axis
from simulator.sweeping.breakdown import Driven
from simulator.sweeping.driver import Workers
from simulator.sweeping.errors import SweepError
from simulator.sweeping.journal import Journal
from simulator.sweeping.minimal import Case, minimal, worth_reducing
from simulator.sweeping.outcome import Outcome
from simulator.sweeping.variants import Task, Variant, applied, variants, with_repeats
from vehicle_bus.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be driven."""

    file: Path
    top: yaml.MappingNode
    axes: tuple[Axis, ...]
    variants: tuple[Variant, ...]

    @property
    def scenario(self) -> str:
        """The text that is varied."""
        return document.written(self.top)

    def task(self, variant: Variant) -> Task:
        text = document.written(applied(self.top, variant.values))
        return Task(variant.key, str(self.file), text)


def plan(file: Path, axes: Sequence[Axis], repeat: int = 1) -> Plan:
    """Read the scenario and try each value by itself. Raises ScenarioError or SweepError."""
    top = document.document(file)
    catalogue = Catalogue.load()
    as_it_stands = _loaded(top, file, catalogue)
    everything = with_repeats(axes, repeat, as_it_stands.seed)
    for axis in axes:
        for value in axis.values:
            try:
                _loaded(applied(top, {axis.key: value}), file, catalogue)
            except ScenarioError as error:
                raise SweepError(f"{axis.key}={value} can't be: {error}", "vary it less") from None
    return Plan(file, top, everything, tuple(variants(everything)))


def drive(
    plan: Plan, journal: Journal, workers: Workers, ended: Callable[[Variant, Outcome], None]
) -> None:
    """Drive what `journal` does not have; `ended` is told of each."""
    by_key = {variant.key: variant for variant in plan.variants if variant.key not in journal.done}
    for outcome in workers.outcomes(plan.task(variant) for variant in by_key.values()):
        variant = by_key[outcome.key]
        journal.add(variant, outcome)
        ended(variant, outcome)


def driven(plan: Plan, journal: Journal) -> list[Driven]:
    """The variants that have an outcome, in the order of the plan."""
    return [(v, journal.done[v.key]) for v in plan.variants if v.key in journal.done]


def cases(plan: Plan, journal: Journal, workers: Workers, most: int) -> Iterator[Case]:
    """The minimal failing cases, at most so many."""

    def attempt(text: str) -> Outcome:
        return next(iter(workers.outcomes([Task("", str(plan.file), text)])))

    for variant, kind in worth_reducing(driven(plan, journal), most):
        if case := minimal(plan.top, variant, kind, attempt):
            yield case


def _loaded(top: yaml.MappingNode, file: Path, catalogue: Catalogue) -> Scenario:
    return loads(document.written(top), str(file), catalogue)
