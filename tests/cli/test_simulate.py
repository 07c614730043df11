"""`cabin-agent simulate` as a person and a CI system call it."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from harness_cli import Run

from cabin_agent.local_head_unit import LocalSeatLine

TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
GOOD = f"""\
name: Warmer
seed: 4
turns:
  - type: set the temperature to twenty four degrees
    expect: {{signals: {{{TEMPERATURE}: 24}}}}
"""
BAD = GOOD.replace("name: Warmer", "name: Wrong").replace(": 24}", ": 28}")
LONG = GOOD + "  - {at: 36000, type: open my window}\n"


@pytest.fixture
def run(run: Run) -> Run:
    """Run `cabin-agent simulate`."""
    return functools.partial(run, "simulate")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.scenario.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.scenario.yaml").write_text(BAD, encoding="utf-8")
    return tmp_path


def test_one_scenario_shows_its_trace_and_its_seed(run: Run, folder: Path) -> None:
    status, out, _ = run(folder / "good.scenario.yaml")
    assert status == 0
    assert "Warmer, seed 4" in out
    assert "understood  act: climate.temperature_set" in out
    assert "PASSED: 1 of 1 turns" in out


def test_several_show_a_line_each_and_what_is_broken_where(run: Run, folder: Path) -> None:
    status, out, _ = run(folder)
    assert status == 1
    assert "✔ Warmer" in out
    wrong = folder / "bad.scenario.yaml"
    assert f"{wrong}:5: {TEMPERATURE}: wanted 28, got 24" in out
    assert "FAILED: 1 of 2 scenarios" in out


def test_everything_is_written_into_a_folder(run: Run, folder: Path) -> None:
    out = folder / "out"
    status, said, _ = run(folder, "--out", out, "--seed", 9)
    assert status == 1
    document = json.loads((out / "verdict.json").read_text())
    assert [each["passed"] for each in document["runs"]] == [False, True]
    assert {each["seed"] for each in document["runs"]} == {9}
    suites = ElementTree.parse(out / "junit.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    assert "data:audio/mpeg" in (out / "report.html").read_text()
    made = json.loads((out / "run.json").read_text())
    assert made["clock"] == "virtual"
    assert all(each["wall_s"] > 0 for each in made["runs"])
    assert [path.name for path in (out / "002-good").iterdir()] == ["01-reply.wav"]
    assert str(out / "report.html") in said


def test_the_same_run_twice_is_the_same_verdict_file(run: Run, folder: Path) -> None:
    files = [folder / "first.json", folder / "second.json"]
    for file in files:
        run(folder / "good.scenario.yaml", "--json", file, "--quiet")
    first, second = (file.read_bytes() for file in files)
    assert first == second


def test_wrong_files_are_all_told_before_anything_is_driven(run: Run, folder: Path) -> None:
    (folder / "a.scenario.yaml").write_text("name: a\nturn: []\n", encoding="utf-8")
    status, out, err = run(folder)
    assert status == 2
    assert "a.scenario.yaml:2:1: unknown key 'turn'; did you mean 'turns'?" in err
    assert "Warmer" not in out


def test_an_assistant_that_crashes_leaves_a_report(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(self: LocalSeatLine) -> None:
        raise ZeroDivisionError("mended soon")

    monkeypatch.setattr(LocalSeatLine, "_collect", crash)
    status, out, _ = run(folder, "--json", folder / "verdict.json")
    assert status == 1
    assert "the assistant failed: ZeroDivisionError: mended soon" in out
    document = json.loads((folder / "verdict.json").read_text())
    assert [each["aborted"][:20] for each in document["runs"]] == ["the assistant failed"] * 2


def test_ctrl_c_writes_what_there_is(folder: Path) -> None:
    (folder / "long.scenario.yaml").write_text(LONG, encoding="utf-8")
    verdict = folder / "verdict.json"
    command = [sys.executable, "-u", "-m", "cabin_agent", "simulate", "--trace"]
    files = [folder / "long.scenario.yaml", folder / "good.scenario.yaml", "--json", verdict]
    with subprocess.Popen([*command, *map(str, files)], stdout=subprocess.PIPE, text=True) as car:
        assert car.stdout is not None
        for line in car.stdout:
            if "24 at" in line:
                car.send_signal(signal.SIGINT)
                break
        rest = car.stdout.read()
    assert car.returncode == 1
    assert "stopped by hand" in rest
    assert "1 not driven" in rest
    document = json.loads(verdict.read_text())
    assert document["aborted"] == "stopped by hand"
    assert document["turns"][0]["passed"]


def test_a_service_that_dies_in_the_middle_leaves_a_report(folder: Path) -> None:
    (folder / "long.scenario.yaml").write_text(LONG, encoding="utf-8")
    verdict = folder / "verdict.json"
    serve = [sys.executable, "-u", "-m", "cabin_agent", "serve", "--port", "0", "--no-kuksa"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        target = next(line for line in service.stdout if "listens on" in line)
        target = target.split("listens on ")[1].split()[0]
        command = [sys.executable, "-u", "-m", "simulator", "--target", target]
        command += [str(folder / "long.scenario.yaml"), "--json", str(verdict)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as car:
            assert car.stdout is not None
            for line in car.stdout:
                if "24 at" in line:
                    break
            os.kill(service.pid, signal.SIGKILL)
            began = time.monotonic()
            assert "FAILED" in car.stdout.read()
    assert car.returncode == 1
    assert time.monotonic() - began < 20
    document = json.loads(verdict.read_text())
    assert target in document["aborted"]
    assert document["turns"][0]["passed"]


def test_in_real_time_through_a_service_of_its_own(run: Run, folder: Path) -> None:
    status, out, _ = run(folder / "good.scenario.yaml", "--wall", "--out", folder / "out")
    assert status == 0, out
    made = json.loads((folder / "out" / "run.json").read_text())
    assert made["clock"] == "the wall's, a service of its own"
    assert made["runs"][0]["speedup"] < 2


KILLED = """\
name: Killed and back
patience: 2
turns:
- at: 1
  type: set the temperature to twenty four degrees
  expect: {signals: {Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature: 24}, within: 10}
- {at: 5, type: open my window, expect: {unanswered: true, no_change: true}}
- at: 9
  type: set the temperature to ${degrees} degrees
  expect: {signals: {Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature: "${degrees}"}, within: 10}
parameters: {degrees: {one_of: [17, 19]}}
faults:
- {at: 4, for: 4, service: killed}
checks:
- {at: 7, signals: {Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature: 24}}
"""


def test_a_real_service_is_killed_and_started_again(run: Run, folder: Path) -> None:
    file = folder / "killed.scenario.yaml"
    file.write_text(KILLED, encoding="utf-8")
    status, out, _ = run(file, "--wall", "--set", "degrees=19", "--json", folder / "verdict.json")
    assert status == 0, out
    assert "degrees 19" in out
    document = json.loads((folder / "verdict.json").read_text())
    told = [each["text"] for each in document["happenings"]]
    assert told == ["service killed", "over: service killed"]
    assert document["parameters"] == {"degrees": 19}
    assert document["turns"][1]["heard"] == ""


def test_a_parameter_that_is_none_is_told(run: Run, folder: Path) -> None:
    status, _, err = run(folder / "good.scenario.yaml", "--set", "speed=3")
    assert status == 2
    assert "no parameter 'speed' can be set" in err
