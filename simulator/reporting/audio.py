"""Sound inside a page: MP3, which every browser and phone plays, as a data URI; and its outline."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
import soundfile

FORMAT = "MP3"
ENCODING = "MPEG_LAYER_III"
COMPRESSION = 0.7
COLUMNS = 300
FLOOR = 0.02
"""Of full scale: quieter sound is not drawn any larger."""


@dataclass(frozen=True, slots=True)
class Clip:
    """`uri` for an `<audio>`; `outline`: an SVG path in a box of 300 x 2, around height 1."""

    uri: str
    outline: str
    seconds: float


def clip(pcm: bytes, sample_rate: int) -> Clip:
    """Signed 16-bit little-endian mono sound (at least one sample) as a clip."""
    samples = np.frombuffer(pcm, dtype="<i2")
    file = io.BytesIO()
    soundfile.write(
        file, samples, sample_rate, ENCODING, format=FORMAT, compression_level=COMPRESSION
    )
    uri = "data:audio/mpeg;base64," + base64.b64encode(file.getvalue()).decode()
    return Clip(uri, outline(samples / 32768.0), len(samples) / sample_rate)


def outline(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """The peaks of `samples` (-1..1), mirrored around height 1, as an SVG path."""
    columns = np.array_split(np.abs(samples), min(COLUMNS, len(samples)))
    peaks = np.array([float(column.max()) for column in columns])
    peaks = peaks / max(float(peaks.max()), FLOOR)
    step = COLUMNS / len(peaks)
    upper = [f"{n * step:.1f} {1 - peak:.2f}" for n, peak in enumerate(peaks)]
    lower = [f"{n * step:.1f} {1 + peak:.2f}" for n, peak in enumerate(peaks)]
    return "M" + "L".join(upper + lower[::-1]) + "Z"
