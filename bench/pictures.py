"""The picture encoders' own evaluation, for `bench understanding`: which window or seat a hand
points at (rendered frames, poses set aside), which sign it is (photographs, tracks set aside)."""

from __future__ import annotations

from collections.abc import Mapping

from bench.figures import Options
from training.vision import evaluate

QUICK = 150
REPORTED = ("pointing_accuracy", "sign_accuracy")


def measure(options: Options) -> Mapping[str, float]:
    """`pointing_accuracy` where mujoco can render, `sign_accuracy` where there are photographs."""
    rendered = QUICK if options.quick else evaluate.RENDERED
    measured = evaluate.measure(options.shared, rendered=rendered)
    for note in measured.notes:
        print(note)
    return {name: measured.figures[name] for name in REPORTED if name in measured.figures}
