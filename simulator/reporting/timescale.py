"""Seconds -> places along a chart."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class Tick:
    left: float
    label: str


@dataclass(frozen=True, slots=True)
class Timescale:
    """From `start` to `end` seconds, drawn from left to right. Places are percent of the width."""

    start: float
    end: float

    def left(self, at: float) -> float:
        """Where `at` is; what lies outside is at the border."""
        return round(self._share(at), 3)

    def width(self, start: float, end: float) -> float:
        """How wide the time from `start` to `end` is."""
        return round(self._share(end) - self._share(start), 3)

    def ticks(self, zero: float = 0.0) -> tuple[Tick, ...]:
        """Round moments; they are counted from `zero`."""
        span = self.end - self.start
        step = next((step for step in STEPS if span / step <= MOST_TICKS), STEPS[-1])
        first = -int((zero - self.start) / step + 1e-9)
        last = int((self.end - zero) / step + 1e-9)
        moments = [(number * step, zero + number * step) for number in range(first, last + 1)]
        return tuple(Tick(self.left(at), clock(shown)) for shown, at in moments)

    def _share(self, at: float) -> float:
        share = (at - self.start) / max(self.end - self.start, 1e-9)
        return 100 * min(max(share, 0.0), 1.0)


def clock(seconds: float) -> str:
    """`0.5 s`, `12 s`, `2:05`, `1:02:05`"""
    if abs(seconds) < 100:
        return f"{seconds:g} s" if seconds == round(seconds, 1) else f"{seconds:.1f} s"
    minutes, rest = divmod(round(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
    return f"-{text}" if seconds < 0 else text
