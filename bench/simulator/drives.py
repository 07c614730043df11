"""Drives of a given length, and how long they take."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from bench.bus.served import one_core
from cabin_agent.config import Config
from cabin_agent.driving import driving_in_virtual_time
from simulator.report import Report
from simulator.run_events import ignore
from simulator.scenario import Scenario, loads

RUNS = 3
SPEEDS = (50, 100, 130, 30)
DEGREES = ("nineteen", "twenty", "twenty one", "twenty two")
VOICES = ("ben", "anna", "leo", "clara")


@dataclass(frozen=True, slots=True)
class Timed:
    report: Report
    wall_s: float
    cpu_s: float

    @property
    def simulated_s(self) -> float:
        return self.report.seconds

    @property
    def speedup(self) -> float:
        return self.report.seconds / self.wall_s

    @property
    def cpu_speedup(self) -> float:
        return self.report.seconds / self.cpu_s


def typed(minutes: int) -> Scenario:
    """Each minute another speed and something typed."""
    drive = [f"- {{at: {60 * n}, speed: {SPEEDS[n % 4]}}}" for n in range(minutes)]
    turns = [
        f"- {{at: {60 * n + 58}, type: set the temperature to {DEGREES[n % 4]} degrees}}"
        for n in range(minutes)
    ]
    return _scenario("typed", drive, turns)


def spoken(turns: int) -> Scenario:
    """At 80 km/h a sentence of some driver every ten seconds."""
    said = [
        f"- {{at: {10 * n + 3}, voice: {VOICES[n % 4]}, "
        f"say: set the temperature to {DEGREES[n % 4]} degrees}}"
        for n in range(turns)
    ]
    return _scenario("spoken", ["- {at: 0, speed: 80}"], said)


def timed(scenario: Scenario) -> list[Timed]:
    """`RUNS` drives on one core, after one to warm up."""
    with one_core():
        return asyncio.run(_timed(scenario))


async def _timed(scenario: Scenario) -> list[Timed]:
    runs = []
    async with driving_in_virtual_time(Config()) as drive:
        for _ in range(RUNS + 1):
            wall, cpu = time.perf_counter(), time.process_time()
            report = await drive(scenario, ignore, asyncio.Event())
            runs.append(Timed(report, time.perf_counter() - wall, time.process_time() - cpu))
    return runs[1:]


def _scenario(name: str, drive: list[str], turns: list[str]) -> Scenario:
    return loads("\n".join([f"name: {name}", "drive:", *drive, "turns:", *turns]))
