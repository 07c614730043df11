"""Silero VAD: what it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
