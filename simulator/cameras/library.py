"""Camera frames by description, for scenarios, demonstrations and tests.

    frame_for("front_left points at window_rear_right")   # (240, 320, 3) uint8
    frame_for("front_left points at roof; rear_left asleep; dark", seed=3)
    frame_for("sign speed limit 50")                      # (240, 320, 3) uint8
    frame_for("no sign", seed=4)

A description of the cabin is a list of parts, separated by semicolons:

- `SEAT` (somebody sits there), `SEAT points at PLACE`, `SEAT looks GAZE`, `SEAT asleep`,
  `SEAT child` (awake, in a child seat), `SEAT child asleep`, `SEAT empty child seat`;
- `dusk`, `dark` (only the screen glows), `covered` (something hangs before the lens), `empty`;
- `black`, alone: a dead sensor.

The driver sits in front on the left and is there unless the description is `empty`. Seats, places
and gazes are those of `cabin_layout`; signs those of `road_signs.Sign` ("give way", "stop", ...);
`sign NAME at night` and `sign NAME in fog` are drawn as well.

Road frames are drawn anywhere. Cabin frames are rendered with mujoco (the extra `cameras`); those
in `frames/` (`shipped()`; seed 0) need no renderer. The same words and seed give the same frame.
"""

from __future__ import annotations

import zlib
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from simulator.cameras.cabin_frame import CabinCamera
from simulator.cameras.cabin_layout import Gaze, Place, Seat
from simulator.cameras.road_frame import RoadScene, road_frame
from simulator.cameras.road_signs import Sign
from simulator.cameras.scene import CabinScene, Occupant
from simulator.cameras.stage import HEIGHT, WIDTH

FRAMES = Path(__file__).parent / "frames"
SUFFIX = ".png"
PART, SPACE = "+", "-"
ROAD = ("sign ", "no sign")
BLACK = "black"
LIGHTS = {"dusk": 0.3, "dark": 0.0}

Picture = NDArray[np.uint8]


class UnknownFrame(ValueError):
    """A description that describes nothing. The message names the part and what is meant."""


def frame_for(description: str, seed: int = 0) -> Picture:
    """The frame of a description (see above): red, green, blue. Raises UnknownFrame, and
    CamerasMissing where a cabin frame would have to be rendered and can't be."""
    words = " ".join(description.lower().split())
    if words == BLACK:
        return np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    if words.startswith(ROAD):
        return road_frame(road_scene_for(words, seed))
    scene = cabin_scene_for(words, seed)
    shipped = FRAMES / (file_name(words) + SUFFIX)
    if seed == 0 and shipped.is_file():
        return np.asarray(Image.open(shipped).convert("RGB"))
    with CabinCamera() as camera:
        return camera.frame(scene)


def is_road(description: str) -> bool:
    """Whether the road camera takes this frame, not the cabin's."""
    return description.lower().split()[:1] in (["sign"], ["no"])


def shipped() -> tuple[str, ...]:
    """The descriptions of the cabin frames that need no renderer."""
    names = (file.stem for file in sorted(FRAMES.glob(f"*{SUFFIX}")))
    return tuple(name.replace(PART, "; ").replace(SPACE, " ") for name in names)


def file_name(description: str) -> str:
    """The name under which a description's frame is shipped."""
    return description.replace("; ", PART).replace(" ", SPACE)


# -- the road ------------------------------------------------------------------------------------


def road_scene_for(description: str, seed: int) -> RoadScene:
    """The scene of "sign NAME [at night|in fog]" or "no sign [...]"."""
    words, light, weather = description, 0.9, 0.0
    if words.endswith(" at night"):
        words, light = words.removesuffix(" at night"), 0.25
    elif words.endswith(" in fog"):
        words, weather = words.removesuffix(" in fog"), 0.4
    if words == "no sign":
        return RoadScene(None, light, weather, seed=seed)
    names = {sign.name.lower().replace("_", " "): sign for sign in Sign}
    name = words.removeprefix("sign ").strip()
    if name not in names:
        raise UnknownFrame(_unknown("sign", name, list(names)))
    return RoadScene(names[name], light, weather, seed=seed)


# -- the cabin -----------------------------------------------------------------------------------


def cabin_scene_for(description: str, seed: int) -> CabinScene:
    """The scene of a cabin description."""
    people: dict[Seat, Occupant] = {}
    child_seats: list[Seat] = []
    light, covered, driver = 0.9, 0.0, True
    for part in (each.strip() for each in description.split(";")):
        if part == "empty":
            driver = False
        elif part == "covered":
            covered = 0.2
        elif part in LIGHTS:
            light = LIGHTS[part]
        else:
            name, _, what = part.partition(" ")
            seat = _seat(name)
            if what == "empty child seat":
                child_seats.append(seat)
            else:
                people[seat] = _occupant(seat, what, seed)
    if driver:
        people.setdefault(Seat.FRONT_LEFT, _occupant(Seat.FRONT_LEFT, "looks ahead", seed))
    occupants = tuple(people[seat] for seat in Seat if seat in people)
    return CabinScene(
        occupants, tuple(child_seats), light=light, covered=covered, seed=_mixed("car", seed)
    )


def _occupant(seat: Seat, what: str, seed: int) -> Occupant:
    own = _mixed(seat.value, seed)
    if what.startswith("points at "):
        place = what.removeprefix("points at ")
        if place not in [each.value for each in Place]:
            raise UnknownFrame(_unknown("place", place, [each.value for each in Place]))
        return Occupant(seat, points_at=Place(place), seed=own)
    if what.startswith("looks "):
        gaze = what.removeprefix("looks ")
        if gaze not in [each.value for each in Gaze]:
            raise UnknownFrame(_unknown("gaze", gaze, [each.value for each in Gaze]))
        return Occupant(seat, looks=Gaze(gaze), seed=own)
    known = {
        "": Occupant(seat, looks=Gaze.AHEAD, seed=own),
        "asleep": Occupant(seat, asleep=True, seed=own),
        "child": Occupant(seat, looks=Gaze.AHEAD, child=True, child_seat=True, seed=own),
        "child asleep": Occupant(seat, asleep=True, child=True, child_seat=True, seed=own),
    }
    if what not in known:
        ways = [*known, "points at PLACE", "looks GAZE", "empty child seat"]
        raise UnknownFrame(_unknown(f"part of {seat.value!r}", what, ways))
    return known[what]


def _seat(name: str) -> Seat:
    seats = [seat.value for seat in Seat]
    if name not in seats:
        raise UnknownFrame(_unknown("seat", name, [*seats, *LIGHTS, "covered", "empty"]))
    return Seat(name)


def _mixed(word: str, seed: int) -> int:
    """A seed of its own for each thing in the picture."""
    return zlib.crc32(f"{word} {seed}".encode()) & 0x7FFFFFFF


def _unknown(kind: str, found: str, known: list[str]) -> str:
    near = get_close_matches(found, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(each for each in known)}"
    return f"camera frame: unknown {kind} {found!r}; {hint}"
