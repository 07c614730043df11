"""A signal over the run as a lane of the chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.reporting.timescale import Timescale
from simulator.scenario import show
from simulator.signal_history import Point, is_number
from simulator.signal_names import leaf, pattern, short
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Scalar

WIDTH = 1000
HEIGHT = 100
MARGIN = 6
COLUMNS = 800
UNITS = {"percent": "%", "Celsius": "°C", "degrees": "°", "m/s^2": "m/s²"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A value that was held, from `left` on, `width` wide (percent)."""

    left: float
    width: float
    text: str
    on: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """Either `line`, SVG points in a box of `WIDTH` x `HEIGHT` between `low` and `high`, or
    `segments`. It stands for all of `paths`, which went the same way."""

    paths: tuple[str, ...]
    label: str
    unit: str
    first: str
    last: str
    low: float = 0.0
    high: float = 0.0
    line: str = ""
    segments: tuple[Segment, ...] = ()


def lanes(
    paths: Iterable[str],
    signals: Mapping[str, tuple[Point, ...]],
    scale: Timescale,
    catalogue: Catalogue,
) -> tuple[Lane, ...]:
    """The lanes of `paths` in their order; the same signal of several places is one where it went
    the same way."""
    alike: dict[tuple[str, int, tuple[Point, ...]], list[str]] = {}
    for path in paths:
        alike.setdefault((leaf(path), path.count("."), signals[path]), []).append(path)
    return tuple(
        _lane(tuple(group), points, scale, catalogue) for (*_, points), group in alike.items()
    )


def _lane(
    paths: tuple[str, ...], points: Sequence[Point], scale: Timescale, catalogue: Catalogue
) -> Lane:
    unit = catalogue[paths[0]].unit if paths[0] in catalogue else ""
    label = short(paths[0]) if len(paths) == 1 else f"{short(pattern(paths))} ×{len(paths)}"
    named = Lane(paths, label, UNITS.get(unit, unit), show(points[0][1]), show(points[-1][1]))
    numbers = [(at, float(value)) for at, value in points if is_number(value)]
    if len(numbers) < len(points):
        return replace(named, segments=_segments(points, scale))
    low, high = min(v for _, v in numbers), max(v for _, v in numbers)
    return replace(named, low=low, high=high, line=polyline(numbers, scale, low, high))


def polyline(
    numbers: Sequence[tuple[float, float]], scale: Timescale, low: float, high: float
) -> str:
    """SVG points; more than can be seen are thinned to the extremes of each column."""
    span, room = (high - low) or 1.0, HEIGHT - 2 * MARGIN
    return " ".join(
        f"{scale.left(at) * WIDTH / 100:.1f},{HEIGHT - MARGIN - (value - low) / span * room:.1f}"
        for at, value in _thinned(numbers, scale)
    )


def chosen(signals: Mapping[str, object], wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """(what to show at once: the speed and what is `wanted`, in that order; the rest)"""
    first = dict.fromkeys(("Vehicle.Speed", *wanted))
    shown = [path for path in first if path in signals]
    return shown, [path for path in signals if path not in first]


def _segments(points: Sequence[Point], scale: Timescale) -> tuple[Segment, ...]:
    ends = [at for at, _ in points[1:]] + [scale.end]
    held: list[tuple[float, float, Scalar]] = []
    for (at, value), end in zip(points, ends, strict=True):
        if held and held[-1][2] == value:
            held[-1] = (held[-1][0], end, value)
        else:
            held.append((at, end, value))
    return tuple(
        Segment(scale.left(at), scale.width(at, end), show(value), value not in (False, "", "NONE"))
        for at, end, value in held
    )


def _thinned(
    numbers: Sequence[tuple[float, float]], scale: Timescale
) -> Sequence[tuple[float, float]]:
    if len(numbers) <= 3 * COLUMNS:
        return numbers
    columns: dict[int, list[tuple[float, float]]] = {}
    for point in numbers:
        columns.setdefault(int(scale.left(point[0]) * COLUMNS / 100), []).append(point)
    kept: list[tuple[float, float]] = []
    for points in columns.values():
        ends = {
            points[0],
            min(points, key=lambda point: point[1]),
            max(points, key=lambda point: point[1]),
            points[-1],
        }
        kept += sorted(ends)
    return kept
