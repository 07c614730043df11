"""From the light that falls into a camera to the picture that it delivers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

INFRARED_SHARE = 0.25
MOST_GAIN = 8.0
LUMA = np.array([0.299, 0.587, 0.114], np.float32)

Light = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Cover:
    """Something near before a part of the lens, out of focus: how much of each pixel it hides."""

    there: Light
    colour: Light


def cover(height: int, width: int, share: float, random: np.random.Generator) -> Cover | None:
    """What hides that share of the lens; None where nothing does."""
    if share <= 0.0:
        return None
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    radius = np.sqrt(share / np.pi)
    far = np.hypot(x - random.random(), y - random.random()) / radius
    there = np.clip((1.15 - far) / 0.3, 0.0, 1.0)
    return Cover(there.astype(np.float32), random.uniform(0.02, 0.5, 3).astype(np.float32))


def develop(light: Light, hidden: Cover | None, random: np.random.Generator) -> NDArray[np.uint8]:
    """`light` (height, width, 3) in 0..1 -> uint8 of the same shape.

    Some cameras are infrared and give grey pictures; all have an automatic gain that raises the
    noise in the dark, a white balance, a lens that darkens the corners and may be out of focus.
    """
    picture: Light = light
    if random.random() < INFRARED_SHARE:
        picture = np.repeat((picture @ LUMA)[..., None], 3, axis=2)
    else:
        picture = picture * random.normal(1.0, 0.06, 3).astype(np.float32)
    gain = _exposure(picture, random.uniform(0.22, 0.45))
    picture = np.clip(picture * np.float32(gain), 0.0, 1.0) ** np.float32(random.uniform(0.75, 1.1))
    picture = picture * _vignette(light.shape[0], light.shape[1], random.uniform(0.0, 0.4))
    if random.random() < 0.4:
        blur = random.uniform(0.3, 1.1)
        picture = np.asarray(gaussian_filter(picture, sigma=(blur, blur, 0)), np.float32)
    if hidden is not None:
        there = hidden.there[..., None]
        picture = picture * (1.0 - there) + hidden.colour * there
    noise = np.float32(random.uniform(0.002, 0.008) * gain)
    picture = picture + noise * random.standard_normal(picture.shape, np.float32)
    return (np.clip(picture, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def _exposure(picture: Light, wanted: float) -> float:
    """The gain that makes the picture as bright on average as wanted, as far as a camera can."""
    return float(np.clip(wanted / max(float(picture.mean()), 1e-4), 0.5, MOST_GAIN))


def _vignette(height: int, width: int, strength: float) -> Light:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.asarray((1.0 - strength * (x**2 + y**2) / 2.0)[..., None], np.float32)
