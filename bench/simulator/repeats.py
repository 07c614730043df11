"""The same scenario again and again: how many verdict files have the very same bytes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cabin_agent.config import Config
from cabin_agent.driving import driving_in_virtual_time
from simulator.reporting.verdict import as_json
from simulator.run_events import ignore
from simulator.scenario import load

REPEATS = 20
ELSEWHERE = 2
"""Of the repeats, those in a process of their own, where sets are hashed otherwise."""
STORIES = Path(__file__).parents[2] / "simulator" / "scenarios" / "stories"
SPOKEN_AND_TYPED = STORIES / "motorway_at_night.scenario.yaml"


def identical_runs() -> int:
    """Of `REPEATS`, how many gave the bytes that most of them gave."""
    here = asyncio.run(_here(REPEATS - ELSEWHERE))
    found = [*here, *(_elsewhere(seed) for seed in range(1, ELSEWHERE + 1))]
    return max(found.count(each) for each in found)


async def _here(count: int) -> list[str]:
    scenario = load(SPOKEN_AND_TYPED)
    async with driving_in_virtual_time(Config()) as drive:
        return [as_json(await drive(scenario, ignore, asyncio.Event())) for _ in range(count)]


def _elsewhere(seed: int) -> str:
    program = "import sys; from cabin_agent.cli import main; sys.exit(main())"
    with TemporaryDirectory() as folder:
        file = Path(folder) / "verdict.json"
        words = ["simulate", str(SPOKEN_AND_TYPED), "--quiet", "--json", str(file)]
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        subprocess.run([sys.executable, "-c", program, *words], env=environment, check=False)
        return file.read_text(encoding="utf-8")
