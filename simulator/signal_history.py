"""How every signal went over a run, in few points.

A number keeps the corners of a line that stays within a tolerance of every value it had (swinging
door trending, Bristol 1987): an hour at 10 Hz becomes some hundred points. Everything else keeps
each change, and holds its value in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from vehicle_bus.values import Scalar

RELATIVE_TOLERANCE = 0.005
ABSOLUTE_TOLERANCE = 0.15
"""Above the 0.1 to which a car's signals are rounded, so that slow glides are no stairs."""

Point = tuple[float, Scalar]


class SignalHistory:
    """Collects what a car published every `step` seconds. Times are seconds since the start of the
    run, and never go back."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._first: dict[str, Scalar] = {}
        self._lines: dict[str, _Line | _Steps] = {}

    def begin(self, values: Mapping[str, Scalar]) -> None:
        """The values at second 0."""
        self._first = dict(values)

    def note(self, changes: Mapping[str, Scalar], now: float) -> None:
        """What has changed at `now`."""
        for path, value in changes.items():
            line = self._lines.get(path)
            if line is None:
                line = self._lines[path] = _Line(self._step) if is_number(value) else _Steps()
                if path in self._first:
                    line.add(0.0, self._first[path])
            line.add(now, value)

    def series(self, until: float) -> dict[str, tuple[Point, ...]]:
        """The points of each path that changed, in the order of paths; the last is at `until`."""
        return {path: self._lines[path].points(until) for path in sorted(self._lines)}


def is_number(value: Scalar | None) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(slots=True)
class _Steps:
    """Each change of a value that has no in-between."""

    _points: list[Point] = field(default_factory=list)

    def add(self, now: float, value: Scalar) -> None:
        self._points.append((now, value))

    def points(self, until: float) -> tuple[Point, ...]:
        return _held(self._points, until)


@dataclass(slots=True)
class _Line:
    """The corners of a number's line, and the last point, which may not be one.

    `_rise` and `_fall` are the doors: every slope between them passes all points since the last
    corner within the tolerance.
    """

    step: float
    _corners: list[Point] = field(default_factory=list)
    _last: Point = (0.0, 0.0)
    _rise: float = float("-inf")
    _fall: float = float("inf")

    def add(self, now: float, value: Scalar) -> None:
        if not self._corners:
            self._turn((now, value))
            return
        before = now - self.step
        if before > self._last[0] + self.step / 2:
            self._follow((before, self._last[1]))
        self._follow((now, value))

    def points(self, until: float) -> tuple[Point, ...]:
        beyond = [] if self._last == self._corners[-1] else [self._last]
        return _held([*self._corners, *beyond], until)

    def _follow(self, point: Point) -> None:
        (at, corner), (now, value) = self._corners[-1], point
        if now <= at:
            self._turn(point)
            return
        here, span = float(value), now - at
        tolerance = max(ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE * abs(here)) / 2
        self._rise = max(self._rise, (here - tolerance - float(corner)) / span)
        self._fall = min(self._fall, (here + tolerance - float(corner)) / span)
        if self._rise > self._fall:
            self._turn(self._last)
            self._follow(point)
            return
        self._last = point

    def _turn(self, corner: Point) -> None:
        self._corners.append(corner)
        self._last = corner
        self._rise, self._fall = float("-inf"), float("inf")


def _held(points: list[Point], until: float) -> tuple[Point, ...]:
    """`points`, the last value held until `until`."""
    at, value = points[-1]
    return (*points, (until, value)) if until > at else tuple(points)
