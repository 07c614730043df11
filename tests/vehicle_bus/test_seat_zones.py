"""Seats and VSS branches in left- and right-hand drive cars."""

import pytest

from vehicle_bus.patterns import in_scope, matches
from vehicle_bus.values import Zone
from vehicle_bus.zones import branch, zones_of_path

SEATS = [zone for zone in Zone if zone is not Zone.UNKNOWN]


@pytest.mark.parametrize(
    ("zone", "position", "row", "side"),
    [
        (Zone.DRIVER, "LEFT", "Row1", "Driver"),
        (Zone.DRIVER, "RIGHT", "Row1", "Driver"),
        (Zone.PASSENGER, "RIGHT", "Row1", "Passenger"),
        (Zone.REAR_LEFT, "LEFT", "Row2", "Driver"),
        (Zone.REAR_RIGHT, "LEFT", "Row2", "Passenger"),
        (Zone.REAR_LEFT, "RIGHT", "Row2", "Passenger"),
        (Zone.REAR_RIGHT, "RIGHT", "Row2", "Driver"),
        (Zone.REAR_LEFT, "MIDDLE", "Row2", "Driver"),
    ],
)
def test_branches_follow_the_driver(zone, position, row, side):
    paths = branch(zone, position)
    assert paths.door == f"Vehicle.Cabin.Door.{row}.{side}Side"
    assert paths.seat == f"Vehicle.Cabin.Seat.{row}.{side}Side"
    assert paths.hvac == f"Vehicle.Cabin.HVAC.Station.{row}.{side}"
    assert paths.ambient == f"Vehicle.Cabin.Light.AmbientLight.{row}.{side}Side"
    assert paths.spotlight == f"Vehicle.Cabin.Light.Spotlight.{row}.{side}Side"


@pytest.mark.parametrize("position", ["LEFT", "RIGHT"])
@pytest.mark.parametrize("zone", SEATS)
def test_there_and_back(catalogue, zone, position):
    paths = branch(zone, position)
    for leaf in (
        f"{paths.door}.Window.Position",
        f"{paths.seat}.HeatingCooling",
        f"{paths.hvac}.Temperature",
        f"{paths.ambient}.Color",
        f"{paths.spotlight}.IsLightOn",
    ):
        assert leaf in catalogue
        assert zones_of_path(leaf, position) == {zone}


def test_an_unknown_zone_is_no_seat():
    with pytest.raises(ValueError, match="no seat"):
        branch(Zone.UNKNOWN)


@pytest.mark.parametrize(
    ("path", "zones"),
    [
        ("Vehicle.Speed", set()),
        ("Vehicle.Cabin.HVAC.IsAirConditioningActive", set()),
        ("Vehicle.Cabin.Sunroof.Switch", set()),
        ("Vehicle.Cabin.HVAC.Station.Row3.Driver.Temperature", set()),
        ("Vehicle.Body.Mirrors.DriverSide.IsFolded", set()),
        ("Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure", set()),
        ("Vehicle.Cabin.Seat.Row1.Middle.OccupancyStatus", {Zone.PASSENGER}),
        ("Vehicle.Cabin.Seat.Row2.Middle.IsBelted", {Zone.REAR_LEFT, Zone.REAR_RIGHT}),
    ],
)
def test_signals_without_one_seat(path, zones):
    assert zones_of_path(path) == zones


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("Vehicle.Speed", "Vehicle.Speed", True),
        ("Vehicle.Speed", "Vehicle.SpeedLimit", False),
        ("Vehicle.Cabin.*", "Vehicle.Cabin.Sunroof.Shade.Position", True),
        ("Vehicle.Cabin.*", "Vehicle.Cabin", False),
        ("Vehicle.Cabin.*", "Vehicle.CabinHeater.IsOn", False),
        ("Vehicle.Cabin.Seat.*.HeatingCooling", "Vehicle.Cabin.Seat.Row1.X.HeatingCooling", True),
        ("Vehicle.Cabin.Seat.*.HeatingCooling", "Vehicle.Cabin.Seat.HeatingCooling", False),
        ("Vehicle.*.Row2.*.Position", "Vehicle.Cabin.Door.Row2.X.Window.Position", True),
        ("Vehicle.*.Row2.*.Position", "Vehicle.Cabin.Door.Row1.X.Window.Position", False),
        ("*", "Vehicle.Speed", True),
        ("Vehicle.Sp*", "Vehicle.Speed", False),
        ("", "Vehicle.Speed", False),
    ],
)
def test_patterns(pattern, path, expected):
    assert matches(pattern, path) is expected
    assert in_scope(("Vehicle.Nothing", pattern), path) is expected


def test_a_hostile_pattern_is_answered_at_once():
    assert matches(".".join(["*"] * 100 + ["x"]), ".".join(["a"] * 120)) is False
