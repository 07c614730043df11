"""Android's area ids and the VSS branches they mean.

Android Automotive's vehicle HAL names places by bits of left and right, one set for each kind of
place; an id may name several at once. VSS names them after the driver, so which is which follows
`Vehicle.Cabin.DriverPosition`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from vehicle_bus.values import Zone
from vehicle_bus.zones import LEFT, RIGHT, branch


class AreaKind(StrEnum):
    """Android's VehicleArea types with places of their own."""

    SEAT = "seat"
    DOOR = "door"
    WINDOW = "window"
    MIRROR = "mirror"


_ROW1_LEFT, _ROW1_RIGHT, _ROW2_LEFT, _ROW2_RIGHT = "1L", "1R", "2L", "2R"
_BY_SEAT: Mapping[AreaKind, Mapping[str, int]] = {
    AreaKind.SEAT: {_ROW1_LEFT: 0x1, _ROW1_RIGHT: 0x4, _ROW2_LEFT: 0x10, _ROW2_RIGHT: 0x40},
    AreaKind.DOOR: {_ROW1_LEFT: 0x1, _ROW1_RIGHT: 0x4, _ROW2_LEFT: 0x10, _ROW2_RIGHT: 0x40},
    AreaKind.WINDOW: {_ROW1_LEFT: 0x10, _ROW1_RIGHT: 0x40, _ROW2_LEFT: 0x100, _ROW2_RIGHT: 0x400},
}
_FIXED: Mapping[AreaKind, Mapping[int, str]] = {
    AreaKind.SEAT: {0x20: "Vehicle.Cabin.Seat.Row2.Middle"},
    AreaKind.DOOR: {0x10000000: "Vehicle.Body.Hood", 0x20000000: "Vehicle.Body.Trunk.Rear"},
    AreaKind.WINDOW: {
        0x1: "Vehicle.Body.Windshield.Front",
        0x2: "Vehicle.Body.Windshield.Rear",
        0x10000: "Vehicle.Cabin.Sunroof",
    },
    AreaKind.MIRROR: {0x4: "Vehicle.Cabin.RearviewMirror"},
}
_MIRROR_LEFT, _MIRROR_RIGHT = 0x1, 0x2


def seat_area(zone: Zone, driver_position: str = LEFT) -> int:
    """The VehicleAreaSeat of a seat zone; ValueError for `Zone.UNKNOWN`, which is no seat."""
    for place, area in _BY_SEAT[AreaKind.SEAT].items():
        if _zone(place, driver_position) is zone:
            return area
    raise ValueError("an unknown zone is no seat; ask who is meant")


def seat_zone(area: int, driver_position: str = LEFT) -> Zone:
    """The seat zone of a VehicleAreaSeat; unknown for several at once and for what is no seat of
    ours."""
    for place, each in _BY_SEAT[AreaKind.SEAT].items():
        if each == area:
            return _zone(place, driver_position)
    return Zone.UNKNOWN


def branches(kind: AreaKind, areas: int, driver_position: str = LEFT) -> tuple[str, ...]:
    """The VSS branches that an id names: seats and their HVAC stations, doors, windows, mirrors.
    Bits that this car has no place for name nothing."""
    known = _table(kind, driver_position)
    return tuple(path for area, path in known if area & areas)


def areas_of(path: str, driver_position: str = LEFT) -> Mapping[AreaKind, int]:
    """The area ids that a signal or branch lies in, by kind; empty for one of the whole car."""
    found: dict[AreaKind, int] = {}
    for kind in AreaKind:
        for area, place in _table(kind, driver_position):
            if path == place or path.startswith(f"{place}."):
                found[kind] = found.get(kind, 0) | area
    return found


def _table(kind: AreaKind, driver_position: str) -> Iterator[tuple[int, str]]:
    for place, area in _BY_SEAT.get(kind, {}).items():
        seat = branch(_zone(place, driver_position), driver_position)
        match kind:
            case AreaKind.SEAT:
                yield area, seat.seat
                yield area, seat.hvac
            case AreaKind.DOOR:
                yield area, seat.door
            case _:
                yield area, f"{seat.door}.Window"
    if kind is AreaKind.MIRROR:
        driver_is_right = driver_position == RIGHT
        for area, right in ((_MIRROR_LEFT, False), (_MIRROR_RIGHT, True)):
            side = "DriverSide" if right == driver_is_right else "PassengerSide"
            yield area, f"Vehicle.Body.Mirrors.{side}"
    yield from _FIXED[kind].items()


def _zone(place: str, driver_position: str) -> Zone:
    row, left = place[0], place[1] == "L"
    if row == "2":
        return Zone.REAR_LEFT if left else Zone.REAR_RIGHT
    return Zone.DRIVER if left == (driver_position != RIGHT) else Zone.PASSENGER
