"""What is set aside for the test, and where the drawn cabin pictures lie.

Set aside are whole regions of poses: the space in which a pointing hand can be is cut into cubes of
10 cm, and a fifth of them never occurs in training, on either side of the car.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CUBE_M = 0.1
ONE_IN = 5


def shards(folder: Path, first: int, end: int) -> list[Path]:
    """The files of the pictures first .. end."""
    found = [each for each in sorted(folder.glob("????????.npz")) if first <= int(each.stem) < end]
    if not found:
        raise FileNotFoundError(f"{folder}: no pictures: run training.vision.cabin_pictures")
    return found


def pose_set_aside(hands: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(n, seats, 6) -> (n, seats): whether that hand is in a cube that training never sees."""
    place = hands[..., :3].copy()
    place[..., 1] = np.abs(place[..., 1])
    cube = np.floor(place / CUBE_M).astype(np.int64)
    aside = (cube @ np.array([7, 13, 29])) % ONE_IN == 0
    return np.asarray(aside & hands.any(axis=-1))
