"""What the cameras saw, as the understanding model takes it: one vector, seen from the speaker.

Cabin: what the speaker's hand points at, by seat zone rather than by side of the car; which way
the head is turned; who else is there. Road: the classes of the last sign. Each half ends with 1 if
it was seen at all.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cabin_agent.seen import GAZES, PLACES, SEATS, SIGN_CLASSES, SeatSeen, Seen
from vehicle_bus.values import Scalar, Zone
from vehicle_bus.zones import DRIVER_POSITION, RIGHT

SEATED = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)
POINTED = (
    "nothing",
    *(f"window_{zone}" for zone in SEATED),
    *(f"seat_{zone}" for zone in SEATED),
    "roof",
    "screen",
    "mirror_driver",
    "mirror_passenger",
)
CABIN = len(POINTED) + len(GAZES) + 3 * len(SEATS) + 1
ROAD = SIGN_CLASSES + 1
SIZE = CABIN + ROAD
SIGNS = slice(CABIN, CABIN + SIGN_CLASSES)


def encode(seen: Seen, speaker: Zone, signals: Mapping[str, Scalar]) -> NDArray[np.float32]:
    """The vector of `SIZE` numbers; zeros for what was not seen."""
    vector = np.zeros(SIZE, np.float32)
    if seen.seats:
        vector[:CABIN] = _cabin(seen, speaker, signals.get(DRIVER_POSITION) != RIGHT)
    if seen.sign:
        vector[SIGNS] = seen.sign
        vector[-1] = 1.0
    return vector


def _cabin(seen: Seen, speaker: Zone, driver_on_left: bool) -> list[float]:
    seats = dict(zip(SEATS, seen.seats, strict=True))
    own = seats.get(seat_of(speaker, driver_on_left))
    order = [side(name, driver_on_left) for name in SEATS]
    everyone = [
        number
        for name in order
        for number in (seats[name].occupied, seats[name].child_seat, seats[name].asleep)
    ]
    return [*_speaker(own, driver_on_left), *everyone, 1.0]


def _speaker(own: SeatSeen | None, driver_on_left: bool) -> list[float]:
    if own is None:
        return [0.0] * (len(POINTED) + len(GAZES))
    nothing, *places = own.points_at
    by_place = dict(zip(PLACES, places, strict=True))
    pointed = [by_place[side(place, driver_on_left)] for place in PLACES]
    return [nothing, *pointed, *own.gaze]


def seat_of(zone: Zone, driver_on_left: bool) -> str:
    """The seat's name in the car's own geometry; empty if nobody knows it."""
    names = {
        Zone.DRIVER: "front_left",
        Zone.PASSENGER: "front_right",
        Zone.REAR_LEFT: "rear_left",
        Zone.REAR_RIGHT: "rear_right",
    }
    return side(names[zone], driver_on_left) if zone in names else ""


def side(name: str, driver_on_left: bool) -> str:
    """The sides of the front change places where the driver sits on the right."""
    if driver_on_left or not ("front" in name or "mirror" in name):
        return name
    one, other = ("left", "right") if name.endswith("left") else ("right", "left")
    return name.removesuffix(one) + other
