"""A road on the map, and where a car is on it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import asin, atan2, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

EARTH_M = 6_371_000.0


class Fix(NamedTuple):
    """Degrees; `heading` clockwise from north."""

    latitude: float
    longitude: float
    heading: float


class Route:
    """Straight lines between at least two different (latitude, longitude) points."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self._points = tuple(points)
        lengths = [_metres(a, b) for a, b in pairwise(self._points)]
        self._ends = list(accumulate(lengths))
        self._lengths = lengths

    @property
    def length(self) -> float:
        """Metres."""
        return self._ends[-1]

    def at(self, metres: float) -> Fix:
        """The place `metres` from the beginning; the end for more than its length."""
        along = min(max(metres, 0.0), self.length)
        leg = min(bisect_right(self._ends, along), len(self._lengths) - 1)
        share = (along - (self._ends[leg] - self._lengths[leg])) / self._lengths[leg]
        (lat, lon), (to_lat, to_lon) = self._points[leg], self._points[leg + 1]
        return Fix(
            lat + (to_lat - lat) * share,
            lon + (to_lon - lon) * share,
            _heading(self._points[leg], self._points[leg + 1]),
        )


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great circle, by haversines."""
    lat, other = radians(a[0]), radians(b[0])
    east = radians(b[1] - a[1])
    half = sin((other - lat) / 2) ** 2 + cos(lat) * cos(other) * sin(east / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(half))


def _heading(a: tuple[float, float], b: tuple[float, float]) -> float:
    lat, other, east = radians(a[0]), radians(b[0]), radians(b[1] - a[1])
    x = sin(east) * cos(other)
    y = cos(lat) * sin(other) - sin(lat) * cos(other) * cos(east)
    return degrees(atan2(x, y)) % 360.0
