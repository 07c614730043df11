"""Few points, and every value within the tolerance of the line between them."""

from __future__ import annotations

import itertools
import random

import pytest

from simulator.signal_history import (
    ABSOLUTE_TOLERANCE,
    RELATIVE_TOLERANCE,
    Point,
    SignalHistory,
)

STEP = 0.1


def kept(values: list[float], first: float = 0.0) -> tuple[Point, ...]:
    """What is kept of `values`, one every step, told only where they change."""
    history = SignalHistory(STEP)
    history.begin({"x": first})
    last = first
    for number, value in enumerate(values, 1):
        if value != last:
            history.note({"x": value}, round(number * STEP, 4))
            last = value
    return history.series(round(len(values) * STEP, 4))["x"]


def between(points: tuple[Point, ...], at: float) -> float:
    for (start, low), (end, high) in itertools.pairwise(points):
        if start <= at <= end and end > start:
            return float(low) + (float(high) - float(low)) * (at - start) / (end - start)
    raise AssertionError(f"{at} is not covered")


@pytest.mark.parametrize("seed", range(20))
def test_every_value_is_near_the_line(seed: int) -> None:
    rng = random.Random(seed)
    values, value = [], 0.0
    for number in range(1, 600):
        match number // 60 % 4:
            case 0:
                value += 1.3
            case 1:
                value += rng.uniform(-1, 1)
            case 3 if rng.random() < 0.05:
                value = rng.uniform(0, 100)
        value = round(value, 1)
        values.append(value)
    points = kept(values)
    assert [at for at, _ in points] == sorted(at for at, _ in points)
    for number, value in enumerate(values, 1):
        tolerance = max(ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE * abs(value))
        assert between(points, round(number * STEP, 4)) == pytest.approx(value, abs=tolerance)


def test_a_ramp_is_two_points() -> None:
    assert kept([float(n) for n in range(1, 200)]) == ((0.0, 0.0), (19.9, 199.0))


def test_a_jump_after_rest_keeps_both_sides() -> None:
    assert kept([21.0] * 49 + [24.0] * 50, 21.0) == (
        (0.0, 21.0),
        (pytest.approx(4.9), 21.0),
        (5.0, 24.0),
        (9.9, 24.0),
    )


def test_an_hour_of_driving_is_small() -> None:
    assert len(kept([abs(60 - n * 0.02 % 120) for n in range(36_000)])) < 100


def test_other_values_keep_every_change() -> None:
    history = SignalHistory(STEP)
    history.begin({"gear": "P", "unchanged": 1})
    history.note({"gear": "D", "new": True}, 2.0)
    history.note({"gear": "P"}, 2.1)
    assert history.series(9.0) == {
        "gear": ((0.0, "P"), (2.0, "D"), (2.1, "P"), (9.0, "P")),
        "new": ((2.0, True), (9.0, True)),
    }
