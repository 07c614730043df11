"""Every row of the policy's table: where it refuses, and where it lets pass."""

from dataclasses import dataclass, field

import pytest

from vehicle_bus.catalogue import Catalogue, Kind, validate
from vehicle_bus.policy import decide, explain
from vehicle_bus.rules import RULES
from vehicle_bus.situation import VehicleProfile, VehicleState, vehicle_state
from vehicle_bus.values import (
    ActuationRequest,
    Datapoint,
    Decision,
    Requester,
    Scalar,
    Verdict,
    Zone,
)

SPEED = "Vehicle.Speed"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
PARK, DRIVE = 126, 127
DOOR = "Vehicle.Cabin.Door"
OWN_DOOR = f"{DOOR}.Row1.PassengerSide"
SEAT = "Vehicle.Cabin.Seat.Row1.DriverSide"
LIGHTS = "Vehicle.Body.Lights"
PORT = "Vehicle.Powertrain.TractionBattery.Charging.ChargingPort.AnyPosition"
PARKED = {SPEED: 0.0, GEAR: PARK}
IDLING = {SPEED: 0.0, GEAR: DRIVE}
ON = {"Vehicle.LowVoltageSystemState": "ON"}
MOVING = {SPEED: 50.0, GEAR: DRIVE, **ON}
OFF = {"Vehicle.LowVoltageSystemState": "OFF"}
DAY = {"Vehicle.Exterior.LightIntensity": 90.0}
NIGHT = {"Vehicle.Exterior.LightIntensity": 5.0}
RAIN = {"Vehicle.Body.Raindetection.Intensity": 30}
DRY = {"Vehicle.Body.Raindetection.Intensity": 0}
FOG = {"Vehicle.Exterior.Humidity": 99.0}
FOG_LIGHT = {"Vehicle.Exterior.Humidity": 60.0, f"{LIGHTS}.Fog.Rear.IsOn": True}
CLEAR = {"Vehicle.Exterior.Humidity": 60.0}
WINDOW_LOCK = {"Vehicle.Cabin.IsWindowChildLockEngaged": True}
DOOR_LOCK = {f"{DOOR}.Row2.PassengerSide.IsChildLockActive": True}
RIGHT_HAND_DRIVE = {"Vehicle.Cabin.DriverPosition": "RIGHT"}
NO_REVERSE = VehicleProfile(auto_reverse=False)
NOW = 1000.0


@dataclass(frozen=True)
class Case:
    path: str
    value: Scalar
    state: dict[str, Scalar]
    expected: str = "allow"
    zone: Zone = Zone.DRIVER
    profile: VehicleProfile = field(default_factory=VehicleProfile)
    confirmed: bool = False
    scopes: tuple[str, ...] = ("Vehicle.*",)

    def verdict(self) -> Verdict:
        request = ActuationRequest(
            {self.path: self.value},
            Requester("test", self.zone, self.scopes),
            self.confirmed,
        )
        snapshot = {path: Datapoint(value, NOW) for path, value in self.state.items()}
        return decide(request, snapshot, self.profile, NOW)

    def __str__(self) -> str:
        return f"{self.path.removeprefix('Vehicle.')}={self.value}-{self.zone}-{self.expected}"


R, C = "refuse ", "confirm "
DRIVER, PASSENGER, LEFT, RIGHT = Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT
UNKNOWN = Zone.UNKNOWN
NEVER = R + "driving_functions_never"
IN_PARK = R + "openings_only_in_park"
POSTURE = R + "driver_posture_only_in_park"
CHILD = R + "child_lock"
LIT = R + "seen_lights_stay_on"
OTHER_SEAT = R + "own_seat_only"
DRIVERS = R + "drivers_business"
WHO = R + "unknown_speaker"

CASES = [
    # 3: doors, trunk, hood and flaps open only in Park
    Case("Vehicle.Body.Trunk.Rear.IsOpen", True, PARKED),
    Case("Vehicle.Body.Trunk.Rear.IsOpen", True, IDLING, IN_PARK),
    Case("Vehicle.Body.Trunk.Rear.IsOpen", True, MOVING, IN_PARK, confirmed=True),
    Case("Vehicle.Body.Trunk.Rear.IsOpen", False, MOVING),
    Case("Vehicle.Body.Trunk.Front.Switch", "ONE_SHOT_OPEN", IDLING, IN_PARK),
    Case("Vehicle.Body.Trunk.Front.Switch", "CLOSE", IDLING),
    Case("Vehicle.Body.Trunk.Rear.IsLocked", False, MOVING, IN_PARK),
    Case("Vehicle.Body.Hood.Position", 40, IDLING, IN_PARK),
    Case("Vehicle.Body.Hood.Position", 40, IDLING | {"Vehicle.Body.Hood.Position": 90}),
    Case(f"{DOOR}.Row2.DriverSide.IsOpen", True, IDLING, IN_PARK),
    Case(f"{DOOR}.Row1.DriverSide.IsLocked", False, MOVING, IN_PARK),
    Case(f"{DOOR}.Row1.DriverSide.IsLocked", True, MOVING),
    Case(f"{DOOR}.Row1.DriverSide.IsLocked", False, PARKED),
    Case(f"{PORT}.IsFlapOpen", True, PARKED),
    Case(f"{PORT}.IsFlapOpen", True, MOVING, IN_PARK),
    Case(f"{PORT}.IsChargingCableLocked", False, IDLING, IN_PARK),
    Case("Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen", True, IDLING, IN_PARK),
    Case("Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen", True, PARKED),
    # 2: missing speed or gear counts as moving
    Case("Vehicle.Body.Trunk.Rear.IsOpen", True, {}, IN_PARK),
    Case("Vehicle.Body.Trunk.Rear.IsOpen", True, {GEAR: PARK}, IN_PARK),
    Case("Vehicle.Body.Trunk.Rear.IsOpen", True, {SPEED: 0.0}, IN_PARK),
    # 4: the driver's posture
    Case(f"{SEAT}.Position", 100, PARKED),
    Case(f"{SEAT}.Position", 100, IDLING, POSTURE),
    Case(f"{SEAT}.Height", 40, MOVING, POSTURE),
    Case(f"{SEAT}.Backrest.Recline", 20.0, MOVING, POSTURE),
    Case("Vehicle.Chassis.SteeringWheel.Tilt", 20, MOVING, POSTURE),
    Case("Vehicle.Chassis.SteeringWheel.Extension", 20, PARKED),
    Case("Vehicle.Chassis.SteeringWheel.HeatingCooling", 50, MOVING),
    Case(f"{SEAT}.HeatingCooling", 60, MOVING),
    Case(f"{SEAT}.Backrest.LumbarSupport", 60.0, MOVING),
    Case("Vehicle.Cabin.Seat.Row1.PassengerSide.Position", 100, MOVING, zone=PASSENGER),
    # 5: closing windows and roof
    Case(f"{DOOR}.Row1.DriverSide.Window.Position", 0, MOVING),
    Case(f"{DOOR}.Row1.DriverSide.Window.Position", 0, PARKED | OFF, R + "closing_needs_ignition"),
    Case(f"{DOOR}.Row1.DriverSide.Window.Position", 0, PARKED, R + "closing_needs_ignition"),
    Case(f"{DOOR}.Row1.DriverSide.Window.Position", 100, PARKED | OFF),
    Case(
        f"{DOOR}.Row1.DriverSide.Window.IsOpen", False, PARKED | OFF, R + "closing_needs_ignition"
    ),
    Case(
        f"{DOOR}.Row1.DriverSide.Window.Position",
        50,
        PARKED | OFF | {f"{DOOR}.Row1.DriverSide.Window.Position": 30},
    ),
    Case("Vehicle.Cabin.Sunroof.Switch", "CLOSE", PARKED | OFF, R + "closing_needs_ignition"),
    Case("Vehicle.Cabin.Sunroof.Switch", "TILT_DOWN", PARKED | OFF, R + "closing_needs_ignition"),
    Case("Vehicle.Cabin.Sunroof.Switch", "OPEN", PARKED | OFF),
    Case("Vehicle.Cabin.Sunroof.Switch", "ONE_SHOT_CLOSE", MOVING),
    Case(
        "Vehicle.Cabin.Sunroof.Switch",
        "ONE_SHOT_CLOSE",
        MOVING,
        C + "closing_without_auto_reverse",
        profile=NO_REVERSE,
    ),
    Case(
        "Vehicle.Cabin.Sunroof.Switch",
        "ONE_SHOT_CLOSE",
        MOVING,
        profile=NO_REVERSE,
        confirmed=True,
    ),
    Case(
        "Vehicle.Cabin.Sunroof.Switch",
        "ONE_SHOT_CLOSE",
        MOVING | OFF,
        R + "closing_needs_ignition",
        profile=NO_REVERSE,
        confirmed=True,
    ),
    # 6: child lock
    Case(f"{DOOR}.Row2.DriverSide.Window.Position", 50, MOVING, zone=LEFT),
    Case(f"{DOOR}.Row2.DriverSide.Window.Position", 50, MOVING | WINDOW_LOCK, CHILD, zone=LEFT),
    Case(f"{DOOR}.Row2.DriverSide.Window.Position", 50, MOVING | DOOR_LOCK, CHILD, zone=LEFT),
    Case(f"{DOOR}.Row2.DriverSide.IsOpen", True, PARKED | DOOR_LOCK, CHILD, zone=LEFT),
    Case(f"{DOOR}.Row2.DriverSide.Window.Position", 50, MOVING | WINDOW_LOCK, CHILD, zone=UNKNOWN),
    Case(f"{DOOR}.Row2.DriverSide.Window.Position", 50, MOVING | WINDOW_LOCK),
    Case(f"{OWN_DOOR}.Window.Position", 50, MOVING | WINDOW_LOCK, zone=PASSENGER),
    Case(f"{DOOR}.Row2.DriverSide.Shade.Position", 50, MOVING | WINDOW_LOCK, zone=LEFT),
    Case("Vehicle.Cabin.IsWindowChildLockEngaged", False, PARKED | WINDOW_LOCK, DRIVERS, zone=LEFT),
    # 7: lights that others must see
    Case(f"{LIGHTS}.Beam.Low.IsOn", False, PARKED | DAY),
    Case(f"{LIGHTS}.Beam.Low.IsOn", False, PARKED | NIGHT, LIT),
    Case(f"{LIGHTS}.Beam.Low.IsOn", False, PARKED, LIT),
    Case(f"{LIGHTS}.Beam.Low.IsOn", False, MOVING | DAY, LIT),
    Case(f"{LIGHTS}.Beam.Low.IsOn", True, MOVING | NIGHT),
    Case(f"{LIGHTS}.Hazard.IsSignaling", False, MOVING | DAY, LIT),
    Case(f"{LIGHTS}.Hazard.IsSignaling", True, MOVING | DAY),
    Case(f"{LIGHTS}.Brake.IsActive", "INACTIVE", MOVING | DAY, LIT),
    Case(f"{LIGHTS}.LightSwitch", "OFF", MOVING | DAY, LIT),
    Case(f"{LIGHTS}.LightSwitch", "POSITION", IDLING | NIGHT, LIT),
    Case(f"{LIGHTS}.LightSwitch", "AUTO", MOVING | NIGHT),
    Case(f"{LIGHTS}.Beam.High.IsOn", False, MOVING | NIGHT),
    # 8: while moving
    Case("Vehicle.Body.Mirrors.DriverSide.IsFolded", True, MOVING, R + "mirrors_stay_out"),
    Case("Vehicle.Body.Mirrors.DriverSide.IsFolded", True, IDLING),
    Case("Vehicle.Body.Mirrors.DriverSide.IsFolded", False, MOVING),
    Case(
        "Vehicle.Body.Windshield.Front.Wiping.Mode",
        "OFF",
        MOVING | RAIN,
        R + "wipers_stay_on_in_rain",
    ),
    Case("Vehicle.Body.Windshield.Front.Wiping.Mode", "SLOW", MOVING | RAIN),
    Case("Vehicle.Body.Windshield.Front.Wiping.Mode", "OFF", MOVING | DRY),
    Case("Vehicle.Body.Windshield.Front.Wiping.Mode", "OFF", IDLING | RAIN),
    Case(
        "Vehicle.Body.Windshield.Front.Wiping.Mode",
        "OFF",
        MOVING,
        C + "wipers_off_when_rain_is_unknown",
    ),
    Case(
        "Vehicle.Body.Windshield.Front.Wiping.System.Mode",
        "EMERGENCY_STOP",
        MOVING | RAIN,
        R + "wipers_stay_on_in_rain",
    ),
    Case(
        "Vehicle.Cabin.HVAC.IsFrontDefrosterActive",
        False,
        MOVING | FOG,
        R + "defrost_stays_on_in_fog",
    ),
    Case(
        "Vehicle.Body.Windshield.Rear.IsHeatingOn",
        False,
        MOVING | FOG_LIGHT,
        R + "defrost_stays_on_in_fog",
    ),
    Case(
        "Vehicle.Cabin.HVAC.IsRearDefrosterActive",
        False,
        MOVING,
        C + "defrost_off_when_fog_is_unknown",
    ),
    Case("Vehicle.Cabin.HVAC.IsFrontDefrosterActive", False, MOVING | CLEAR),
    Case("Vehicle.Cabin.HVAC.IsFrontDefrosterActive", False, PARKED | FOG),
    Case("Vehicle.Cabin.HVAC.IsFrontDefrosterActive", True, MOVING | FOG),
    # 9: who may do what
    Case("Vehicle.Cabin.HVAC.Station.Row1.Passenger.Temperature", 22.0, MOVING, zone=PASSENGER),
    Case("Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature", 22.0, MOVING, OTHER_SEAT, PASSENGER),
    Case("Vehicle.Cabin.HVAC.Station.Row2.Passenger.FanSpeed", 20, MOVING),
    Case("Vehicle.Cabin.HVAC.Station.Row2.Driver.FanSpeed", 20, MOVING, zone=LEFT),
    Case("Vehicle.Cabin.HVAC.Station.Row2.Driver.FanSpeed", 20, MOVING, OTHER_SEAT, RIGHT),
    Case(
        "Vehicle.Cabin.HVAC.Station.Row2.Driver.FanSpeed",
        20,
        MOVING | RIGHT_HAND_DRIVE,
        zone=RIGHT,
    ),
    Case("Vehicle.Cabin.Seat.Row2.PassengerSide.HeatingCooling", 40, MOVING, zone=RIGHT),
    Case("Vehicle.Cabin.Seat.Row2.PassengerSide.HeatingCooling", 40, MOVING, OTHER_SEAT, LEFT),
    Case("Vehicle.Cabin.Light.AmbientLight.Row2.DriverSide.Color", "#00FF00", MOVING, zone=LEFT),
    Case(f"{OWN_DOOR}.Window.Position", 60, MOVING, zone=PASSENGER),
    Case(f"{DOOR}.Row2.DriverSide.Window.Position", 60, MOVING, OTHER_SEAT, PASSENGER),
    Case("Vehicle.Cabin.Infotainment.Media.Volume", 20, MOVING, zone=RIGHT),
    Case("Vehicle.Cabin.HVAC.IsAirConditioningActive", True, MOVING, zone=PASSENGER),
    Case("Vehicle.Cabin.HVAC.IsRecirculationActive", True, MOVING, DRIVERS, PASSENGER),
    Case("Vehicle.Cabin.HVAC.IsRecirculationActive", True, MOVING),
    Case("Vehicle.Cabin.Infotainment.Navigation.Mute", "MUTED", MOVING, DRIVERS, PASSENGER),
    Case(f"{LIGHTS}.Beam.Low.IsOn", True, MOVING, DRIVERS, PASSENGER),
    Case("Vehicle.Body.Trunk.Rear.IsOpen", True, PARKED, DRIVERS, PASSENGER),
    Case("Vehicle.Cabin.Infotainment.Media.Volume", 20, MOVING, zone=UNKNOWN),
    Case("Vehicle.Cabin.HVAC.Station.Row2.Driver.Temperature", 22.0, MOVING, zone=UNKNOWN),
    Case("Vehicle.Cabin.Light.AmbientLight.Row2.DriverSide.IsLightOn", True, {}, zone=UNKNOWN),
    Case("Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature", 22.0, MOVING, WHO, UNKNOWN),
    Case("Vehicle.Cabin.HVAC.IsAirConditioningActive", True, MOVING, WHO, UNKNOWN),
    Case(f"{DOOR}.Row2.DriverSide.Window.Position", 60, PARKED | ON, WHO, UNKNOWN),
    Case("Vehicle.Cabin.Seat.Row2.DriverSide.HeatingCooling", 40, PARKED, WHO, UNKNOWN),
    Case(f"{OWN_DOOR}.IsOpen", True, PARKED, C + "door_by_passenger", PASSENGER),
    Case(f"{OWN_DOOR}.IsLocked", False, PARKED, C + "door_by_passenger", PASSENGER),
    Case(f"{OWN_DOOR}.IsOpen", True, PARKED, zone=PASSENGER, confirmed=True),
    Case(f"{OWN_DOOR}.IsLocked", True, PARKED, zone=PASSENGER),
    Case(f"{OWN_DOOR}.IsOpen", True, MOVING, IN_PARK, PASSENGER, confirmed=True),
    # 10: never, for everybody, confirmed or not
    Case(GEAR, DRIVE, PARKED, NEVER, confirmed=True),
    Case("Vehicle.Powertrain.Transmission.PerformanceMode", "SPORT", PARKED, NEVER),
    Case("Vehicle.Chassis.ParkingBrake.IsEngaged", False, PARKED, NEVER, confirmed=True),
    Case("Vehicle.ADAS.CruiseControl.SpeedSet", 120.0, MOVING, NEVER),
    Case("Vehicle.ADAS.ESC.IsEnabled", False, PARKED, NEVER),
    Case("Vehicle.MotionManagement.Steering.Axle.Row1.SteerAngleTarget", 5, PARKED, NEVER),
    Case("Vehicle.Cabin.Seat.Row1.PassengerSide.Airbag.IsEnabled", False, PARKED, NEVER),
    Case("Vehicle.Powertrain.TractionBattery.Charging.ChargeLimit", 80, PARKED),
    Case("Vehicle.SomethingNew.IsOn", True, PARKED, R + "unlisted_function"),
    Case("Vehicle.TripMeterReading", 0, PARKED),
    # 16: scopes
    Case(f"{LIGHTS}.Fog.Rear.IsOn", True, PARKED, R + "out_of_scope", scopes=()),
    Case(f"{LIGHTS}.Fog.Rear.IsOn", True, PARKED, R + "out_of_scope", scopes=("Vehicle.Cabin.*",)),
    Case(f"{LIGHTS}.Fog.Rear.IsOn", True, PARKED, scopes=("Vehicle.Body.Lights.Fog.*",)),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_table(case):
    verdict = case.verdict()
    told = verdict.decision.value
    if verdict.decision is not Decision.ALLOW:
        told += f" {verdict.rule}"
        assert verdict.paths == (case.path,)
    assert told == case.expected


def test_every_row_has_a_case_that_it_decides():
    decided = {case.expected.partition(" ")[2] for case in CASES}
    assert {rule.name for rule in RULES} <= decided


def test_cases_write_what_the_catalogue_knows():
    catalogue = Catalogue.load()
    foreign = {
        "Vehicle.SomethingNew.IsOn",
        "Vehicle.Cabin.Seat.Row1.PassengerSide.Airbag.IsEnabled",
    }
    for case in CASES:
        if case.path not in foreign:
            assert catalogue[case.path].kind is Kind.ACTUATOR
            validate(catalogue[case.path], case.value)
        for path, value in case.state.items():
            validate(catalogue[path], value)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_row_is_complete_and_short_enough_for_a_moving_display(rule):
    assert rule.source
    assert 0 < len(rule.reason_en) <= 120
    assert 0 < len(rule.reason_zh) <= 120
    assert any("一" <= letter <= "鿿" for letter in rule.reason_zh)
    assert rule.decision is not Decision.ALLOW


def test_names_are_unique():
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("values", "ages", "expected"),
    [
        (PARKED, {}, VehicleState.PARKED),
        (IDLING, {}, VehicleState.IDLING),
        (MOVING, {}, VehicleState.MOVING),
        ({SPEED: -3.0, GEAR: DRIVE}, {}, VehicleState.MOVING),
        ({SPEED: 4.0, GEAR: PARK}, {}, VehicleState.MOVING),
        (PARKED | {"Vehicle.IsMoving": True}, {}, VehicleState.MOVING),
        (PARKED | {"Vehicle.IsMoving": False}, {}, VehicleState.PARKED),
        (PARKED, {SPEED: 2.0, GEAR: 2.0}, VehicleState.PARKED),
        (PARKED, {SPEED: 2.1}, VehicleState.MOVING),
        (PARKED, {GEAR: 2.1}, VehicleState.MOVING),
        (PARKED, {SPEED: -0.1}, VehicleState.MOVING),
        ({}, {}, VehicleState.MOVING),
    ],
)
def test_missing_stale_and_contradicting_signals_count_as_moving(values, ages, expected):
    snapshot = {path: Datapoint(value, NOW - ages.get(path, 0.0)) for path, value in values.items()}
    assert vehicle_state(snapshot, VehicleProfile(), NOW) is expected


def test_the_age_limit_is_the_profiles():
    snapshot = {path: Datapoint(value, NOW - 5.0) for path, value in PARKED.items()}
    assert vehicle_state(snapshot, VehicleProfile(max_age_s=6.0), NOW) is VehicleState.PARKED


def asked(values, **others):
    return ActuationRequest(values, Requester("test", Zone.DRIVER, ("Vehicle.*",)), **others)


def snapshot_of(values):
    return {path: Datapoint(value, NOW) for path, value in values.items()}


def test_the_strictest_row_decides_a_batch():
    window, trunk = f"{DOOR}.Row1.DriverSide.Window.Position", "Vehicle.Body.Trunk.Rear.IsOpen"
    state = snapshot_of(IDLING | ON)
    for values in ({window: 0, trunk: True}, {trunk: True, window: 0}):
        verdict = decide(asked(values), state, NO_REVERSE, NOW)
        assert (verdict.decision, verdict.paths) == (Decision.REFUSE, (trunk,))


def test_a_verdict_names_every_path_its_row_is_about():
    windows = [f"{DOOR}.Row1.{side}.Window.Position" for side in ("DriverSide", "PassengerSide")]
    values = {windows[0]: 0, "Vehicle.Cabin.Infotainment.Media.Volume": 3, windows[1]: 0}
    verdict = decide(asked(values), snapshot_of(PARKED | ON), NO_REVERSE, NOW)
    assert (verdict.decision, verdict.paths) == (Decision.CONFIRM, tuple(windows))


def test_a_confirmed_verdict_names_the_row_that_wanted_it():
    request = asked({f"{DOOR}.Row1.DriverSide.Window.Position": 0}, confirmed=True)
    verdict = decide(request, snapshot_of(PARKED | ON), NO_REVERSE, NOW)
    assert (verdict.decision, verdict.rule) == (Decision.ALLOW, "closing_without_auto_reverse")


def test_explain_lists_the_rows_consulted_and_their_outcome():
    path = "Vehicle.Body.Trunk.Rear.IsOpen"
    consulted = explain(asked({path: True}), snapshot_of(MOVING), VehicleProfile(), NOW)
    outcomes = {line.rule.name: line.applied for line in consulted}
    assert outcomes["openings_only_in_park"] is True
    assert outcomes["out_of_scope"] is False
    assert "mirrors_stay_out" not in outcomes
    assert {line.path for line in consulted} == {path}
