"""Which moment on the clock a sample was spoken at."""

from __future__ import annotations

from cabin_agent.hearing.frames import SAMPLE_RATE
from vehicle_bus.values import Clock

GAP_S = 0.5
"""A later arrival than this, while nobody speaks, is a pause of the client and not a delay."""


class Timeline:
    """Places samples on the clock by the earliest arrival seen.

    A chunk that arrives late (network, or we were busy) was not spoken late: its samples follow the
    others at the sample rate. A chunk that arrives early proves that all were spoken earlier.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._samples = 0
        self._origin: float | None = None

    def arrived(self, samples: int, quiet: bool) -> None:
        """`samples` more have just come in; `quiet`: nobody is speaking."""
        self._samples += samples
        origin = self._clock() - self._samples / SAMPLE_RATE
        late = 0.0 if self._origin is None else origin - self._origin
        if self._origin is None or late < 0.0 or (quiet and late > GAP_S):
            self._origin = origin

    def at(self, sample: int) -> float:
        """When sample number `sample` of the stream was spoken, in seconds on the clock."""
        return (self._origin or 0.0) + sample / SAMPLE_RATE
