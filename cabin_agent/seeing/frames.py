"""A camera frame as it comes in, and the check that it can be one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from cabin_agent.errors import BadRequest

SMALLEST, LARGEST = 64, 4096
"""Pixels along an edge."""
MOST_BYTES = 4 * 1024 * 1024
"""What a frame may take in a message: gRPC's own limit."""
DARK = 6.0
"""Mean brightness (0..255) below which a picture shows nothing but noise."""
FLAT = 2.5
"""Spread of the brightness below which a picture is a covered lens or a dead sensor."""

Pixels = NDArray[np.uint8]


class Camera(StrEnum):
    CABIN = "cabin"
    ROAD = "road"


class Encoding(StrEnum):
    RGB8 = "rgb8"
    JPEG = "jpeg"
    PNG = "png"


class Blind(StrEnum):
    """Why a frame that is correct shows nothing."""

    DARK = "too dark"
    FLAT = "one colour all over"


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: `pixels` (height, width, 3) red, green, blue; `at` on the assistant's clock."""

    camera: Camera
    pixels: Pixels
    at: float

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if len(shape) != 3 or shape[2] != 3 or self.pixels.dtype != np.uint8:
            raise BadRequest(
                f"frame: {self.pixels.dtype} numbers of shape {shape}",
                "give (height, width, 3) bytes: red, green, blue",
            )
        _check_size(shape[1], shape[0])

    @property
    def blind(self) -> Blind | None:
        """Why there is nothing to be seen, or None if there may be."""
        brightness = self.pixels[::2, ::2].mean(axis=2)
        if float(brightness.mean()) < DARK:
            return Blind.DARK
        return Blind.FLAT if float(brightness.std()) < FLAT else None


def decode(encoding: Encoding, width: int, height: int, content: bytes) -> Pixels:
    """The pixels of a message. BadRequest names what is wrong with it; `width` and `height` may be
    0 for a JPEG or PNG, which know their own."""
    if not content:
        raise BadRequest("frame.content: empty", "send the bytes of one picture")
    if len(content) > MOST_BYTES:
        raise BadRequest(
            f"frame.content: {len(content)} bytes", f"send at most {MOST_BYTES}: a smaller picture"
        )
    if encoding is Encoding.RGB8:
        return _raw(width, height, content)
    pixels = _compressed(encoding, content)
    found = (pixels.shape[1], pixels.shape[0])
    if (width, height) not in ((0, 0), found):
        raise BadRequest(
            f"frame: says {width} x {height}, the {encoding.upper()} is {found[0]} x {found[1]}",
            "send the size of the picture, or 0 x 0",
        )
    return pixels


def _raw(width: int, height: int, content: bytes) -> Pixels:
    _check_size(width, height)
    wanted = width * height * 3
    if len(content) != wanted:
        raise BadRequest(
            f"frame.content: {len(content)} bytes, {width} x {height} pixels of RGB8 are {wanted}",
            "send three bytes a pixel, row by row, without padding",
        )
    return np.frombuffer(content, np.uint8).reshape(height, width, 3)


def _compressed(encoding: Encoding, content: bytes) -> Pixels:
    mend = f"send a whole {encoding.upper()} file"
    try:
        with Image.open(io.BytesIO(content), formats=[encoding.upper()]) as image:
            _check_size(*image.size)
            return np.asarray(image.convert("RGB"))
    except UnidentifiedImageError:
        raise BadRequest(f"frame.content: no {encoding.upper()}", mend) from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadRequest(f"frame.content: can't be read ({error})", mend) from error


def _check_size(width: int, height: int) -> None:
    for name, value in (("width", width), ("height", height)):
        if not SMALLEST <= value <= LARGEST:
            raise BadRequest(
                f"frame.{name}: {value}", f"a frame is {SMALLEST} to {LARGEST} pixels along an edge"
            )


def fitted(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture scaled to width x height; what sticks out of that shape is cut off evenly."""
    high, wide = pixels.shape[:2]
    if (wide, high) == (width, height):
        return pixels
    share = min(wide / width, high / height)
    left, top = (wide - width * share) / 2, (high - height * share) / 2
    box = (left, top, wide - left, high - top)
    small = Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR, box)
    return np.asarray(small)


def tensor(pixels: Pixels) -> NDArray[np.float32]:
    """(1, 3, height, width), as the graphs take it."""
    planes: NDArray[Any] = np.moveaxis(pixels, 2, 0)[None]
    return np.ascontiguousarray(planes, dtype=np.float32)
