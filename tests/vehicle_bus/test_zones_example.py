"""The example with three processes, started by its one command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("zenoh")

ROOT = Path(__file__).parents[2]


def test_three_processes_one_of_which_dies_and_comes_back() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.zone_controllers"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.splitlines()
    assert told[0] == "there: climate, left_door"
    assert any("IsLocked = False: Refused: " in line for line in told)
    assert any("Window.Position = 0: NoProvider: " in line for line in told)
    assert any("Window.Position = 25, " in line for line in told)
    assert told[-1].endswith(" 0 signals lost")
