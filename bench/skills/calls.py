"""What a call costs inside and isolated, and how soon a failure is answered."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from bench.skills import made
from cabin_agent.sdk import registry
from cabin_agent.sdk.isolation.supervision import FIRST_PAUSE_S
from cabin_agent.sdk.loader import Loader, Rules
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status

NAME = "made"
CALLS = 500
FAILURES = 2
MARGIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Called:
    """Milliseconds from the step to its outcome."""

    inside_ms: list[float]
    isolated_ms: list[float]
    hang_ms: list[float]
    crash_ms: list[float]
    again_ms: list[float]


async def measure(folder: Path) -> Called:
    """The same skill in both places: it reads a signal and writes one."""
    skills = folder / "skills"
    made.write(skills, NAME)
    inside = await TestCar.parked(registry.load([skills]))
    rules = Rules(folder / "home", (skills,), allow_unsigned=True, built_in=False, packages=False)
    loader = Loader(rules)
    try:
        isolated = await TestCar.parked(loader.load())
        await _call(isolated)
        pairs = [(await _call(inside), await _call(isolated)) for _ in range(CALLS)]
        hang, hung_again = await _failures(isolated, "hang", before=0)
        crash, crashed_again = await _failures(isolated, "crash", before=FAILURES)
    finally:
        loader.close()
    return Called(
        [ours for ours, _ in pairs],
        [theirs for _, theirs in pairs],
        hang,
        crash,
        hung_again + crashed_again,
    )


async def _call(car: TestCar, words: str = "", name: str = "start") -> float:
    await car.wait(1.0)  # the bus lets nobody ask more often than so many times a second
    began = time.perf_counter()
    result = await car.ask(f"{NAME}.{name}", words=words)
    spent = (time.perf_counter() - began) * 1000.0
    if not words and result.outcome.status is not Status.DONE:
        raise RuntimeError(f"a call failed while it was timed: {result.outcome.error}")
    return spent


async def _failures(car: TestCar, words: str, before: int) -> tuple[list[float], list[float]]:
    """Times to the apology, and of the next call after the pause; `before`: failures so far. All
    together are fewer than end in quarantine."""
    answered, again = [], []
    for number in range(before, before + FAILURES):
        answered.append(await _call(car, words, "stop"))
        await asyncio.sleep(FIRST_PAUSE_S * 2**number + MARGIN_S)
        again.append(await _call(car))
    return answered, again
