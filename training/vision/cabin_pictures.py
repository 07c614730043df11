"""Draws cabin pictures in bulk, in shards that a stopped run takes up again.

    python -m training.vision.cabin_pictures --out WORK/cabin --first 0 --count 20000

A shard is `SEED.npz`: pictures (n, 120, 160, 3) uint8, for each seat the numbers of `LABELS`, and
`hands` (n, seats, 6), the wrist and the aim of a pointing arm. Scenes from `HELD_OUT` on are never
trained on.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.cameras.cabin_frame import CabinCamera, SeatTruth, Truth
from simulator.cameras.cabin_layout import Gaze, Place, Seat
from simulator.cameras.scene import scene

SHARD = 250
HELD_OUT = 10_000_000
LABELS = ("occupied", "child_seat", "asleep", "points_at", "gaze")
UNSEEN = -1
SEATS = tuple(Seat)
PLACES = tuple(Place)
GAZES = tuple(Gaze)


def numbers(truth: Truth) -> NDArray[np.int64]:
    """(seats, LABELS). 0 of `points_at` is nothing, then the places; `UNSEEN` is not to be learnt:
    an arm behind something, the gaze of nobody."""
    return np.array([_seat(truth[seat]) for seat in Seat], np.int64)


def _seat(truth: SeatTruth) -> list[int]:
    points = 0 if truth.points_at is None else 1 + PLACES.index(truth.points_at)
    return [
        int(truth.occupied),
        int(truth.child_seat),
        int(truth.asleep),
        points if truth.points_at_visible else UNSEEN,
        GAZES.index(truth.gaze) if truth.gaze is not None else UNSEEN,
    ]


def hands(truth: Truth) -> NDArray[np.float32]:
    """(seats, 6): where the wrist of a pointing arm is and the way it points; 0 for nobody's."""
    nobody = (0.0, 0.0, 0.0)
    rows = [(*(truth[seat].hand or nobody), *(truth[seat].aim or nobody)) for seat in Seat]
    return np.array(rows, np.float32)


def draw(folder: Path, first: int, count: int) -> None:
    """Draw the scenes first .. first + count; shards that are there already stay."""
    folder.mkdir(parents=True, exist_ok=True)
    with CabinCamera() as camera:
        for start in range(first, first + count, SHARD):
            file = folder / f"{start:08d}.npz"
            if file.exists():
                continue
            shots = [camera.shoot(scene(seed)) for seed in range(start, start + SHARD)]
            partial = file.with_suffix(".part.npz")
            np.savez(
                partial,
                pictures=np.stack([picture for picture, _ in shots]),
                labels=np.stack([numbers(truth) for _, truth in shots]),
                hands=np.stack([hands(truth) for _, truth in shots]),
            )
            os.replace(partial, file)
            print(f"{file.name}: {start + SHARD - first} of {count}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=20_000)
    arguments = parser.parse_args()
    draw(arguments.out, arguments.first, arguments.count)


if __name__ == "__main__":
    main()
