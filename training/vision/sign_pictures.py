"""Road signs to learn from: photographs of others, signs drawn by us, and places without a sign.

A picture is 40 x 40 pixels with the sign filling most of it. The photographs are split by track (a
track is one sign passed by one car): what is tested was never driven past in training.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from simulator.cameras import road_frame
from simulator.cameras.road_frame import RoadScene, road_scene
from simulator.cameras.road_signs import Sign, draw

SIZE = 40
NONE = 43
"""The class of places without a sign; 0..42 are the benchmark's."""
MARGIN = 0.1
"""The benchmark's photographs leave about a tenth of the sign's width free on each side."""
SET_ASIDE = 6
"""Every sixth track of a class is kept for the test."""
ROADS, STEP = 600, 32
"""Drawn roads kept at hand; so many neighbouring seeds share one."""
TEST_SEEDS = 5_000_000
"""Drawn scenes from this seed on are never trained on."""

Pictures = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Labelled:
    """`pictures` (n, 40, 40, 3) and the class of each."""

    pictures: Pictures
    classes: NDArray[np.int64]

    def __add__(self, other: Labelled) -> Labelled:
        return Labelled(
            np.concatenate([self.pictures, other.pictures]),
            np.concatenate([self.classes, other.classes]),
        )


def photographs(archive: Path) -> tuple[Labelled, Labelled]:
    """For training, and of the tracks set aside."""
    with zipfile.ZipFile(archive) as held:
        rows = list(csv.DictReader(io.StringIO(held.read("index.csv").decode())))
        tracks: dict[tuple[int, str], list[Pictures]] = defaultdict(list)
        for row in rows:
            track = Path(row["file"]).name.partition("_")[0]
            photograph = Image.open(io.BytesIO(held.read(row["file"]))).convert("RGB")
            tracks[int(row["class_id"]), track].append(np.asarray(photograph))
    number: dict[int, int] = defaultdict(int)
    parts: tuple[list[tuple[int, Pictures]], list[tuple[int, Pictures]]] = ([], [])
    for (sign, _), pictures in sorted(tracks.items()):
        aside = number[sign] % SET_ASIDE == 1
        number[sign] += 1
        parts[aside].extend((sign, picture) for picture in pictures)
    training, test = (_labelled(part) for part in parts)
    return training, test


def _labelled(rows: list[tuple[int, Pictures]]) -> Labelled:
    return Labelled(
        np.stack([picture for _, picture in rows]), np.array([sign for sign, _ in rows], np.int64)
    )


def drawn(count: int, first_seed: int) -> Labelled:
    """Our own signs, evenly, each before a piece of a drawn road."""
    rows = []
    for seed in range(first_seed, first_seed + count):
        random = np.random.default_rng([seed, 11])
        sign = list(Sign)[seed % len(Sign)]
        ground = _piece(_road(seed - seed % STEP), random)
        around = Image.fromarray(ground).resize((96, 96), Image.Resampling.BILINEAR)
        hung = road_frame.tilted(draw(sign), random).resize((80, 80), Image.Resampling.LANCZOS)
        around.paste(hung, (8, 8), hung)
        small = around.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
        rows.append((int(sign), _dimmed(np.asarray(small), random)))
    return _labelled(rows)


def without_sign(count: int, first_seed: int, photographed: Pictures) -> Labelled:
    """Pieces of drawn roads; signs that are cut off, too near or too far for their frame."""
    rows = []
    for seed in range(first_seed, first_seed + count):
        random = np.random.default_rng([seed, 12])
        kind = random.random()
        if kind < 0.55:
            piece = _piece(_road(seed - seed % STEP), random)
        elif kind < 0.75:
            piece = _fragment(photographed[random.integers(len(photographed))], random)
        elif kind < 0.9:
            piece = _far_away(photographed[random.integers(len(photographed))], seed, random)
        else:
            piece = _smooth(random)
        rows.append((NONE, piece))
    return _labelled(rows)


@lru_cache(maxsize=ROADS)
def _road(seed: int) -> Pictures:
    scene = road_scene(seed)
    return road_frame.road_frame(RoadScene(None, scene.light, scene.weather, seed=seed))


def _piece(frame: Pictures, random: np.random.Generator) -> Pictures:
    size = int(random.uniform(24, 110))
    x = random.integers(0, frame.shape[1] - size)
    y = random.integers(0, frame.shape[0] - size)
    return _resized(frame[y : y + size, x : x + size])


def _fragment(sign: Pictures, random: np.random.Generator) -> Pictures:
    """Half of a sign or less, as the frame around it is too small or beside it."""
    size = int(random.uniform(13, 21))
    corner = random.integers(0, SIZE - size, 2)
    return _resized(sign[corner[0] : corner[0] + size, corner[1] : corner[1] + size])


def _far_away(sign: Pictures, seed: int, random: np.random.Generator) -> Pictures:
    """A sign of less than half of the frame, anywhere in it."""
    ground = np.array(_piece(_road(seed - seed % STEP), random))
    size = int(random.uniform(8, 18))
    small = np.asarray(Image.fromarray(sign).resize((size, size), Image.Resampling.BILINEAR))
    x, y = random.integers(0, SIZE - size, 2)
    ground[y : y + size, x : x + size] = small
    return ground


def _smooth(random: np.random.Generator) -> Pictures:
    """Fog, sky, a wall, a covered lens: nothing but a soft change of brightness."""
    corners = random.uniform(0, 255, (2, 2, 3)) * random.uniform(0.1, 1.0)
    corners = corners * 0.3 + corners.mean() * 0.7
    picture = _resized(corners.astype(np.uint8)).astype(np.float32)
    picture += random.normal(0, random.uniform(0, 12), picture.shape)
    return picture.clip(0, 255).astype(np.uint8)


def _resized(picture: Pictures) -> Pictures:
    image = Image.fromarray(picture).resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return np.asarray(image)


def _dimmed(picture: Pictures, random: np.random.Generator) -> Pictures:
    noisy = picture * random.uniform(0.12, 1.0) + random.normal(0, 3, picture.shape)
    return noisy.clip(0, 255).astype(np.uint8)
