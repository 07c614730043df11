"""Several scenarios, one after another, each by the same way of driving."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import Any, Protocol

from simulator.report import Report
from simulator.run_events import RunEvent
from simulator.scenario import NOTHING, Scenario, ScenarioError, load
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Scalar

PATTERN = "*.scenario.yaml"


@dataclass(frozen=True, slots=True)
class Entry:
    """A scenario and the file it is from."""

    file: Path
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Ran:
    """An entry that was driven; `wall_s` is what it took by the clock on the wall."""

    file: Path
    report: Report
    wall_s: float

    @property
    def speedup(self) -> float:
        """Simulated seconds a second."""
        return self.report.seconds / self.wall_s if self.wall_s else 0.0


Drive = Callable[[Scenario, Callable[[RunEvent], None], asyncio.Event], Coroutine[Any, Any, Report]]
"""Drives one scenario, tells what happens, and ends early when the event is set. Raises
ScenarioError or VoiceError if the scenario can't start."""


class Watcher(Protocol):
    """Who looks on while entries are driven."""

    def began(self, entry: Entry) -> None: ...

    def happened(self, event: RunEvent) -> None: ...

    def ended(self, ran: Ran) -> None: ...


def found(places: Iterable[str]) -> list[Path]:
    """The scenario files that `places` name: files, folders (and all below) and patterns.

    In the order given, within a folder by name, each once. Raises ScenarioError where there is
    nothing.
    """
    files: dict[Path, None] = {}
    for place in places:
        for file in _at(place):
            files.setdefault(file)
    return list(files)


def loaded(
    files: Iterable[Path], seed: int | None = None, given: Mapping[str, Scalar] = NOTHING
) -> list[Entry]:
    """Every file read; `seed` takes the place of theirs, `given` that of their parameters. Raises
    ScenarioError with the mistakes of all files, one a line."""
    entries, mistakes, catalogue = [], [], Catalogue.load()
    for file in files:
        try:
            entries.append(Entry(file, load(file, catalogue, seed, given)))
        except ScenarioError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return entries


async def drive_all(
    entries: Iterable[Entry], drive: Drive, watcher: Watcher, stop: asyncio.Event
) -> None:
    """Drive `entries` until `stop` is set; the one in the middle ends early then."""
    for entry in entries:
        if stop.is_set():
            return
        watcher.began(entry)
        began = time.perf_counter()
        report = await drive(entry.scenario, watcher.happened, stop)
        watcher.ended(Ran(entry.file, report, time.perf_counter() - began))


def _at(place: str) -> list[Path]:
    path = Path(place)
    if path.is_dir():
        files = sorted(path.rglob(PATTERN))
        if not files:
            raise ScenarioError(f"{place}: no {PATTERN} in this folder; name another")
        return files
    if has_magic(place) and not path.exists():
        matches = sorted(glob(place, recursive=True))
        if not matches:
            raise ScenarioError(f"{place}: nothing matches; check the pattern and the quotes")
        return [file for match in matches for file in _at(match)]
    return [path]
