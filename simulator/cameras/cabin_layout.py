"""Where things are in the cabin: seats, windows, what can be pointed at, ways to look.

The measures are those of a mid-size car (seat and eye points near SAE J1100's H-point ranges).
Left and right are the car's, seen in the direction of travel.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from simulator.cameras.shapes import Vector, vector


class Seat(StrEnum):
    FRONT_LEFT = "front_left"
    FRONT_RIGHT = "front_right"
    REAR_LEFT = "rear_left"
    REAR_MIDDLE = "rear_middle"
    REAR_RIGHT = "rear_right"


class Place(StrEnum):
    """What somebody can point at."""

    WINDOW_FRONT_LEFT = "window_front_left"
    WINDOW_FRONT_RIGHT = "window_front_right"
    WINDOW_REAR_LEFT = "window_rear_left"
    WINDOW_REAR_RIGHT = "window_rear_right"
    SEAT_FRONT_LEFT = "seat_front_left"
    SEAT_FRONT_RIGHT = "seat_front_right"
    SEAT_REAR_LEFT = "seat_rear_left"
    SEAT_REAR_RIGHT = "seat_rear_right"
    ROOF = "roof"
    SCREEN = "screen"
    MIRROR_LEFT = "mirror_left"
    MIRROR_RIGHT = "mirror_right"


class Gaze(StrEnum):
    """Which way a head is turned, seen from the car."""

    AHEAD = "ahead"
    LEFT = "left"
    RIGHT = "right"
    DOWN = "down"
    BEHIND = "behind"


HIPS: dict[Seat, Vector] = {
    Seat.FRONT_LEFT: vector(-0.18, 0.37, 0.32),
    Seat.FRONT_RIGHT: vector(-0.18, -0.37, 0.32),
    Seat.REAR_LEFT: vector(-1.02, 0.40, 0.36),
    Seat.REAR_MIDDLE: vector(-1.04, 0.0, 0.38),
    Seat.REAR_RIGHT: vector(-1.02, -0.40, 0.36),
}
FRONT = (Seat.FRONT_LEFT, Seat.FRONT_RIGHT)
REAR = (Seat.REAR_LEFT, Seat.REAR_MIDDLE, Seat.REAR_RIGHT)

BOXES: dict[Place, tuple[Vector, Vector]] = {
    Place.WINDOW_FRONT_LEFT: (vector(-0.02, 0.70, 0.95), vector(0.16, 0.0, 0.10)),
    Place.WINDOW_FRONT_RIGHT: (vector(-0.02, -0.70, 0.95), vector(0.16, 0.0, 0.10)),
    Place.WINDOW_REAR_LEFT: (vector(-0.95, 0.70, 0.95), vector(0.16, 0.0, 0.10)),
    Place.WINDOW_REAR_RIGHT: (vector(-0.95, -0.70, 0.95), vector(0.16, 0.0, 0.10)),
    Place.SEAT_FRONT_LEFT: (vector(-0.22, 0.37, 0.52), vector(0.10, 0.08, 0.12)),
    Place.SEAT_FRONT_RIGHT: (vector(-0.22, -0.37, 0.52), vector(0.10, 0.08, 0.12)),
    Place.SEAT_REAR_LEFT: (vector(-1.05, 0.38, 0.54), vector(0.10, 0.08, 0.10)),
    Place.SEAT_REAR_RIGHT: (vector(-1.05, -0.38, 0.54), vector(0.10, 0.08, 0.10)),
    Place.ROOF: (vector(-0.45, 0.0, 1.24), vector(0.15, 0.15, 0.0)),
    Place.SCREEN: (vector(0.52, 0.0, 0.64), vector(0.0, 0.10, 0.06)),
    Place.MIRROR_LEFT: (vector(0.58, 0.88, 0.92), vector(0.05, 0.08, 0.05)),
    Place.MIRROR_RIGHT: (vector(0.58, -0.88, 0.92), vector(0.05, 0.08, 0.05)),
}
"""The middle and the half edges of the part of each place that people point at."""

FROM_THE_FRONT_ONLY = (Place.SCREEN, Place.MIRROR_LEFT, Place.MIRROR_RIGHT)
ROOM_Y = 0.64
ROOM_TOP = 1.17
"""How far a hand can go sideways and upwards."""


def own_seat(place: Place) -> Seat | None:
    """The seat that `place` is, or None if it is something else."""
    name = place.value.removeprefix("seat_")
    return Seat(name) if place.value.startswith("seat_") else None


def spot(place: Place, random: np.random.Generator) -> Vector:
    """A point of the place, as likely here as there."""
    middle, half = BOXES[place]
    return np.asarray(middle + half * random.uniform(-1.0, 1.0, 3), dtype=np.float64)
