"""How far relative changes go."""

from __future__ import annotations

import pytest

from cabin_agent.sdk import Degree, Steps

STEPS = Steps(small=1, plain=2, large=4, low=16, high=30)


@pytest.mark.parametrize(
    ("now", "degree", "by", "up", "down"),
    [
        (21, Degree.NONE, None, 23, 19),
        (21, Degree.SMALL, None, 22, 20),
        (21, Degree.LARGE, None, 25, 17),
        (21, Degree.MAX, None, 30, 16),
        (21, Degree.MIN, None, 16, 16),
        (21, Degree.SMALL, 3.5, 24.5, 17.5),
        (21, Degree.NONE, -3, 24, 18),
        (29, Degree.NONE, None, 30, 27),
        (17, Degree.NONE, None, 19, 16),
        (10, Degree.NONE, None, 16, 10),
        (40, Degree.NONE, None, 40, 30),
    ],
)
def test_steps(now: float, degree: Degree, by: float | None, up: float, down: float) -> None:
    assert STEPS.up(now, degree, by) == up
    assert STEPS.down(now, degree, by) == down
