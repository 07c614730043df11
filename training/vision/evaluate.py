"""How right the shipped encoders are: signs on tracks set aside, pointing on poses set aside.

    python -m training.vision.evaluate [--shared ../shared/data] [--pictures WORK/cabin]

Cabin pictures are rendered (mujoco) unless a folder of them is given; what can't be measured on
this machine is left out, with a note.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cabin_agent.config import Config
from cabin_agent.seeing.cabin import CabinEncoder
from cabin_agent.seeing.road import SignEncoder
from cabin_agent.seen import SIGN_CLASSES, SeatSeen
from simulator.cameras.cabin_frame import CabinCamera, CamerasMissing
from simulator.cameras.road_frame import road_frame, road_scene
from simulator.cameras.scene import scene
from training.vision import set_aside, sign_pictures
from training.vision.cabin_pictures import GAZE, HELD_OUT, POINTS_AT, UNSEEN, hands, numbers

RENDERED = 900
ROAD_FRAMES = 300
ROAD_SEED = 7_000_000
SURE = 0.5
STORED = ("pictures", "labels", "hands")


@dataclass(frozen=True, slots=True)
class Cabins:
    """`pictures` (n, 240, 320, 3), `labels` (n, seats, LABELS), `hands` (n, seats, 6)."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    hands: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by name, and notes on what could not be measured."""

    figures: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def measure(
    shared: Path | None, pictures: Path | None = None, rendered: int = RENDERED
) -> Measured:
    """Every figure that this machine can give. `pictures`: a folder of cabin pictures, all of which
    count; without one so many are `rendered`."""
    folder = Path(Config().vision_models)
    figures, notes = road_frames(SignEncoder.load(folder)), []
    archive = shared / "images" / "road_signs_train.zip" if shared else None
    if archive is not None and archive.is_file():
        figures |= photographed_signs(SignEncoder.load(folder), archive)
    else:
        notes.append("sign_accuracy: needs --shared with images/road_signs_train.zip")
    try:
        figures |= cabin(CabinEncoder.load(folder), _cabin_pictures(pictures, rendered))
    except CamerasMissing as error:
        notes.append(f"pointing_accuracy: {error}")
    return Measured(figures, tuple(notes))


# -- signs ---------------------------------------------------------------------------------------


def photographed_signs(encoder: SignEncoder, archive: Path) -> dict[str, float]:
    """GTSRB, the tracks that training never saw: which of the 43 signs is it?"""
    try:
        _, aside = sign_pictures.photographs(archive)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"{archive}: not the archive that is meant ({error})") from error
    found = np.array([int(encoder.classify(picture).argmax()) for picture in aside.pictures])
    right = found == aside.classes
    by_class = [right[aside.classes == sign].mean() for sign in range(SIGN_CLASSES)]
    return {
        "sign_accuracy": float(right.mean()),
        "sign_accuracy_worst_class": float(min(by_class)),
        "sign_photographs": float(len(right)),
    }


def road_frames(encoder: SignEncoder) -> dict[str, float]:
    """Whole drawn road pictures: the sign is found and named; where there is none, none is seen."""
    right, calm, with_sign, without = 0, 0, 0, 0
    for seed in range(ROAD_SEED, ROAD_SEED + ROAD_FRAMES):
        there = road_scene(seed)
        spotted = encoder.spot(road_frame(there))
        if there.sign is None:
            without, calm = without + 1, calm + (spotted is None)
        else:
            with_sign += 1
            right += spotted is not None and spotted.number == there.sign
    return {"road_frame_accuracy": right / with_sign, "road_frame_empty": calm / without}


# -- the cabin -----------------------------------------------------------------------------------


def cabin(encoder: CabinEncoder, material: Cabins) -> dict[str, float]:
    """Of the hands that point and can be seen, how many are read right: in all pictures of seeds
    set aside, and in those whose hand is where no training hand was. And the other answers."""
    found = [encoder.see(picture) for picture in material.pictures]
    points = _per_seat(found, lambda seat: int(np.argmax(seat.points_at)))
    gaze = _per_seat(found, lambda seat: int(np.argmax(seat.gaze)))
    occupied = _per_seat(found, lambda seat: int(seat.occupied >= SURE))
    child_seat = _per_seat(found, lambda seat: int(seat.child_seat >= SURE))
    asleep = _per_seat(found, lambda seat: int(seat.asleep >= SURE))
    truth = material.labels
    pointed, looked = truth[..., POINTS_AT], truth[..., GAZE]
    aside = set_aside.pose_set_aside(material.hands) & (pointed > 0)
    front = np.zeros_like(aside)
    front[:, :2] = True
    someone = truth[..., 0] == 1
    right = points == pointed
    return {
        "pointing_accuracy": float(right[aside].mean()),
        "pointing_accuracy_front": float(right[aside & front].mean()),
        "pointing_accuracy_all_poses": float(right[pointed > 0].mean()),
        "not_pointing": float(right[pointed == 0].mean()),
        "gaze_accuracy": float((gaze == looked)[looked != UNSEEN].mean()),
        "occupied_accuracy": float((occupied == truth[..., 0]).mean()),
        "child_seat_accuracy": float((child_seat == truth[..., 1]).mean()),
        "asleep_accuracy": float((asleep == truth[..., 2])[someone].mean()),
        "hands_set_aside": float(aside.sum()),
        "hands_seen": float((pointed > 0).sum() / material.hands.any(axis=-1).sum()),
    }


def _per_seat(
    found: list[tuple[SeatSeen, ...]], answer: Callable[[SeatSeen], int]
) -> NDArray[np.int64]:
    return np.array([[answer(seat) for seat in seats] for seats in found])


def _cabin_pictures(folder: Path | None, rendered: int) -> Cabins:
    if folder is not None:
        shards = [np.load(each) for each in set_aside.shards(folder, HELD_OUT, 2 * HELD_OUT)]
        return Cabins(*(np.concatenate([shard[name] for shard in shards]) for name in STORED))
    with CabinCamera() as camera:
        shots = list(_shots(camera, rendered))
    return Cabins(
        np.stack([picture for picture, _, _ in shots]),
        np.stack([labels for _, labels, _ in shots]),
        np.stack([hand for _, _, hand in shots]),
    )


def _shots(
    camera: CabinCamera, count: int
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.float32]]]:
    for seed in range(HELD_OUT, HELD_OUT + count):
        picture, truth = camera.shoot(scene(seed))
        yield picture, numbers(truth), hands(truth)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--pictures", type=Path, help="rendered by training.vision.cabin_pictures")
    arguments = parser.parse_args()
    measured = measure(arguments.shared, arguments.pictures)
    print(json.dumps(measured.figures, indent=2))
    for note in measured.notes:
        print(note)


if __name__ == "__main__":
    main()
