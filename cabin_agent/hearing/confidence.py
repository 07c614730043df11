"""How likely an utterance was heard right, from Vosk's confidences in its words.

Vosk's numbers are posteriors of its own lattice: too sure by far when everything in the lattice is
wrong. `training.speech.calibrate` fits a logistic curve on speech that the model was not trained
on and writes it beside the model's other settings; a model without one is believed as it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cabin_agent.hearing.models import ModelError

FILE = "conf/confidence.json"
CERTAIN = 1e-3
"""Confidences are taken as at least this far from 0 and 1."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The log-odds that all words are right: `offset` + `weakest` times the log-odds of the least
    sure word + `mean` times those of the mean."""

    offset: float = 0.0
    weakest: float = 0.0
    mean: float = 1.0

    @classmethod
    def of(cls, directory: Path) -> Calibration:
        """The one in a model's directory, or none; raises ModelError if it can't be read."""
        file = directory / FILE
        if not file.is_file():
            return cls()
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ModelError(f"{file}: {error}", "delete it, or calibrate again") from None

    def right(self, words: Sequence[float]) -> float:
        """The probability, 0..1, that an utterance with these word confidences is right; 1 for
        nothing heard."""
        if not words:
            return 1.0
        mean = sum(words) / len(words)
        odds = self.offset + self.weakest * log_odds(min(words)) + self.mean * log_odds(mean)
        return 1.0 / (1.0 + math.exp(-odds))


def log_odds(confidence: float) -> float:
    """The logarithm of p / (1 - p), away from the ends."""
    clipped = min(max(confidence, CERTAIN), 1.0 - CERTAIN)
    return math.log(clipped / (1.0 - clipped))
