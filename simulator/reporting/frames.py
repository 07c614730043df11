"""What the cameras saw, as small pictures inside a page."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from PIL import Image

from simulator.report import ShownFrame
from simulator.reporting.timescale import clock

LARGEST = 320
"""Pixels along the longer side: enough to see who points where."""
QUALITY = 80


@dataclass(frozen=True, slots=True)
class FrameView:
    uri: str
    camera: str
    at: str


def frame_view(shown: ShownFrame) -> FrameView:
    """A JPEG as a data URI, and which camera saw it from when on."""
    frame = shown.frame
    picture = Image.frombytes("RGB", (frame.width, frame.height), frame.rgb)
    picture.thumbnail((LARGEST, LARGEST))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    uri = "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
    return FrameView(uri, str(frame.camera), clock(shown.at))
