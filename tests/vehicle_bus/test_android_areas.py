"""Seats, VSS branches and Android's area ids, in left- and right-hand drive."""

from __future__ import annotations

import pytest

from vehicle_bus.android_areas import AreaKind, areas_of, branches, seat_area, seat_zone
from vehicle_bus.values import Zone
from vehicle_bus.zones import LEFT, RIGHT, zones_of_path

SEATS = [zone for zone in Zone if zone is not Zone.UNKNOWN]
DOOR = "Vehicle.Cabin.Door"


@pytest.mark.parametrize(
    ("zone", "left_hand", "right_hand"),
    [
        (Zone.DRIVER, 0x1, 0x4),
        (Zone.PASSENGER, 0x4, 0x1),
        (Zone.REAR_LEFT, 0x10, 0x10),
        (Zone.REAR_RIGHT, 0x40, 0x40),
    ],
)
def test_the_drivers_seat_changes_sides_the_rear_ones_do_not(zone, left_hand, right_hand):
    assert (seat_area(zone), seat_area(zone, RIGHT)) == (left_hand, right_hand)


@pytest.mark.parametrize("position", [LEFT, "MIDDLE", RIGHT])
def test_zones_go_there_and_back(position):
    assert [seat_zone(seat_area(zone, position), position) for zone in SEATS] == SEATS


def test_what_is_no_single_seat_is_nobodys():
    assert seat_zone(0x5) is Zone.UNKNOWN
    assert seat_zone(0x100) is Zone.UNKNOWN
    with pytest.raises(ValueError, match="ask who is meant"):
        seat_area(Zone.UNKNOWN)


@pytest.mark.parametrize(
    ("kind", "areas", "position", "expected"),
    [
        (AreaKind.DOOR, 0x1, LEFT, (f"{DOOR}.Row1.DriverSide",)),
        (AreaKind.DOOR, 0x1, RIGHT, (f"{DOOR}.Row1.PassengerSide",)),
        (AreaKind.DOOR, 0x10, RIGHT, (f"{DOOR}.Row2.PassengerSide",)),
        (AreaKind.DOOR, 0x20000000, LEFT, ("Vehicle.Body.Trunk.Rear",)),
        (AreaKind.WINDOW, 0x400, LEFT, (f"{DOOR}.Row2.PassengerSide.Window",)),
        (AreaKind.WINDOW, 0x10000, LEFT, ("Vehicle.Cabin.Sunroof",)),
        (AreaKind.MIRROR, 0x1, RIGHT, ("Vehicle.Body.Mirrors.PassengerSide",)),
        (
            AreaKind.SEAT,
            0x1,
            LEFT,
            ("Vehicle.Cabin.Seat.Row1.DriverSide", "Vehicle.Cabin.HVAC.Station.Row1.Driver"),
        ),
        (AreaKind.DOOR, 0x5, LEFT, (f"{DOOR}.Row1.DriverSide", f"{DOOR}.Row1.PassengerSide")),
        (AreaKind.DOOR, 0x100, LEFT, ()),
    ],
)
def test_an_id_names_branches(kind, areas, position, expected):
    assert branches(kind, areas, position) == expected


@pytest.mark.parametrize("position", [LEFT, RIGHT])
def test_branches_agree_with_the_seat_zones_and_exist(catalogue, position):
    for zone in SEATS:
        area = seat_area(zone, position)
        for kind in (AreaKind.SEAT, AreaKind.DOOR):
            for path in branches(kind, area, position):
                assert zones_of_path(f"{path}.Anything", position) == {zone}
                assert areas_of(path, position)[kind] == area
    for kind in AreaKind:
        for path in branches(kind, 0x7FFFFFFF, position):
            assert catalogue.matching(f"{path}.*")


def test_a_signal_lies_in_areas():
    window = f"{DOOR}.Row2.DriverSide.Window.Position"
    assert areas_of(window) == {AreaKind.DOOR: 0x10, AreaKind.WINDOW: 0x100}
    assert areas_of(window, RIGHT) == {AreaKind.DOOR: 0x40, AreaKind.WINDOW: 0x400}
    assert areas_of("Vehicle.Speed") == {}
