"""What can be a camera frame, and what is refused with its cause and mend."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cabin_agent.errors import BadRequest
from cabin_agent.seeing.frames import (
    MOST_BYTES,
    Blind,
    Camera,
    Encoding,
    Frame,
    decode,
    fitted,
    tensor,
)

WIDTH, HEIGHT = 96, 72


def picture() -> NDArray[np.uint8]:
    random = np.random.default_rng(1)
    rough = random.integers(0, 255, (9, 12, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(rough).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR))


def file(kind: str) -> bytes:
    written = io.BytesIO()
    Image.fromarray(picture()).save(written, kind)
    return written.getvalue()


def test_raw_pixels_come_through_unchanged() -> None:
    found = decode(Encoding.RGB8, WIDTH, HEIGHT, picture().tobytes())
    assert np.array_equal(found, picture())


def test_a_png_is_exact_and_a_jpeg_is_near() -> None:
    assert np.array_equal(decode(Encoding.PNG, 0, 0, file("PNG")), picture())
    jpeg = decode(Encoding.JPEG, WIDTH, HEIGHT, file("JPEG")).astype(int)
    assert jpeg.shape == picture().shape
    assert np.abs(jpeg - picture()).mean() < 8


@pytest.mark.parametrize(
    ("encoding", "width", "height", "content", "cause"),
    [
        (Encoding.RGB8, WIDTH, HEIGHT, b"", "frame.content: empty"),
        (Encoding.RGB8, WIDTH, HEIGHT, b"1234", "of RGB8 are 20736"),
        (Encoding.RGB8, 8, HEIGHT, b"1234", "frame.width: 8"),
        (Encoding.RGB8, WIDTH, 100_000, b"1234", "frame.height: 100000"),
        (Encoding.PNG, 0, 0, b"not a picture", "no PNG"),
        (Encoding.PNG, 0, 0, file("JPEG"), "no PNG"),
        (Encoding.JPEG, 0, 0, file("JPEG")[:200], "can't be read"),
        (Encoding.PNG, 10, 10, file("PNG"), "says 10 x 10, the PNG is 96 x 72"),
        (Encoding.JPEG, 0, 0, bytes(MOST_BYTES + 1), "bytes"),
    ],
)
def test_mistakes_name_the_field(
    encoding: Encoding, width: int, height: int, content: bytes, cause: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        decode(encoding, width, height, content)
    assert cause in caught.value.cause
    assert caught.value.mend


def test_a_frame_is_three_bytes_a_pixel() -> None:
    with pytest.raises(BadRequest, match="shape"):
        Frame(Camera.CABIN, picture()[..., 0], 0.0)


@pytest.mark.parametrize(
    ("pixels", "blind"),
    [
        (picture(), None),
        (np.zeros((HEIGHT, WIDTH, 3), np.uint8), Blind.DARK),
        (np.full((HEIGHT, WIDTH, 3), 3, np.uint8), Blind.DARK),
        (np.full((HEIGHT, WIDTH, 3), 200, np.uint8), Blind.FLAT),
    ],
)
def test_a_frame_knows_when_it_shows_nothing(
    pixels: NDArray[np.uint8], blind: Blind | None
) -> None:
    assert Frame(Camera.ROAD, pixels, 0.0).blind is blind


def test_another_shape_is_cut_evenly_and_scaled() -> None:
    wide = np.zeros((100, 300, 3), np.uint8)
    wide[:, 140:160] = 255
    found = fitted(wide, 160, 120)
    assert found.shape == (120, 160, 3)
    assert found[:, 80].mean() > 250
    assert found[:, :50].mean() < 5
    assert tensor(found).shape == (1, 3, 120, 160)
