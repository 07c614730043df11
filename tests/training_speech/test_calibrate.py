"""Confidences made honest; no model is needed."""

import random

from cabin_agent.hearing.confidence import Calibration
from training.speech.calibrate import Heard, calibration_error, fit


def boaster(seed: int) -> list[Heard]:
    """Says 0.95 for everything, and is right only where the weakest word is sure too."""
    draw = random.Random(seed)
    found = []
    for _ in range(600):
        weakest = draw.choice([0.5, 0.8, 0.99])
        found.append(Heard((0.99, 0.99, weakest), draw.random() < weakest**3))
    return found


def test_a_boaster_is_believed_less_after_calibration() -> None:
    found = fit(boaster(1))
    before = calibration_error(boaster(2), Calibration())
    after = calibration_error(boaster(2), found)
    assert before > 0.1
    assert after < before / 2
    assert found.right([0.99, 0.99, 0.5]) < 0.3 < 0.8 < found.right([0.99, 0.99, 0.99])
