"""Draws cabin pictures in bulk, in shards that a stopped run takes up again.

    python -m training.vision.cabin_pictures --out WORK/cabin --first 10000000 --count 1500
    python -m training.vision.cabin_pictures --out WORK/cabin --count 20000

A shard is `SEED.npz`: pictures (n, 240, 320, 3) uint8, for each seat the numbers of `LABELS`,
`hands` (n, seats, 6), the wrist and the aim of a pointing arm in metres, and `spots` (n, seats, 6),
where in the picture wrist, fingertip and head are. Scenes from `HELD_OUT` on are never trained on;
those before are fuller, without a hand in a pose set aside. mujoco renders them as the simulator
does, `--rays` where it has no EGL; what learnt from these alone reads hands in mujoco's worse.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.cameras.cabin_frame import CabinCamera, Picture
from simulator.cameras.cabin_layout import Gaze, Place, Seat
from simulator.cameras.scene import CabinScene, Occupant, scene
from simulator.cameras.stage import FINGERTIP, SeatTruth, Stage, Truth, seated
from training.vision.set_aside import pose_set_aside

SHARD = 250
HELD_OUT, FOR_JOINING = 10_000_000, 20_000_000
LABELS = ("occupied", "child_seat", "asleep", "points_at", "gaze")
POINTS_AT, GAZE = LABELS.index("points_at"), LABELS.index("gaze")
UNSEEN = -1
SEATS = tuple(Seat)
PLACES = tuple(Place)
GAZES = tuple(Gaze)
NOWHERE = np.zeros(3)
"""Of the hand of somebody who does not point."""

Shot = tuple[Picture, Stage, Truth]


def numbers(truth: Truth) -> NDArray[np.int64]:
    """(seats, LABELS). 0 of `points_at` is nothing, then the places; `UNSEEN` is not to be learnt:
    a hand behind something, the gaze of nobody."""
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
    rows = [
        np.concatenate([NOWHERE, NOWHERE] if each.hand is None else [each.hand, each.aim])
        for each in (truth[seat] for seat in Seat if seat in truth)
    ]
    return np.array(rows, np.float32)


def spots(there: Stage) -> NDArray[np.float32]:
    """(seats, 6): the pixels of wrist, fingertip and head; not a number for nobody's."""
    pixel, rows = there.view.pixel, []
    for each in (there.truth[seat] for seat in Seat):
        wrist = tip = head = (np.nan, np.nan)
        if each.hand is not None:
            wrist, tip = pixel(each.hand), pixel(each.hand + FINGERTIP * each.aim)
        if each.head is not None:
            head = pixel(each.head)
        rows.append([*wrist, *tip, *head])
    return np.array(rows, np.float32)


def other_side(name: str) -> str:
    """What a seat, a place or a gaze is in a mirror."""
    swap = {"left": "right", "right": "left"}
    return "_".join(swap.get(part, part) for part in name.split("_"))


def to_draw(seed: int) -> CabinScene:
    """The scene of a seed: to test on from `HELD_OUT` on, else to learn from."""
    return scene(seed) if seed >= HELD_OUT else to_learn_from(seed)


def to_learn_from(seed: int) -> CabinScene:
    """A busy scene without a hand in a pose set aside: whoever's is, is posed anew."""
    there = scene(seed, busy=True)
    return replace(there, occupants=tuple(_elsewhere(who, there) for who in there.occupants))


def _elsewhere(who: Occupant, there: CabinScene) -> Occupant:
    while who.points_at is not None:
        truth = seated(who, there)[1]
        if not pose_set_aside(hands({who.seat: truth})).any():
            break
        who = replace(who, seed=who.seed + 1)
    return who


def draw(folder: Path, first: int, count: int, shoot: Callable[[int], Shot]) -> None:
    """Draw the scenes first .. first + count; shards that are there already stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(first, first + count, SHARD):
        file = folder / f"{start:08d}.npz"
        if file.exists():
            continue
        shots = [shoot(seed) for seed in range(start, start + SHARD)]
        partial = file.with_suffix(".part.npz")
        np.savez(
            partial,
            pictures=np.stack([picture for picture, _, _ in shots]),
            labels=np.stack([numbers(truth) for _, _, truth in shots]),
            hands=np.stack([hands(truth) for _, _, truth in shots]),
            spots=np.stack([spots(there) for _, there, _ in shots]),
        )
        os.replace(partial, file)
        print(f"{file.name}: {start + SHARD - first} of {count}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=12_000)
    parser.add_argument("--rays", action="store_true", help="cast by rays in place of mujoco")
    arguments = parser.parse_args()
    where = (arguments.out, arguments.first, arguments.count)
    if arguments.rays:
        from training.vision import rays

        draw(*where, lambda seed: rays.shoot(to_draw(seed)))
        return
    with CabinCamera() as camera:
        draw(*where, lambda seed: camera.shot(to_draw(seed)))


if __name__ == "__main__":
    main()
