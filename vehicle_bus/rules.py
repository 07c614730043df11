"""The policy's table: what an assistant may not do to a car, and where that is written.

A row applies to a write when its path is one of `paths` and none of `unless`, the value is of the
kind `values` asks for, and `when` holds. Rows are in the order in which their reasons are told; the
strictest decision wins. A write to which no row applies is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vehicle_bus.patterns import in_scope
from vehicle_bus.situation import Situation, VehicleState
from vehicle_bus.values import Decision, Scalar, Zone

HAZARDS = "project hazard analysis"
CAR_UX = "Android Automotive CarUxRestrictions"
AREAS = "Android VHAL area ids"
INTENT_26262 = "ISO 26262, intent: the assistant only requests"
CLOSING_LAW = "FMVSS 118 S4, UN R21 5.8"
LIGHTING_LAW = "UN R48 6.2, 6.6, 6.7"
CYBER_LAW = "UN R155 Annex 5"

KNOWN_PATHS = 16384
REAR = frozenset({Zone.REAR_LEFT, Zone.REAR_RIGHT})

WINDOWS_AND_ROOF = (
    "Vehicle.Cabin.Door.*.Window.*",
    "Vehicle.Cabin.Sunroof.Switch",
)
DOORS = tuple(
    f"Vehicle.Cabin.Door.{row}.{side}.{leaf}"
    for row in ("Row1", "Row2")
    for side in ("DriverSide", "PassengerSide")
    for leaf in ("IsOpen", "IsLocked", "Position", "Switch")
)
FLAPS = (
    "Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen",
    "Vehicle.Powertrain.TractionBattery.Charging.ChargingPort.*",
)
OPENINGS = (*DOORS, "Vehicle.Body.Trunk.*", "Vehicle.Body.Hood.*", *FLAPS)
DRIVER_POSTURE = (
    *(
        f"Vehicle.Cabin.Seat.Row1.DriverSide.{leaf}"
        for leaf in (
            "Position",
            "Height",
            "Tilt",
            "IsForwardSwitchEngaged",
            "IsBackwardSwitchEngaged",
            "IsUpSwitchEngaged",
            "IsDownSwitchEngaged",
            "IsTiltForwardSwitchEngaged",
            "IsTiltBackwardSwitchEngaged",
            "Backrest.Recline",
            "Backrest.IsReclineForwardSwitchEngaged",
            "Backrest.IsReclineBackwardSwitchEngaged",
            "Seating.Length",
            "Seating.IsForwardSwitchEngaged",
            "Seating.IsBackwardSwitchEngaged",
            "SeatBeltHeight",
        )
    ),
    "Vehicle.Chassis.SteeringWheel.Extension",
    "Vehicle.Chassis.SteeringWheel.Tilt",
)
COMFORT_IN_CHASSIS = tuple(
    f"Vehicle.Chassis.SteeringWheel.{leaf}" for leaf in ("Extension", "Tilt", "HeatingCooling")
)
CHARGING = (
    "Vehicle.Powertrain.TractionBattery.Charging.*",
    "Vehicle.Powertrain.TractionBattery.BatteryConditioning.*",
    "Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen",
)
DRIVING = (
    "Vehicle.Powertrain.*",
    "Vehicle.MotionManagement.*",
    "Vehicle.Chassis.*",
    "Vehicle.ADAS.*",
    "Vehicle.Cabin.Seat.*.Airbag.*",
)
ASSISTANTS_BRANCHES = (
    "Vehicle.Cabin.*",
    "Vehicle.Body.*",
    "Vehicle.TripMeterReading",
    *COMFORT_IN_CHASSIS,
    *CHARGING,
)
DEFROST = (
    "Vehicle.Cabin.HVAC.IsFrontDefrosterActive",
    "Vehicle.Cabin.HVAC.IsRearDefrosterActive",
    "Vehicle.Body.Windshield.*.IsHeatingOn",
)
SEEN_LIGHTS = (
    "Vehicle.Body.Lights.Beam.Low.IsOn",
    "Vehicle.Body.Lights.Brake.IsActive",
    "Vehicle.Body.Lights.Hazard.IsSignaling",
    "Vehicle.Body.Lights.LightSwitch",
)
SHARED = ("Vehicle.Cabin.Infotainment.Media.*", "Vehicle.Cabin.HVAC.IsAirConditioningActive")
"""Not of one seat, and yet every known passenger's to change."""
PASSENGER_SAFE = (
    "Vehicle.Cabin.Infotainment.Media.*",
    "Vehicle.Cabin.HVAC.Station.*",
    "Vehicle.Cabin.Light.AmbientLight.*",
)
"""What a person of an unknown seat may change, anywhere but at the driver's seat: media, climate
stations, ambient light. Nothing that moves, heats a body or changes what the driver sees."""

OPENING_MOVES = frozenset({"OPEN", "ONE_SHOT_OPEN"})
CLOSING_MOVES = frozenset({"CLOSE", "ONE_SHOT_CLOSE", "TILT_DOWN"})
BEAM_KEEPING = frozenset({"AUTO", "BEAM"})


@dataclass(frozen=True, slots=True)
class Write:
    """One target value; `current` is the last known value of the same signal."""

    path: str
    value: Scalar
    current: Scalar | None

    @property
    def leaf(self) -> str:
        return self.path.rpartition(".")[2]


def any_value(_: Write) -> bool:
    return True


def switching_on(write: Write) -> bool:
    return write.value is True


def switching_off(write: Write) -> bool:
    return write.value in (False, "OFF")


def opening(write: Write) -> bool:
    """Opens or unlocks; a position counts as opening unless it is known to shrink."""
    if write.leaf == "Position":
        return float(write.value) > float(write.current or 0)
    if write.leaf in ("IsLocked", "IsChargingCableLocked"):
        return write.value is False
    if write.leaf == "Switch":
        return write.value in OPENING_MOVES
    return write.leaf in ("IsOpen", "IsFlapOpen", "IsFuelPortFlapOpen") and write.value is True


def closing(write: Write) -> bool:
    """Closes; a position counts as closing unless it is known to grow or stay."""
    if write.leaf == "Position":
        current = 100.0 if write.current is None else float(write.current)
        return float(write.value) < current
    if write.leaf == "Switch":
        return write.value in CLOSING_MOVES
    return write.value is False


def darkening(write: Write) -> bool:
    """Takes away a light that others must see."""
    if write.leaf == "LightSwitch":
        return write.value not in BEAM_KEEPING
    return write.value in (False, "INACTIVE")


def stopping_wipers(write: Write) -> bool:
    return write.value in ("OFF", "STOP_HOLD", "PLANT_MODE", "EMERGENCY_STOP")


def always(_: Write, __: Situation) -> bool:
    return True


def not_parked(_: Write, now: Situation) -> bool:
    return now.state is not VehicleState.PARKED


def moving(_: Write, now: Situation) -> bool:
    return now.state is VehicleState.MOVING


def unpowered(_: Write, now: Situation) -> bool:
    return not now.powered


def no_auto_reverse(_: Write, now: Situation) -> bool:
    return not now.profile.auto_reverse


def locked_for_the_rear(_: Write, now: Situation) -> bool:
    return now.child_lock and (now.zone in REAR or now.zone is Zone.UNKNOWN)


def dark_or_moving(_: Write, now: Situation) -> bool:
    return now.state is VehicleState.MOVING or now.dark


def moving_in_rain(_: Write, now: Situation) -> bool:
    return now.state is VehicleState.MOVING and now.rain is True


def moving_maybe_in_rain(_: Write, now: Situation) -> bool:
    return now.state is VehicleState.MOVING and now.rain is None


def moving_in_fog(_: Write, now: Situation) -> bool:
    return now.state is VehicleState.MOVING and now.fog is True


def moving_maybe_in_fog(_: Write, now: Situation) -> bool:
    return now.state is VehicleState.MOVING and now.fog is None


def out_of_scope(write: Write, now: Situation) -> bool:
    return not in_scope(now.requester.scopes, write.path)


def known_passenger(now: Situation) -> bool:
    return now.zone not in (Zone.DRIVER, Zone.UNKNOWN)


def at_another_seat(write: Write, now: Situation) -> bool:
    seats = now.seats(write.path)
    return known_passenger(now) and bool(seats) and now.zone not in seats


def of_the_whole_car(write: Write, now: Situation) -> bool:
    return known_passenger(now) and not now.seats(write.path)


def by_a_passenger(_: Write, now: Situation) -> bool:
    return known_passenger(now)


def not_passenger_safe(write: Write, now: Situation) -> bool:
    if now.zone is not Zone.UNKNOWN:
        return False
    return not in_scope(PASSENGER_SAFE, write.path) or Zone.DRIVER in now.seats(write.path)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `number` is the rule of the design it belongs to; reasons are for the driver, at
    most 120 characters (CarUxRestrictions' text limit while moving)."""

    number: int
    name: str
    source: str
    paths: tuple[str, ...]
    decision: Decision
    reason_en: str
    reason_zh: str
    values: Callable[[Write], bool] = any_value
    when: Callable[[Write, Situation], bool] = always
    unless: tuple[str, ...] = ()

    def about(self, path: str) -> bool:
        """Whether the row has anything to say about `path`."""
        return in_scope(self.paths, path) and not in_scope(self.unless, path)

    def applies(self, write: Write, situation: Situation) -> bool:
        return self.values(write) and self.when(write, situation)


RULES: tuple[Rule, ...] = (
    Rule(
        10,
        "driving_functions_never",
        INTENT_26262,
        paths=DRIVING,
        unless=(*COMFORT_IN_CHASSIS, *CHARGING),
        decision=Decision.REFUSE,
        reason_en="I never touch drive, brakes, steering, driver assistance or airbags.",
        reason_zh="动力、制动、转向、驾驶辅助和安全气囊，我从不操作。",
    ),
    Rule(
        10,
        "unlisted_function",
        INTENT_26262,
        paths=("*",),
        unless=(*ASSISTANTS_BRANCHES, *DRIVING),
        decision=Decision.REFUSE,
        reason_en="That function of the car is not mine to change.",
        reason_zh="这项车辆功能不归我操作。",
    ),
    Rule(
        16,
        "out_of_scope",
        CYBER_LAW,
        paths=("*",),
        when=out_of_scope,
        decision=Decision.REFUSE,
        reason_en="The skill or client that asks has no permission for that function.",
        reason_zh="提出请求的技能或客户端没有这项功能的权限。",
    ),
    Rule(
        3,
        "openings_only_in_park",
        HAZARDS,
        paths=OPENINGS,
        values=opening,
        when=not_parked,
        decision=Decision.REFUSE,
        reason_en="Doors, trunk, hood and charge flap open only in Park.",
        reason_zh="车门、后备箱、引擎盖和充电口盖只能在P挡打开。",
    ),
    Rule(
        4,
        "driver_posture_only_in_park",
        HAZARDS,
        paths=DRIVER_POSTURE,
        when=not_parked,
        decision=Decision.REFUSE,
        reason_en="The driver's seat and the steering column move only in Park.",
        reason_zh="驾驶座和方向盘位置只能在P挡调节。",
    ),
    Rule(
        5,
        "closing_needs_ignition",
        CLOSING_LAW,
        paths=WINDOWS_AND_ROOF,
        values=closing,
        when=unpowered,
        decision=Decision.REFUSE,
        reason_en="Windows and roof close only with the ignition on.",
        reason_zh="车窗和天窗只有在通电后才能关闭。",
    ),
    Rule(
        5,
        "closing_without_auto_reverse",
        CLOSING_LAW,
        paths=WINDOWS_AND_ROOF,
        values=closing,
        when=no_auto_reverse,
        decision=Decision.CONFIRM,
        reason_en="Is the opening clear of hands and heads? Then I will close it.",
        reason_zh="请确认没有手或头伸在外面，我再关闭，好吗？",
    ),
    Rule(
        6,
        "child_lock",
        HAZARDS,
        paths=("Vehicle.Cabin.Door.*",),
        unless=("Vehicle.Cabin.Door.*.Shade.*",),
        when=locked_for_the_rear,
        decision=Decision.REFUSE,
        reason_en="The child lock is on, so rear doors and windows obey the driver only.",
        reason_zh="儿童锁已开启，后排门窗只听驾驶员的。",
    ),
    Rule(
        7,
        "seen_lights_stay_on",
        LIGHTING_LAW,
        paths=SEEN_LIGHTS,
        values=darkening,
        when=dark_or_moving,
        decision=Decision.REFUSE,
        reason_en="Low beam, brake and hazard lights stay on in the dark and while driving.",
        reason_zh="天黑或行驶时，近光灯、刹车灯和双闪不能关闭。",
    ),
    Rule(
        8,
        "mirrors_stay_out",
        HAZARDS,
        paths=("Vehicle.Body.Mirrors.*.IsFolded",),
        values=switching_on,
        when=moving,
        decision=Decision.REFUSE,
        reason_en="The mirrors don't fold while driving.",
        reason_zh="行驶中不能折叠后视镜。",
    ),
    Rule(
        8,
        "wipers_stay_on_in_rain",
        HAZARDS,
        paths=("Vehicle.Body.Windshield.*.Wiping.*",),
        values=stopping_wipers,
        when=moving_in_rain,
        decision=Decision.REFUSE,
        reason_en="The wipers stay on while driving in rain.",
        reason_zh="雨中行驶不能关闭雨刮。",
    ),
    Rule(
        8,
        "wipers_off_when_rain_is_unknown",
        HAZARDS,
        paths=("Vehicle.Body.Windshield.*.Wiping.*",),
        values=stopping_wipers,
        when=moving_maybe_in_rain,
        decision=Decision.CONFIRM,
        reason_en="I can't tell whether it rains. Really stop the wipers?",
        reason_zh="我无法判断是否下雨，确定关闭雨刮吗？",
    ),
    Rule(
        8,
        "defrost_stays_on_in_fog",
        HAZARDS,
        paths=DEFROST,
        values=switching_off,
        when=moving_in_fog,
        decision=Decision.REFUSE,
        reason_en="Defrosting stays on while driving in fog.",
        reason_zh="雾中行驶不能关闭除雾。",
    ),
    Rule(
        8,
        "defrost_off_when_fog_is_unknown",
        HAZARDS,
        paths=DEFROST,
        values=switching_off,
        when=moving_maybe_in_fog,
        decision=Decision.CONFIRM,
        reason_en="I can't tell whether it is foggy. Really stop defrosting?",
        reason_zh="我无法判断是否有雾，确定关闭除雾吗？",
    ),
    Rule(
        9,
        "own_seat_only",
        AREAS,
        paths=("*",),
        when=at_another_seat,
        decision=Decision.REFUSE,
        reason_en="Only the driver can change something at another seat.",
        reason_zh="只有驾驶员可以调节其他座位。",
    ),
    Rule(
        9,
        "drivers_business",
        AREAS,
        paths=("*",),
        unless=SHARED,
        when=of_the_whole_car,
        decision=Decision.REFUSE,
        reason_en="Only the driver can change that.",
        reason_zh="这个只有驾驶员可以调节。",
    ),
    Rule(
        9,
        "unknown_speaker",
        AREAS,
        paths=("*",),
        when=not_passenger_safe,
        decision=Decision.REFUSE,
        reason_en="I don't know who is speaking, so I leave that as it is.",
        reason_zh="我不确定是谁在说话，所以保持不变。",
    ),
    Rule(
        9,
        "door_by_passenger",
        HAZARDS,
        paths=DOORS,
        values=opening,
        when=by_a_passenger,
        decision=Decision.CONFIRM,
        reason_en="Is the way beside the car free? Then I will open the door.",
        reason_zh="请确认车旁没有来车或行人，我再开门，好吗？",
    ),
)


class RuleTable:
    """Rows in the order in which their reasons are told. What each says about a path is worked out
    once."""

    def __init__(self, rows: tuple[Rule, ...]) -> None:
        self.rows = rows
        self._about: dict[str, tuple[Rule, ...]] = {}

    def about(self, path: str) -> tuple[Rule, ...]:
        """The rows that have anything to say about `path`."""
        found = self._about.get(path)
        if found is None:
            found = tuple(rule for rule in self.rows if rule.about(path))
            if len(self._about) < KNOWN_PATHS:
                self._about[path] = found
        return found

    def row(self, name: str) -> Rule:
        """The row of that name; KeyError if there is none."""
        return next(rule for rule in self.rows if rule.name == name)


TABLE = RuleTable(RULES)
