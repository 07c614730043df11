"""The demo scenario in virtual time: every expectation holds, and twice the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from cabin_agent.config import Config
from cabin_agent.local import simulate
from simulator.reporting.verdict import as_json

SCENARIOS = Path(__file__).parents[2] / "simulator" / "scenarios"


@pytest.mark.parametrize("name", sorted(p.name for p in SCENARIOS.glob("*.scenario.yaml")))
async def test_every_scenario_holds(name: str) -> None:
    report = await simulate(Config(), SCENARIOS / name, Console(quiet=True))
    assert not report.aborted
    missed = [check for turn in report.turns for check in turn.checks if not check.held]
    assert report.passed, [str(check) for check in missed]


async def test_the_same_seed_gives_the_same_bytes() -> None:
    scenario = SCENARIOS / "motorway.scenario.yaml"
    once = await simulate(Config(), scenario, Console(quiet=True))
    again = await simulate(Config(), scenario, Console(quiet=True))
    assert as_json(once) == as_json(again)
