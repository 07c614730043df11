"""Drives tasks one after another in this process, with models that are loaded once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Protocol

from simulator.run_events import ignore
from simulator.scenario import ScenarioError, loads
from simulator.suite import Drive
from simulator.sweeping.outcome import IMPOSSIBLE, Outcome, outcome_of
from simulator.sweeping.variants import Task
from vehicle_bus.catalogue import Catalogue

Way = Callable[[], AbstractAsyncContextManager[Drive]]
"""Makes a way of driving. It has to be picklable for workers elsewhere."""


class Workers(Protocol):
    """Who drives tasks. Use it as a context."""

    def __enter__(self) -> Workers: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None: ...

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """The outcome of each, as they come."""
        ...


class Driver:
    """`Workers` of one: this process."""

    def __init__(self, way: Way) -> None:
        self._runner = asyncio.Runner()
        self._way = way()
        self._catalogue = Catalogue.load()

    def __enter__(self) -> Driver:
        self._drive = self._runner.run(self._way.__aenter__())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        self._runner.run(self._way.__aexit__(None, None, None))
        self._runner.close()

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        return map(self.outcome, tasks)

    def outcome(self, task: Task) -> Outcome:
        """Drive one. Raises VoiceError or CabinError if nothing can be driven here."""
        began = time.perf_counter()
        try:
            scenario = loads(task.text, task.file, self._catalogue)
            report = self._runner.run(self._drive(scenario, ignore, asyncio.Event()))
        except ScenarioError as error:
            return Outcome(task.key, IMPOSSIBLE, why=str(error))
        return outcome_of(task.key, report, time.perf_counter() - began)
