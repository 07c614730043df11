"""The drawn cabin pictures as arrays to learn from; seen in a mirror too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.cameras.stage import WIDTH
from training.vision.cabin_pictures import GAZE, GAZES, PLACES, POINTS_AT, SEATS, UNSEEN, other_side
from training.vision.set_aside import pose_set_aside, shards

Pictures = NDArray[np.uint8]
TOGETHER = 8
"""Shards whose pictures are mixed."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the shards of `cabin_pictures` hold."""

    pictures: Pictures
    labels: NDArray[np.int64]
    hands: NDArray[np.float32]
    spots: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Material:
        return Material(self.pictures[rows], self.labels[rows], self.hands[rows], self.spots[rows])


def load(folder: Path, first: int, end: int) -> Material:
    """The pictures first .. end, as far as they are there."""
    return joined([_read(each) for each in shards(folder, first, end)])


class Growing:
    """The pictures before `end` that can be learnt from, more of them as they are drawn: none in
    which some hand is in a pose set aside."""

    def __init__(self, folder: Path, end: int) -> None:
        self._folder, self._end = folder, end
        self._read: set[Path] = set()
        self._parts: list[Material] = []

    def some(self, random: np.random.Generator) -> Iterator[Material]:
        """All there is, once, some shards together at a time: all of them may be many gigabytes."""
        self._parts += self.more()
        order = random.permutation(len(self._parts))
        for start in range(0, len(order), TOGETHER):
            yield joined([self._parts[part] for part in order[start : start + TOGETHER]])

    def more(self) -> Iterator[Material]:
        """What came since."""
        for file in shards(self._folder, 0, self._end):
            if file not in self._read:
                self._read.add(file)
                yield _without_poses_set_aside(_read(file))


def joined(parts: list[Material]) -> Material:
    return Material(
        np.concatenate([part.pictures for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.hands for part in parts]),
        np.concatenate([part.spots for part in parts]),
    )


def _read(file: Path) -> Material:
    shard = np.load(file)
    return Material(shard["pictures"], shard["labels"], shard["hands"], shard["spots"])


def _without_poses_set_aside(material: Material) -> Material:
    return material.take(~pose_set_aside(material.hands).any(axis=1))


# -- the same car seen in a mirror ---------------------------------------------------------------


def _swapped(names: list[str]) -> NDArray[np.int64]:
    return np.array([names.index(other_side(name)) for name in names])


SEAT_SWAP = _swapped([seat.value for seat in SEATS])
PLACE_SWAP = np.concatenate([[0], 1 + _swapped([place.value for place in PLACES])])
GAZE_SWAP = _swapped([gaze.value for gaze in GAZES])


def mirrored(material: Material) -> Material:
    """The pictures flipped left to right, and what they then show."""
    labels = material.labels[:, SEAT_SWAP].copy()
    for column, swap in ((POINTS_AT, PLACE_SWAP), (GAZE, GAZE_SWAP)):
        known = labels[..., column] != UNSEEN
        labels[..., column] = np.where(known, swap[labels[..., column]], UNSEEN)
    spots = material.spots[:, SEAT_SWAP].copy()
    spots[..., 0::2] = WIDTH - spots[..., 0::2]
    hands = material.hands[:, SEAT_SWAP] * np.array([1, -1, 1, 1, -1, 1], np.float32)
    return Material(material.pictures[:, :, ::-1], labels, hands, spots)
