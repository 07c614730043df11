"""Vocal tracts drawn at random are variants that espeak-ng reads."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from training.speech.espeak_tracts import KLATT, Tracts, variant
from training.speech.synthesis import espeak


def test_variants_differ_and_leave_the_test_voices_synthesiser_alone() -> None:
    drawn = [variant(random.Random(seed)) for seed in range(200)]
    assert len(set(drawn)) == 200
    kinds = {line for text in drawn for line in text.splitlines() if line.startswith("klatt")}
    assert kinds == {f"klatt {kind}" for kind in KLATT}


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_espeak_speaks_with_the_tract_that_was_drawn(tmp_path: Path) -> None:
    tracts, rng = Tracts(tmp_path), random.Random(2)
    spoken = []
    for _ in range(2):
        voice = "en-us" + tracts.another(rng)
        samples, rate = espeak("open the window", voice, 160, 50, tracts.data)
        assert 0.5 < len(samples) / rate < 3.0
        spoken.append(samples)
    plain, _ = espeak("open the window", "en-us", 160, 50)
    others = [spoken[1], plain]
    assert all(len(spoken[0]) != len(s) or abs(spoken[0] - s).max() > 0.05 for s in others)
