"""What a decision costs when plugins declare many intents."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.shared import PARKED
from cabin_agent.config import Config
from cabin_agent.understanding.session import Understander

_VERBS = "start stop open close show check order call measure record move clean".split()
_SIZES = "small large second blue outer digital mobile spare rear hidden".split()
_THINGS = (
    "kettle printer ladder fountain crane scale telescope oven pump heater sensor scanner"
).split()


def latencies(
    config: Config, texts: Sequence[str], counts: Sequence[int], phrases_each: int
) -> Mapping[int, list[float]]:
    """Milliseconds of a decision about each text, for each number of intents declared beside the
    trained ones."""
    understander = Understander.load(Path(config.understanding_model), time.monotonic)
    declared = _declared(max(counts), phrases_each)
    understander.learn(declared)
    found = {}
    for count in counts:
        understander.learn(dict(itertools.islice(declared.items(), count)))
        found[count] = [_timed(understander, text) for text in texts]
    return found


def _declared(intents: int, phrases_each: int) -> dict[str, list[str]]:
    objects = itertools.product(_VERBS, _SIZES, _THINGS)
    return {
        f"plugin{number}.run": [
            f"{verb} the {size} {thing} number {n}" for n in range(phrases_each)
        ]
        for number, (verb, size, thing) in enumerate(itertools.islice(objects, intents))
    }


def _timed(understander: Understander, text: str) -> float:
    began = time.perf_counter()
    understander.understand(text, PARKED)
    return (time.perf_counter() - began) * 1000.0
