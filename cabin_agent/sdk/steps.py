"""Relative changes: how far "a bit", nothing said and "a lot" go, and where they end."""

from __future__ import annotations

from dataclasses import dataclass

from cabin_agent.turn import Degree


@dataclass(frozen=True, slots=True)
class Steps:
    """The size of a change by degree, and the limits, all in the signal's unit.

    A value outside the limits is left where it is by a step away from them.
    """

    small: float
    plain: float
    large: float
    low: float
    high: float

    def up(self, current: float, degree: Degree, by: float | None = None) -> float:
        """The value above `current`: `by` more if that was said."""
        if degree is Degree.MAX:
            return self.high
        if degree is Degree.MIN:
            return self.low
        return max(current, self.clipped(current + self._size(degree, by)))

    def down(self, current: float, degree: Degree, by: float | None = None) -> float:
        """The value below `current`; "all the way down" is the lowest."""
        if degree in (Degree.MAX, Degree.MIN):
            return self.low
        return min(current, self.clipped(current - self._size(degree, by)))

    def limit(self, degree: Degree) -> float | None:
        """Where "all the way" and "the lowest" go; None for any other degree."""
        return {Degree.MAX: self.high, Degree.MIN: self.low}.get(degree)

    def clipped(self, value: float) -> float:
        return min(self.high, max(self.low, value))

    def _size(self, degree: Degree, by: float | None) -> float:
        if by is not None:
            return abs(by)
        return {Degree.SMALL: self.small, Degree.LARGE: self.large}.get(degree, self.plain)
