"""Seat zones and the VSS branches that belong to them.

VSS names the sides of the car after the driver: DriverSide is the left side when
`Vehicle.Cabin.DriverPosition` is LEFT or MIDDLE, the right side when it is RIGHT. The front zones
are named after people and don't move; the rear ones are named after sides and do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from vehicle_bus.values import Zone

DRIVER_POSITION = "Vehicle.Cabin.DriverPosition"
LEFT = "LEFT"
RIGHT = "RIGHT"
_CABIN = "Vehicle.Cabin"
_SEATED = frozenset({"Door", "Seat", "HVAC", "Light"})


@dataclass(frozen=True, slots=True)
class ZonePaths:
    """The branches of one seat: append `.Window.Position`, `.HeatingCooling`, ... to them."""

    door: str
    seat: str
    hvac: str
    ambient: str
    spotlight: str


def branch(zone: Zone, driver_position: str = LEFT) -> ZonePaths:
    """The branches of `zone`; ValueError for `Zone.UNKNOWN`, which is no seat."""
    row, driver_side = _seat(zone, driver_position)
    side = "DriverSide" if driver_side else "PassengerSide"
    return ZonePaths(
        door=f"{_CABIN}.Door.{row}.{side}",
        seat=f"{_CABIN}.Seat.{row}.{side}",
        hvac=f"{_CABIN}.HVAC.Station.{row}.{'Driver' if driver_side else 'Passenger'}",
        ambient=f"{_CABIN}.Light.AmbientLight.{row}.{side}",
        spotlight=f"{_CABIN}.Light.Spotlight.{row}.{side}",
    )


@lru_cache(maxsize=16384)
def zones_of_path(path: str, driver_position: str = LEFT) -> frozenset[Zone]:
    """The seat zones a signal belongs to; empty for one of the whole cabin or car.

    The middle of the rear bench belongs to both rear zones, the middle of the front one to the
    passenger. HVAC stations of rows 3 and 4 have no zone.
    """
    segments = path.split(".")
    if segments[:2] != ["Vehicle", "Cabin"] or len(segments) < 4 or segments[2] not in _SEATED:
        return frozenset()
    for row, side in pairwise(segments):
        if row in ("Row1", "Row2"):
            return _zones(row, side, driver_position)
    return frozenset()


def _seat(zone: Zone, driver_position: str) -> tuple[str, bool]:
    if zone is Zone.UNKNOWN:
        raise ValueError("an unknown zone is no seat; ask who is meant")
    if zone in (Zone.DRIVER, Zone.PASSENGER):
        return "Row1", zone is Zone.DRIVER
    return "Row2", (zone is Zone.REAR_LEFT) == (driver_position != RIGHT)


def _zones(row: str, side: str, driver_position: str) -> frozenset[Zone]:
    if side == "Middle":
        rear = {Zone.REAR_LEFT, Zone.REAR_RIGHT}
        return frozenset({Zone.PASSENGER} if row == "Row1" else rear)
    driver_side = side.startswith("Driver")
    if row == "Row1":
        return frozenset({Zone.DRIVER if driver_side else Zone.PASSENGER})
    left = driver_side == (driver_position != RIGHT)
    return frozenset({Zone.REAR_LEFT if left else Zone.REAR_RIGHT})
