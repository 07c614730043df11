"""Skills that the model was never trained on: understood from their phrases, before and after
`cabin-agent train`."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.shared import PARKED
from bench.suite_turns import held_back
from cabin_agent.assembly import load_registry
from cabin_agent.config import Config
from cabin_agent.understanding.session import Understander

SKILLS = Path(__file__).parent / "held_back"


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Shares of sentences whose one intent is right."""

    from_phrases: float
    after_train: float


def measure(config: Config) -> HeldBack:
    ours = replace(config, skills=(str(SKILLS),), allow_unsigned_skills=True)
    registry = load_registry(ours)
    understander = Understander.load(Path(config.understanding_model), time.monotonic)
    understander.learn(registry.phrases())
    before = _exact(understander)
    with tempfile.TemporaryDirectory() as folder:
        understander.train_plugins(Path(folder) / "head.npz")
    return HeldBack(before, _exact(understander))


def _exact(understander: Understander) -> float:
    hits = []
    for text, _, intent in held_back():
        found = understander.understand(text, PARKED).actions
        hits.append([action.intent for action in found] == [intent])
    return float(np.mean(hits))
