"""`pytest some.scenario.yaml`: every scenario is a test of the assistant in virtual time.

Installed with the package; pytest finds it by itself. A scenario fails with every broken
expectation and the line of the file that wanted it. `--scenario-report DIR` writes the HTML report,
JUnit XML, verdicts and sounds of all scenarios of the session, whatever came of them.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simulator.report import Report
    from simulator.scenario import Scenario
    from simulator.suite import Drive, Ran

SUFFIX = ".scenario.yaml"
pytest_plugins = ["cabin_agent.sdk.fixtures"]


class ScenarioFailed(Exception):
    """An expectation did not hold; carries what the run showed."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.scenario)
        self.report = report


class Garage:
    """Drives the scenarios of a session: models are loaded once, with the first one."""

    def __init__(self, config_file: Path | None, spoken: bool) -> None:
        self._config_file = config_file
        self._spoken = spoken
        self._runner = asyncio.Runner()
        self._way: AbstractAsyncContextManager[Drive] | None = None
        self._drive: Drive | None = None
        self.runs: list[Ran] = []

    def drive(self, file: Path, scenario: Scenario) -> Report:
        """Run a scenario. Raises ScenarioError, VoiceError or CabinError if it can't start."""
        from simulator.runner import ignore
        from simulator.suite import Ran

        drive = self._drive or self._open()
        began = time.perf_counter()
        report = self._runner.run(drive(scenario, ignore, asyncio.Event()))
        self.runs.append(Ran(file, report, time.perf_counter() - began))
        return report

    def close(self) -> None:
        if self._way is not None:
            self._runner.run(self._way.__aexit__(None, None, None))
        self._runner.close()

    def _open(self) -> Drive:
        from cabin_agent.config import Config
        from cabin_agent.driving import driving_in_virtual_time

        self._way = driving_in_virtual_time(Config.load(self._config_file), self._spoken)
        self._drive = self._runner.run(self._way.__aenter__())
        return self._drive


GARAGE = pytest.StashKey[Garage]()


class ScenarioFile(pytest.File):
    """A `*.scenario.yaml`."""

    def collect(self) -> Iterator[ScenarioItem]:
        from simulator.scenario import ScenarioError, load

        try:
            scenario = load(Path(os.path.relpath(self.path)))
        except ScenarioError as error:
            raise self.CollectError(str(error)) from None
        yield ScenarioItem.from_parent(self, name=scenario.name, scenario=scenario)


class ScenarioItem(pytest.Item):
    """Its one test."""

    def __init__(self, *, scenario: Scenario, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self._scenario = scenario

    def runtest(self) -> None:
        report = self.config.stash[GARAGE].drive(self.path, self._scenario)
        if not report.passed:
            raise ScenarioFailed(report)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        from cabin_agent.errors import CabinError
        from simulator.reporting.failure_text import failure_text
        from simulator.scenario import ScenarioError
        from simulator.voices import VoiceError

        error = excinfo.value
        if isinstance(error, ScenarioFailed):
            again = f"cabin-agent simulate {os.path.relpath(self.path)} --html report.html"
            return f"{failure_text(error.report)}\nto look at it: {again}"
        if isinstance(error, CabinError | ScenarioError | VoiceError):
            return str(error)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cabin_agent", "scenarios (*.scenario.yaml)")
    group.addoption(
        "--scenario-report", type=Path, metavar="DIR", help="write the report of all scenarios"
    )
    group.addoption(
        "--cabin-config", type=Path, metavar="FILE", help="the assistant's settings (YAML)"
    )


def pytest_configure(config: pytest.Config) -> None:
    wanted = config.getoption("--scenario-report")
    garage = Garage(config.getoption("--cabin-config"), spoken=wanted is not None)
    config.stash[GARAGE] = garage
    config.add_cleanup(garage.close)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    if not file_path.name.endswith(SUFFIX):
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


def pytest_sessionfinish(session: pytest.Session) -> None:
    folder, runs = session.config.getoption("--scenario-report"), session.config.stash[GARAGE].runs
    if folder is None or not runs:
        return
    from simulator.reporting.files import Places, save
    from simulator.reporting.provenance import Provenance

    save(runs, Places(folder=folder), Provenance.here("virtual"))
