"""The two clocks of a run: one that is moved by hand, and the one on the wall."""

from __future__ import annotations

import asyncio
import time


class VirtualClock:
    """Seconds that pass only when told to: the same run twice is the same run."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let `seconds` (>= 0) pass. Raises ValueError for a negative amount."""
        if seconds < 0:
            raise ValueError(f"a clock can't go back ({seconds} s); give seconds >= 0")
        self._now += seconds

    def rewind(self) -> None:
        """Back to 0, for the next run: a second run is then the first to the last bit."""
        self._now = 0.0

    async def until(self, moment: float) -> None:
        """Jump to `moment`, after giving other tasks of the event loop a chance to run."""
        await asyncio.sleep(0)
        self._now = max(self._now, moment)


class WallClock:
    """Real monotonic seconds, from `time.monotonic`: comparable within one machine."""

    def __call__(self) -> float:
        return time.monotonic()

    async def until(self, moment: float) -> None:
        """Sleep until `moment`; returns at once if it has passed."""
        await asyncio.sleep(max(0.0, moment - time.monotonic()))
