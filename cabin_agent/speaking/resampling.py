"""A sentence from the engine's sample rate to ours."""

from __future__ import annotations

from math import gcd

import numpy as np


def resample(pcm: bytes, rate: int, wanted: int) -> bytes:
    """`pcm` (s16le mono, `rate` Hz) at `wanted` Hz, its length rounded up to a common multiple.

    By cutting or padding the spectrum: exact for band-limited sound that begins and ends silent,
    as a spoken sentence does.
    """
    if rate == wanted or not pcm:
        return pcm
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    common = gcd(rate, wanted)
    blocks = -(-len(samples) // (rate // common))
    length, new_length = blocks * (rate // common), blocks * (wanted // common)
    spectrum = np.fft.rfft(samples, length)
    new = np.fft.irfft(spectrum[: new_length // 2 + 1], new_length) * (new_length / length)
    return bytes(np.clip(np.rint(new), -32768, 32767).astype("<i2").tobytes())
