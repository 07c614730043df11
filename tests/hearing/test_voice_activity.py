"""Silero VAD: what it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cabin_agent.hearing.frames import FRAME_S, FRAME_SAMPLES
from cabin_agent.hearing.voice_activity import VoiceActivity

COUNT_THREADS = """\
import os
from cabin_agent.hearing.frames import FRAME_BYTES
from cabin_agent.hearing.voice_activity import VoiceActivity
voice = VoiceActivity()
before = len(os.listdir("/proc/self/task"))
for _ in range(5):
    voice.feed(bytes(FRAME_BYTES))
print(len(os.listdir("/proc/self/task")) - before, os.environ.get("OMP_THREAD_LIMIT"))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_a_frame_is_computed_on_the_thread_that_asks() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", COUNT_THREADS], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["0", "None"]


def levels(noise_db: float) -> list[float]:
    """What is told of speech at -30 dB full scale after two seconds of noise, for one second."""
    draw = np.random.default_rng(2)
    before, during = round(2.0 / FRAME_S), round(1.0 / FRAME_S)
    said = iter([0.0] * before + [1.0] * during)
    voice, told = VoiceActivity(lambda _: next(said)), []
    for number in range(before + during):
        sound = draw.standard_normal(FRAME_SAMPLES) * 10 ** (noise_db / 20)
        if number >= before:
            sound += draw.standard_normal(FRAME_SAMPLES) * 10 ** (-30.0 / 20)
        pcm = (sound * 32768.0).clip(-32768, 32767).astype("<i2").tobytes()
        told.append(voice.feed(pcm).level_db)
    return told[before:]


@pytest.mark.parametrize("noise_db", [-80.0, -36.0, -30.0, -27.0])
def test_the_level_is_that_of_the_speech_without_the_noise_under_it(noise_db: float) -> None:
    assert np.allclose(levels(noise_db), -30.0, atol=1.5)


def test_speech_that_is_buried_is_not_told_as_loud_as_the_noise() -> None:
    assert max(levels(-12.0)) < -17.0
