"""How many variants a second so many workers drive, once their models are loaded."""

from __future__ import annotations

import time
from functools import partial

from cabin_agent.config import Config
from cabin_agent.driving import driving_in_virtual_time
from simulator.sweeping.outcome import PASSED
from simulator.sweeping.ray_workers import RayWorkers
from simulator.sweeping.variants import Task

TEXT = """
name: five minutes
seed: {seed}
drive:
- {{at: 0, speed: {speed}}}
- {{at: 200, speed: 30}}
turns:
- {{at: 20, type: set the temperature to twenty degrees, expect: {{reply: "20"}}}}
- {{at: 150, type: louder please}}
- {{at: 298, type: turn on the reading light}}
"""


def variants_per_s(workers: int, count: int) -> float:
    """Drive `count` variants, those to warm up not counted. RuntimeError if one of them fails: what
    is measured would be something else."""
    way = partial(driving_in_virtual_time, Config())
    with RayWorkers(way, workers) as hands:
        list(hands.outcomes(_tasks(2 * workers)))
        began = time.perf_counter()
        outcomes = list(hands.outcomes(_tasks(count)))
        wall = time.perf_counter() - began
    if broken := [outcome for outcome in outcomes if outcome.verdict != PASSED]:
        raise RuntimeError(f"{len(broken)} of {count} variants did not pass: {broken[0]}")
    return count / wall


def _tasks(count: int) -> list[Task]:
    texts = (TEXT.format(seed=n, speed=40 + n) for n in range(count))
    return [Task(str(number), "bench", text) for number, text in enumerate(texts)]
