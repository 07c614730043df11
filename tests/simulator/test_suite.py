"""Which files are driven, and in what order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.report import Report
from simulator.runner import RunEvent
from simulator.scenario import Scenario, ScenarioError
from simulator.suite import Entry, Ran, drive_all, found, loaded

TEXT = "name: {}\nseed: 3\nturns:\n  - type: hello\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b", "a", "deep/c"):
        file = tmp_path / f"{name}.scenario.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(TEXT.format(name), encoding="utf-8")
    (tmp_path / "notes.yaml").write_text("no scenario", encoding="utf-8")
    return tmp_path


def names(paths: list[Path]) -> list[str]:
    return [path.name.split(".")[0] for path in paths]


def test_files_folders_and_patterns(folder: Path) -> None:
    assert names(found([str(folder)])) == ["a", "b", "c"]
    assert names(found([str(folder / "b.scenario.yaml"), str(folder)])) == ["b", "a", "c"]
    assert names(found([f"{folder}/**/*.scenario.yaml"])) == ["a", "b", "c"]
    assert names(found([f"{folder}/d*"])) == ["c"]


def test_nothing_found_is_told(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="nothing matches"):
        found([f"{folder}/*.xml"])
    (folder / "empty").mkdir()
    with pytest.raises(ScenarioError, match="in this folder"):
        found([str(folder / "empty")])


def test_every_mistake_of_every_file_is_told(folder: Path) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.scenario.yaml").write_text("nam: x\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        loaded(found([str(folder)]))
    first, second = str(caught.value).splitlines()
    assert "a.scenario.yaml:1:1" in first
    assert "b.scenario.yaml:1:1" in second


def test_a_seed_takes_the_place_of_theirs(folder: Path) -> None:
    files = found([str(folder)])
    assert {entry.scenario.seed for entry in loaded(files)} == {3}
    assert {entry.scenario.seed for entry in loaded(files, seed=99)} == {99}


class Notes:
    """A watcher that writes down what it sees."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def began(self, entry: Entry) -> None:
        self.seen.append(f"began {entry.scenario.name}")

    def happened(self, event: RunEvent) -> None:
        pass

    def ended(self, ran: Ran) -> None:
        self.seen.append(f"ended {ran.report.scenario}")


async def test_a_stop_ends_the_suite_after_the_run_in_the_middle(folder: Path) -> None:
    notes, stop = Notes(), asyncio.Event()

    async def drive(
        scenario: Scenario, on_event: Callable[[RunEvent], None], stop: asyncio.Event
    ) -> Report:
        if scenario.name == "b":
            stop.set()
        return Report(scenario.name, scenario.seed, 1.0, (), 1)

    await drive_all(loaded(found([str(folder)])), drive, notes, stop)
    assert notes.seen == ["began a", "ended a", "began b", "ended b"]
