"""How long a network learns, and how fast at each moment."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

WARM_UP = 0.08


@dataclass(frozen=True, slots=True)
class Budget:
    """So many batches, or minutes if those are over first: a busy machine learns less, but the
    learning rate comes down in time."""

    batches: int
    minutes: float
    began: float = field(default_factory=time.perf_counter)

    def spent(self, batches: int) -> float:
        """The share that is used up, 0..1."""
        minutes = (time.perf_counter() - self.began) / 60.0
        return min(1.0, max(batches / self.batches, minutes / self.minutes))


def pace(spent: float) -> float:
    """The learning rate relative to the fastest: up at first, then down along a cosine."""
    if spent < WARM_UP:
        return 0.05 + 0.95 * spent / WARM_UP
    left = (1.0 - spent) / (1.0 - WARM_UP)
    return 0.5 - 0.5 * math.cos(math.pi * left) + 1e-3
