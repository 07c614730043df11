import json
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
import stand_in
from rich.console import Console
from stand_in import deaf_when_fast

from simulator.scenario import load
from simulator.sweeping import ray_workers
from simulator.sweeping.command_line import INTERRUPTED, Order, execute
from simulator.sweeping.driver import Driver
from simulator.sweeping.errors import SweepError
from simulator.sweeping.variants import Task

TEXT = """
name: Warm at any speed
seed: 5
drive: [{at: 0, speed: 20}, {at: 9, rain: 20}]
turns:
- {type: louder, expect: {reply: ok}}
- {type: warmer, expect: {reply: ok, no_change: true}}
- {type: thanks, expect: {reply: ok}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "warm.scenario.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def order(file: Path, *, workers: str = "1", resume: bool = False, repeat: int = 2) -> Order:
    vary = ("speed=40..120/40", "rain=0,50")
    return Order(file, vary, repeat, workers, file.parent / "out", resume, 5)


def run(wanted: Order) -> int:
    return execute(wanted, deaf_when_fast, Console(quiet=True))


def rows(file: Path) -> list[dict[str, object]]:
    lines = (file.parent / "out" / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[1:]]


def test_every_variant_has_a_row(file: Path) -> None:
    assert run(order(file)) == 1
    found = rows(file)
    assert len(found) == 3 * 2 * 2
    fast = [row for row in found if row["values"]["speed"] >= 80]  # type: ignore[index]
    assert {row["verdict"] for row in fast} == {"failed"}
    assert {row["verdict"] for row in found if row not in fast} == {"passed"}


def test_the_least_that_fails_is_a_scenario_of_its_own(file: Path) -> None:
    run(order(file))
    (case,) = (file.parent / "out" / "cases").iterdir()
    least = load(case)
    assert [turn.text for turn in least.turns] == ["warmer"]
    assert [(item.at, item.speed) for item in least.drive] == [(0.0, 80.0)]
    assert "speed=80" in least.about
    assert "rain" not in case.read_text(encoding="utf-8")


def test_the_page_shows_the_heat_map_and_the_case(file: Path) -> None:
    run(order(file))
    page = (file.parent / "out" / "sweep.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "speed (down) by rain (across)" in page
    assert "80, 50: 2 of 2 failed" in page
    assert "01-warm-at-any-speed.scenario.yaml" in page


def test_a_stopped_sweep_keeps_what_has_ended_and_goes_on(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive_one, driven = Driver.outcome, []

    def stopped_at_the_fourth(self: Driver, task: Task) -> object:
        if len(driven) == 3:
            raise KeyboardInterrupt
        driven.append(task.key)
        return drive_one(self, task)

    with monkeypatch.context() as patched:
        patched.setattr(Driver, "outcome", stopped_at_the_fourth)
        assert run(order(file)) == INTERRUPTED
    before = rows(file)
    assert len(before) == 3

    with (file.parent / "out" / "outcomes.jsonl").open("a") as journal:
        journal.write('{"values": {"speed"')
    assert run(order(file, resume=True)) == 1
    after = rows(file)
    assert after[:3] == before
    assert len(after) == 12


def test_nothing_is_driven_over_an_earlier_sweep(file: Path) -> None:
    run(order(file))
    with pytest.raises(SweepError, match="--resume"):
        run(order(file))
    file.write_text(TEXT.replace("louder", "softer"), encoding="utf-8")
    with pytest.raises(SweepError, match="another scenario"):
        run(order(file, resume=True))


def test_values_that_can_not_be_are_told_before_anything_is_driven(file: Path) -> None:
    wanted = Order(file, ("speed=0,900",), 1, "1", file.parent / "out", False, 5)
    with pytest.raises(SweepError, match="speed=900 can't be"):
        run(wanted)
    assert not (file.parent / "out").exists()


def test_contradicting_values_are_impossible_not_failed(file: Path) -> None:
    wanted = Order(
        file,
        ("Vehicle.Speed=0,50", "Vehicle.Powertrain.Transmission.SelectedGear=127,126"),
        1,
        "1",
        file.parent / "out",
        False,
        5,
    )
    assert run(wanted) == 0
    assert [row["verdict"] for row in rows(file)].count("impossible") == 1


@pytest.mark.parametrize("workers", ["0", "two", "1.5"])
def test_workers_are_a_number_or_a_cluster(file: Path, workers: str) -> None:
    with pytest.raises(SweepError, match="number of workers"):
        run(order(file, workers=workers))


def test_without_ray_the_mend_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(SweepError, match=r"cabin-agent\[sweep\]"):
        ray_workers.RayWorkers(deaf_when_fast, 2)


class LateRay:
    """A Ray whose processes are late a few times."""

    def __init__(self, late: int) -> None:
        self.late = late
        self.begun = 0

    def init(self, **options: object) -> None:
        if self.late:
            self.late -= 1
            raise Exception("The current node timed out during startup")
        self.begun += 1

    def shutdown(self) -> None:
        pass

    def remote(self, **options: object) -> Callable[[type], Mock]:
        return lambda kind: Mock()


def test_ray_is_given_a_second_chance_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = LateRay(late=1)
    monkeypatch.setattr(ray_workers, "_ray", lambda: ray)
    with ray_workers.RayWorkers(deaf_when_fast, 2):
        assert ray.begun == 1


def test_a_ray_that_never_starts_is_told_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_workers, "_ray", lambda: LateRay(late=99))
    with (
        pytest.raises(SweepError, match="timed out during startup") as told,
        ray_workers.RayWorkers(deaf_when_fast, 2),
    ):
        pass
    assert "--workers 1" in str(told.value)


def test_two_workers_come_to_the_same(file: Path) -> None:
    pytest.importorskip("ray").cloudpickle.register_pickle_by_value(stand_in)
    run(order(file, workers="2", repeat=1))
    found = {json.dumps(row["values"]): row["verdict"] for row in rows(file)}
    assert len(found) == 6
    assert sorted(found.values()) == ["failed"] * 4 + ["passed"] * 2
