"""The drawn cabin pictures as arrays to learn from: edges, labels, hands; seen in a mirror too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from simulator.cameras.cabin_frame import HEIGHT, WIDTH
from training.vision.cabin_model import CELL, MIRRORED, Edges
from training.vision.cabin_pictures import GAZES, PLACES, SEATS, UNSEEN
from training.vision.set_aside import GAZE, POINTS_AT, pose_set_aside, shards

Array = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Material:
    """`edges` (n, 19, 15, 20) float16, `labels` (n, seats, LABELS), `hands` (n, seats, 6)."""

    edges: NDArray[np.float16]
    labels: NDArray[np.int64]
    hands: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.bool_]) -> Material:
        return Material(self.edges[rows], self.labels[rows], self.hands[rows])


def load(folder: Path, first: int, end: int) -> Material:
    """The pictures first .. end, as far as they are there; the edges are worked out once."""
    files = shards(folder, first, end)
    read = [np.load(each) for each in files]
    return Material(
        np.concatenate([_edges(each) for each in files]),
        np.concatenate([shard["labels"] for shard in read]),
        np.concatenate([shard["hands"] for shard in read]),
    )


def _edges(file: Path) -> NDArray[np.float16]:
    kept = file.with_suffix(".edges.npy")
    if not kept.exists():
        pictures = torch.from_numpy(np.load(file)["pictures"]).permute(0, 3, 1, 2)
        with torch.no_grad():
            parts = [Edges()(some.float()).half().numpy() for some in pictures.split(50)]
        np.save(kept, np.concatenate(parts))
    found: NDArray[np.float16] = np.load(kept)
    return found


def for_training(material: Material) -> Material:
    """Without any picture in which some hand is in a pose set aside."""
    return material.take(~pose_set_aside(material.hands).any(axis=1))


# -- where in the picture a pointing hand is -----------------------------------------------------

FINGER_M = 0.17
_EYE = np.array([0.62, 0.0, 1.15])
_AHEAD = np.array([-1.0, 0.0, -0.40]) / np.hypot(1.0, 0.40)
_ACROSS = np.array([0.0, 1.0, 0.0])
_UPWARDS = np.cross(_ACROSS, _AHEAD)
_FOCAL = WIDTH / 2 / np.tan(np.deg2rad(49.5))
"""The camera as it hangs on average (simulator.cameras.cabin_frame)."""


def traces(hands: NDArray[np.float32], shown: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(n, 2, rows, columns): 1 where a wrist, then where a fingertip is, fading around it, for the
    hands that are `shown` (n, seats)."""
    rows, columns = HEIGHT // CELL, WIDTH // CELL
    y, x = np.mgrid[0:rows, 0:columns] * CELL + (CELL - 1) / 2
    wrists, tips = hands[..., :3], hands[..., :3] + FINGER_M * hands[..., 3:]
    result = np.zeros((len(hands), 2, rows, columns), np.float32)
    for channel, points in enumerate((wrists, tips)):
        away = points - _EYE
        depth = np.maximum(away @ _AHEAD, 0.1)
        across = WIDTH / 2 + _FOCAL * (away @ _ACROSS) / depth
        below = HEIGHT / 2 - _FOCAL * (away @ _UPWARDS) / depth
        for picture, seat in zip(*np.nonzero(shown), strict=True):
            off = (x - across[picture, seat]) ** 2 + (y - below[picture, seat]) ** 2
            np.maximum(result[picture, channel], np.exp(-off / 72.0), out=result[picture, channel])
    return result


# -- the same car seen in a mirror ---------------------------------------------------------------


def _other_side(name: str) -> str:
    swap = {"left": "right", "right": "left"}
    return "_".join(swap.get(part, part) for part in name.split("_"))


def _swapped(names: list[str]) -> NDArray[np.int64]:
    return np.array([names.index(_other_side(name)) for name in names])


SEAT_SWAP = _swapped([seat.value for seat in SEATS])
PLACE_SWAP = np.concatenate([[0], 1 + _swapped([place.value for place in PLACES])])
GAZE_SWAP = _swapped([gaze.value for gaze in GAZES])


def mirrored_edges(edges: NDArray[np.float16]) -> NDArray[np.float16]:
    """The edges of pictures flipped left to right."""
    return edges[:, MIRRORED, :, ::-1]


def mirrored_labels(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The labels of pictures flipped left to right."""
    flipped = labels[:, SEAT_SWAP].copy()
    for column, swap in ((POINTS_AT, PLACE_SWAP), (GAZE, GAZE_SWAP)):
        known = flipped[..., column] != UNSEEN
        flipped[..., column] = np.where(known, swap[flipped[..., column]], UNSEEN)
    return flipped


def mirrored_hands(hands: NDArray[np.float32]) -> NDArray[np.float32]:
    return hands[:, SEAT_SWAP] * np.array([1, -1, 1, 1, -1, 1], np.float32)
