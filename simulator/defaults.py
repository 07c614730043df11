"""The car before anything happens: parked, switched on, mild weather, the driver in the seat."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.driveline import PARK
from simulator.motion import DOORS, SEATS
from vehicle_bus.catalogue import Catalogue, Kind, Leaf
from vehicle_bus.values import Scalar, Zone
from vehicle_bus.zones import branch

NOT_OURS = (
    "Vehicle.ADAS.",
    "Vehicle.MotionManagement.",
    "Vehicle.Powertrain.Transmission.SelectedGear",
    "Vehicle.Chassis.ParkingBrake.",
)
"""Actuators of other control units: nobody on this bus moves them."""

_HVAC = "Vehicle.Cabin.HVAC"
_STATIONS = tuple(
    f"{_HVAC}.Station.{r}.{s}" for r in ("Row1", "Row2") for s in ("Driver", "Passenger")
)
_MEDIA = "Vehicle.Cabin.Infotainment.Media"
_HMI = "Vehicle.Cabin.Infotainment.HMI"
_LIGHT = "Vehicle.Cabin.Light"
_LAMPS = tuple(door.rpartition("Door.")[2] for door in DOORS)

DEFAULTS: dict[str, Scalar] = {
    "Vehicle.LowVoltageSystemState": "ON",
    "Vehicle.LowVoltageBattery.CurrentVoltage": 12.6,
    "Vehicle.Connectivity.IsConnectivityAvailable": False,
    "Vehicle.Speed": 0.0,
    "Vehicle.IsMoving": False,
    "Vehicle.Acceleration.Longitudinal": 0.0,
    "Vehicle.TraveledDistance": 12_345_000,
    "Vehicle.Powertrain.Type": "ELECTRIC",
    "Vehicle.Powertrain.Transmission.SelectedGear": PARK,
    "Vehicle.Powertrain.Transmission.CurrentGear": 0,
    "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current": 72.0,
    "Vehicle.Powertrain.TractionBattery.Charging.IsCharging": False,
    "Vehicle.Chassis.ParkingBrake.IsEngaged": True,
    "Vehicle.Exterior.AirTemperature": 18.0,
    "Vehicle.Exterior.Humidity": 50.0,
    "Vehicle.Exterior.LightIntensity": 80.0,
    "Vehicle.Body.Raindetection.Intensity": 0,
    "Vehicle.Body.Lights.LightSwitch": "AUTO",
    "Vehicle.Body.Lights.Running.IsOn": True,
    "Vehicle.Body.Windshield.Front.Wiping.Mode": "OFF",
    "Vehicle.Body.Windshield.Front.WasherFluid.Level": 80,
    "Vehicle.Body.Windshield.Front.WasherFluid.IsLevelLow": False,
    "Vehicle.CurrentLocation.Latitude": 48.137154,
    "Vehicle.CurrentLocation.Longitude": 11.576124,
    "Vehicle.CurrentLocation.Heading": 90.0,
    "Vehicle.Driver.AttentiveProbability": 95.0,
    "Vehicle.Driver.DistractionLevel": 5.0,
    "Vehicle.Driver.FatigueLevel": 10.0,
    "Vehicle.Driver.IsEyesOnRoad": True,
    "Vehicle.Driver.IsHandsOnWheel": True,
    "Vehicle.Cabin.DriverPosition": "LEFT",
    "Vehicle.Cabin.DoorCount": 4,
    "Vehicle.Cabin.SeatRowCount": 2,
    "Vehicle.Cabin.Sunroof.Position": 0,
    "Vehicle.Cabin.IsWindowChildLockEngaged": False,
    f"{_LIGHT}.PerceivedAmbientLight": 80,
    f"{_HVAC}.AmbientAirTemperature": 21.0,
    f"{_HVAC}.IsAirConditioningActive": False,
    **{f"{station}.Temperature": 21.0 for station in _STATIONS},
    **{f"{station}.FanSpeed": 40 for station in _STATIONS},
    **{f"{station}.AirDistribution": "MIDDLE" for station in _STATIONS},
    f"{_MEDIA}.Action": "STOP",
    f"{_MEDIA}.Volume": 30,
    f"{_MEDIA}.Played.Source": "DAB",
    f"{_MEDIA}.Played.PlaybackRate": 1.0,
    f"{_MEDIA}.Played.Track": "",
    "Vehicle.Cabin.Infotainment.Navigation.Volume": 40,
    "Vehicle.Cabin.Infotainment.Navigation.Mute": "UNMUTED",
    f"{_HMI}.Brightness": 60.0,
    f"{_HMI}.DayNightMode": "DAY",
    f"{_HMI}.TemperatureUnit": "C",
    f"{_HMI}.DistanceUnit": "KILOMETERS",
    f"{_HMI}.SpeedUnit": "KILOMETERS_PER_HOUR",
    f"{_HMI}.TimeFormat": "HR_24",
    f"{_HMI}.FontSize": "STANDARD",
    **{f"{_LIGHT}.AmbientLight.{lamp}.Color": "#FFFFFF" for lamp in _LAMPS},
    **{f"{_LIGHT}.AmbientLight.{lamp}.Intensity": 50 for lamp in _LAMPS},
    **{f"{_LIGHT}.Spotlight.{lamp}.Color": "#FFFFFF" for lamp in _LAMPS},
    **{f"{_LIGHT}.Spotlight.{lamp}.Intensity": 80 for lamp in _LAMPS},
    **{f"{door}.IsChildLockActive": False for door in DOORS},
    **{f"{seat}.Position": 150 for seat in SEATS},
    **{f"{seat}.Height": 40 for seat in SEATS},
    **{f"{seat}.Backrest.Recline": 20.0 for seat in SEATS},
    **{f"{seat}.Backrest.LumbarSupport": 50.0 for seat in SEATS},
    **{f"{seat}.Massage.IsAvailable": True for seat in SEATS},
    **{f"{seat}.Massage.Status": "OFF" for seat in SEATS},
}


def claimed(catalogue: Catalogue) -> tuple[str, ...]:
    """The actuators the car answers for."""
    return tuple(
        path
        for path, leaf in catalogue.items()
        if leaf.kind is Kind.ACTUATOR and not path.startswith(NOT_OURS)
    )


def initial(catalogue: Catalogue) -> dict[str, Scalar]:
    """A value for every actuator the car answers for and for what its sensors tell."""
    values = {path: _resting(catalogue[path]) for path in claimed(catalogue)}
    values |= {path: value for path, value in DEFAULTS.items() if path in catalogue}
    return values | occupancy((Zone.DRIVER,))


def occupancy(seated: Iterable[Zone], driver_position: str = "LEFT") -> dict[str, Scalar]:
    """The seat signals of a car with people in the seats of `seated`; the others are empty."""
    seated = frozenset(seated)
    values: dict[str, Scalar] = {}
    for zone in (zone for zone in Zone if zone is not Zone.UNKNOWN):
        seat = branch(zone, driver_position).seat
        values[f"{seat}.OccupancyStatus"] = "OCCUPIED" if zone in seated else "EMPTY"
        values[f"{seat}.IsBelted"] = zone in seated
    return values


def _resting(leaf: Leaf) -> Scalar:
    """Off, closed, in the middle of nowhere: the least value that the leaf allows."""
    match leaf.datatype:
        case "boolean":
            return False
        case "string":
            return leaf.allowed[0] if leaf.allowed else ""
        case "float" | "double":
            return max(0.0, leaf.low or 0.0)
        case _:
            return int(max(0, leaf.low or 0))
