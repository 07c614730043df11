"""How a person looks: size, build, skin, hair, clothes, drawn from one seed."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np

from simulator.cameras.shapes import Colour

SKINS: tuple[Colour, ...] = (
    (0.96, 0.84, 0.77),
    (0.91, 0.76, 0.65),
    (0.86, 0.67, 0.53),
    (0.76, 0.56, 0.42),
    (0.62, 0.43, 0.31),
    (0.47, 0.32, 0.23),
    (0.34, 0.22, 0.16),
    (0.22, 0.14, 0.10),
)
"""From light to dark, evenly along the Monk skin tone scale (Monk 2019)."""
HAIRS: tuple[Colour, ...] = (
    (0.05, 0.04, 0.04),
    (0.12, 0.08, 0.06),
    (0.25, 0.16, 0.10),
    (0.45, 0.30, 0.16),
    (0.75, 0.60, 0.35),
    (0.55, 0.22, 0.10),
    (0.60, 0.60, 0.60),
    (0.88, 0.88, 0.86),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """`scale` multiplies lengths, `girth` widths, relative to an average adult."""

    scale: float
    girth: float
    skin: Colour
    hair: Colour
    hair_length: float
    shirt: Colour
    stripes: Colour | None
    long_sleeves: bool
    trousers: Colour
    glasses: Colour | None
    hat: Colour | None
    beard: bool
    scarf: Colour | None
    mask: Colour | None
    belt: bool


def random_looks(random: np.random.Generator, child: bool) -> Looks:
    """Anybody, every skin tone alike often."""
    low, high = (0.58, 0.80) if child else (0.88, 1.10)
    place = random.uniform(0, len(SKINS) - 1)
    skin = _between(SKINS[int(place)], SKINS[min(int(place) + 1, len(SKINS) - 1)], place % 1.0)
    return Looks(
        scale=random.uniform(low, high),
        girth=random.uniform(0.85, 1.0 if child else 1.3),
        skin=skin,
        hair=HAIRS[random.integers(len(HAIRS))],
        hair_length=float(random.choice([0.0, 0.3, 0.6, 1.0], p=[0.12, 0.38, 0.2, 0.3])),
        shirt=_cloth(random),
        stripes=_cloth(random) if random.random() < 0.25 else None,
        long_sleeves=bool(random.random() < 0.6),
        trousers=_cloth(random),
        glasses=_glasses(random) if random.random() < 0.25 else None,
        hat=_cloth(random) if random.random() < 0.15 else None,
        beard=bool(not child and random.random() < 0.2),
        scarf=_cloth(random) if random.random() < 0.1 else None,
        mask=(0.75, 0.82, 0.88) if random.random() < 0.06 else None,
        belt=bool(random.random() < 0.85),
    )


def _cloth(random: np.random.Generator) -> Colour:
    if random.random() < 0.45:
        grey = random.uniform(0.04, 0.92)
        return (grey, grey, grey)
    return colorsys.hsv_to_rgb(
        random.random(), random.uniform(0.3, 0.95), random.uniform(0.15, 0.9)
    )


def _glasses(random: np.random.Generator) -> Colour:
    return (0.05, 0.05, 0.06) if random.random() < 0.6 else (0.55, 0.6, 0.65)


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return (red, green, blue)
