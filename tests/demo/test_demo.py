"""The scenarios in virtual time: every expectation holds, and twice the same."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cabin_agent.config import Config
from cabin_agent.driving import driving_in_virtual_time
from simulator.report import Report
from simulator.reporting.verdict import as_json
from simulator.runner import ignore
from simulator.scenario import load

SCENARIOS = Path(__file__).parents[2] / "simulator" / "scenarios"


async def drive(*names: str) -> list[Report]:
    async with driving_in_virtual_time(Config()) as way:
        return [await way(load(SCENARIOS / name), ignore, asyncio.Event()) for name in names]


@pytest.mark.parametrize("name", sorted(p.name for p in SCENARIOS.glob("*.scenario.yaml")))
async def test_every_scenario_holds(name: str) -> None:
    (report,) = await drive(name)
    assert not report.aborted
    missed = [check for turn in report.turns for check in turn.checks if not check.held]
    assert report.passed, [str(check) for check in missed]


async def test_the_same_seed_gives_the_same_bytes_whatever_ran_before() -> None:
    motorway = "motorway.scenario.yaml"
    once, _, again = await drive(motorway, "typed.scenario.yaml", motorway)
    assert as_json(once) == as_json(again)
    (alone,) = await drive(motorway)
    assert as_json(once) == as_json(alone)
