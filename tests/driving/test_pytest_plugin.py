"""`pytest some.scenario.yaml` as a user of the package calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
WARMER = f"""\
name: Warmer
seed: 4
turns:
  - type: set the temperature to twenty four degrees
    expect:
      signals: {{{TEMPERATURE}: 24}}
      reply: twenty|24
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "cabin_agent.pytest_plugin", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_scenarios_beside_other_tests(folder: Path) -> None:
    wrong = WARMER.replace("Warmer", "Wrong").replace(": 24}", ": 28}").replace("twenty|24", "cold")
    (folder / "good.scenario.yaml").write_text(WARMER, encoding="utf-8")
    (folder / "wrong.scenario.yaml").write_text(wrong, encoding="utf-8")
    (folder / "test_other.py").write_text("def test_it():\n    assert True\n", encoding="utf-8")
    ended = call(folder, "--scenario-report", "out", "--junit-xml", "all.xml")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "1 failed, 2 passed" in ended.stdout
    assert f"wrong.scenario.yaml:6: {TEMPERATURE}: wanted 28, got 24" in ended.stdout
    assert "wrong.scenario.yaml:7: reply: wanted /cold/, got Driver temp" in ended.stdout
    assert "understood climate.temperature_set; replied “Driver temperature" in ended.stdout
    assert "cabin-agent simulate wrong.scenario.yaml --html report.html" in ended.stdout
    assert "Traceback" not in ended.stdout
    verdicts = json.loads((folder / "out" / "verdict.json").read_text())
    assert [each["scenario"] for each in verdicts["runs"]] == ["Warmer", "Wrong"]
    assert "data:audio/mpeg" in (folder / "out" / "report.html").read_text()
    assert 'name="Wrong"' in (folder / "all.xml").read_text()


def test_a_file_that_is_wrong_is_an_error_with_its_line(folder: Path) -> None:
    (folder / "x.scenario.yaml").write_text("name: x\nturn: []\n", encoding="utf-8")
    ended = call(folder)
    assert ended.returncode == 2
    assert "x.scenario.yaml:2:1: unknown key 'turn'; did you mean 'turns'?" in ended.stdout
    assert "Traceback" not in ended.stdout
