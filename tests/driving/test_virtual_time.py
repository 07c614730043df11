"""Scenarios in virtual time: the same bytes whatever ran before."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cabin_agent.config import Config
from cabin_agent.driving import driving_in_virtual_time
from simulator.report import Report
from simulator.reporting.verdict import as_json
from simulator.runner import ignore
from simulator.scenario import load

SCENARIOS = Path(__file__).parents[2] / "simulator" / "scenarios"
MOTORWAY = "motorway.scenario.yaml"


async def drive(*names: str, spoken: bool = False) -> list[Report]:
    async with driving_in_virtual_time(Config(), spoken) as way:
        return [await way(load(SCENARIOS / name), ignore, asyncio.Event()) for name in names]


async def test_the_same_seed_gives_the_same_bytes_whatever_ran_before() -> None:
    once, _, again = await drive(MOTORWAY, "typed.scenario.yaml", MOTORWAY)
    assert once.turns[0].microphone_pcm == again.turns[0].microphone_pcm
    assert as_json(once) == as_json(again)
    (alone,) = await drive(MOTORWAY)
    assert as_json(once) == as_json(alone)


async def test_replies_can_be_listened_to_without_changing_the_verdict() -> None:
    (silent,) = await drive("typed.scenario.yaml")
    (spoken,) = await drive("typed.scenario.yaml", spoken=True)
    assert all(len(turn.reply_pcm) > turn.reply_rate for turn in spoken.turns if turn.reply)
    assert as_json(silent) == as_json(spoken)


async def test_faults_sensors_and_weather_are_the_same_every_time() -> None:
    names = ("world/evening_drive.scenario.yaml", "faults/service_killed.scenario.yaml")
    evening, killed, *again = await drive(*names, *names, *names)
    assert evening.passed
    assert killed.passed
    assert [as_json(each) for each in again] == [as_json(evening), as_json(killed)] * 2
