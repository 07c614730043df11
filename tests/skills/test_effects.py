"""What every intent of every skill does to the car."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cabin_agent.sdk import Degree, Language, Zone
from cabin_agent.sdk.registry import Registry, load
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Scalar

REGISTRY: Registry = load(leaves=tuple(Catalogue.load()))

HVAC = "Vehicle.Cabin.HVAC"
DRIVER, PASSENGER, LEFT, RIGHT = (
    f"{HVAC}.Station.{seat}"
    for seat in ("Row1.Driver", "Row1.Passenger", "Row2.Driver", "Row2.Passenger")
)
DOOR = "Vehicle.Cabin.Door.Row1.DriverSide"
REAR_DOOR = "Vehicle.Cabin.Door.Row2.PassengerSide"
DOORS = [
    f"Vehicle.Cabin.Door.{row}.{side}"
    for row in ("Row1", "Row2")
    for side in ("DriverSide", "PassengerSide")
]
SEAT = "Vehicle.Cabin.Seat.Row1.DriverSide"
REAR_SEAT = "Vehicle.Cabin.Seat.Row2.DriverSide"
WHEEL = "Vehicle.Chassis.SteeringWheel.HeatingCooling"
AMBIENT = [door.replace(".Door.", ".Light.AmbientLight.") for door in DOORS]
SPOT = "Vehicle.Cabin.Light.Spotlight.Row1.DriverSide.IsLightOn"
LIGHTS = "Vehicle.Body.Lights"
MEDIA = "Vehicle.Cabin.Infotainment.Media"
NAVI = "Vehicle.Cabin.Infotainment.Navigation"
TRUNK = "Vehicle.Body.Trunk.Rear"
ROOF = "Vehicle.Cabin.Sunroof"
WIPER = "Vehicle.Body.Windshield.Front.Wiping.Mode"
MIRRORS = "Vehicle.Body.Mirrors"
FLAP = "Vehicle.Powertrain.TractionBattery.Charging.ChargingPort.AnyPosition.IsFlapOpen"
FUEL_FLAP = "Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen"
CHARGING = "Vehicle.Powertrain.TractionBattery.Charging"
HMI = "Vehicle.Cabin.Infotainment.HMI"
CHILD_LOCK = "Vehicle.Cabin.IsWindowChildLockEngaged"

START: Mapping[str, Scalar] = {
    **{f"{station}.Temperature": 21.0 for station in (DRIVER, PASSENGER, LEFT, RIGHT)},
    **{f"{station}.FanSpeed": 40 for station in (DRIVER, PASSENGER, LEFT, RIGHT)},
    **{f"{light}.Intensity": 50 for light in AMBIENT},
    **{f"{door}.IsOpen": False for door in DOORS},
    **{f"{door}.IsLocked": False for door in DOORS},
    f"{HVAC}.IsAirConditioningActive": False,
    f"{DOOR}.Window.Position": 50,
    f"{DOOR}.Shade.Position": 50,
    f"{ROOF}.Position": 0,
    f"{ROOF}.Shade.Position": 50,
    f"{SEAT}.HeatingCooling": 33,
    f"{SEAT}.Position": 150,
    f"{SEAT}.Height": 40,
    f"{SEAT}.Backrest.Recline": 20.0,
    f"{SEAT}.Backrest.LumbarSupport": 50.0,
    f"{MEDIA}.Volume": 30,
    f"{MEDIA}.Played.Track": "Late Ferry",
    f"{MEDIA}.Played.Artist": "Grey Platform",
    WIPER: "SLOW",
    f"{TRUNK}.IsOpen": False,
    "Vehicle.CurrentLocation.Latitude": 48.137154,
    "Vehicle.CurrentLocation.Longitude": 11.576124,
    "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current": 72.0,
    "Vehicle.Powertrain.TractionBattery.Range": 253_000,
}

ALL = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)
REAR = (Zone.REAR_LEFT, Zone.REAR_RIGHT)
SMALL, LARGE, MAX, MIN = Degree.SMALL, Degree.LARGE, Degree.MAX, Degree.MIN


def each(paths: list[str], leaf: str, value: Scalar) -> dict[str, Scalar]:
    return {f"{path}.{leaf}" if leaf else path: value for path in paths}


Row = tuple[str, dict[str, Any], dict[str, Scalar]]

EFFECTS: list[Row] = [
    ("climate.on", {}, {f"{HVAC}.IsAirConditioningActive": True}),
    (
        "climate.on",
        {"zone": Zone.REAR_LEFT},
        {f"{HVAC}.IsAirConditioningActive": True},
    ),
    ("climate.off", {}, {f"{HVAC}.IsAirConditioningActive": False}),
    ("climate.off", {"zone": REAR}, each([LEFT, RIGHT], "FanSpeed", 0)),
    ("climate.temperature_set", {"value": "twenty four"}, {f"{DRIVER}.Temperature": 24.0}),
    ("climate.temperature_set", {"value": "二十六度半"}, {f"{DRIVER}.Temperature": 26.5}),
    ("climate.temperature_set", {"degree": MAX}, {f"{DRIVER}.Temperature": 30.0}),
    (
        "climate.temperature_set",
        {"value": "twenty", "zone": REAR},
        each([LEFT, RIGHT], "Temperature", 20.0),
    ),
    ("climate.temperature_up", {}, {f"{DRIVER}.Temperature": 23.0}),
    ("climate.temperature_up", {"degree": SMALL}, {f"{DRIVER}.Temperature": 22.0}),
    ("climate.temperature_up", {"degree": LARGE}, {f"{DRIVER}.Temperature": 25.0}),
    ("climate.temperature_up", {"degree": MAX}, {f"{DRIVER}.Temperature": 30.0}),
    ("climate.temperature_up", {"value": "three"}, {f"{DRIVER}.Temperature": 24.0}),
    ("climate.temperature_up", {"zone": Zone.PASSENGER}, {f"{PASSENGER}.Temperature": 23.0}),
    ("climate.temperature_down", {}, {f"{DRIVER}.Temperature": 19.0}),
    ("climate.temperature_down", {"degree": MIN}, {f"{DRIVER}.Temperature": 16.0}),
    ("climate.temperature_down", {"degree": MAX}, {f"{DRIVER}.Temperature": 16.0}),
    ("climate.temperature_down", {"value": "两"}, {f"{DRIVER}.Temperature": 19.0}),
    ("climate.fan_set", {"value": "level two"}, {f"{DRIVER}.FanSpeed": 66}),
    ("climate.fan_set", {"value": "eighty percent"}, {f"{DRIVER}.FanSpeed": 80}),
    ("climate.fan_up", {}, {f"{DRIVER}.FanSpeed": 60}),
    ("climate.fan_up", {"degree": SMALL}, {f"{DRIVER}.FanSpeed": 50}),
    ("climate.fan_up", {"value": "two"}, {f"{DRIVER}.FanSpeed": 80}),
    ("climate.fan_down", {"degree": LARGE}, {f"{DRIVER}.FanSpeed": 10}),
    ("climate.fan_down", {}, {f"{DRIVER}.FanSpeed": 20}),
    ("climate.air_direction", {"option": "feet"}, {f"{DRIVER}.AirDistribution": "DOWN"}),
    ("climate.air_direction", {"option": "吹脸"}, {f"{DRIVER}.AirDistribution": "MIDDLE"}),
    ("climate.air_direction", {"option": "windscreen"}, {f"{DRIVER}.AirDistribution": "UP"}),
    ("climate.recirculation_on", {}, {f"{HVAC}.IsRecirculationActive": True}),
    ("climate.recirculation_off", {}, {f"{HVAC}.IsRecirculationActive": False}),
    ("climate.defrost_on", {}, {f"{HVAC}.IsFrontDefrosterActive": True}),
    ("climate.defrost_on", {"option": "rear"}, {f"{HVAC}.IsRearDefrosterActive": True}),
    ("climate.defrost_on", {"option": "后挡"}, {f"{HVAC}.IsRearDefrosterActive": True}),
    ("climate.defrost_off", {"option": "front"}, {f"{HVAC}.IsFrontDefrosterActive": False}),
    ("climate.sync", {}, each([DRIVER, PASSENGER, LEFT, RIGHT], "Temperature", 21.0)),
    (
        "climate.auto_on",
        {},
        {
            f"{HVAC}.IsAirConditioningActive": True,
            f"{DRIVER}.FanSpeed": 40,
            f"{DRIVER}.AirDistribution": "MIDDLE",
        },
    ),
    ("climate.auto_off", {}, {}),
    ("climate.scent", {"words": "打开香氛"}, {}),
    ("climate.query", {}, {}),
    ("windows.open", {}, {f"{DOOR}.Window.Position": 100}),
    ("windows.open", {"degree": SMALL}, {f"{DOOR}.Window.Position": 70}),
    (
        "windows.open",
        {"degree": SMALL, "zone": Zone.REAR_RIGHT},
        {f"{REAR_DOOR}.Window.Position": 20},
    ),
    ("windows.open", {"degree": MIN}, {f"{DOOR}.Window.Position": 70}),
    ("windows.open", {"value": "half way"}, {f"{DOOR}.Window.Position": 50}),
    ("windows.open", {"zone": ALL}, each(DOORS, "Window.Position", 100)),
    ("windows.close", {}, {f"{DOOR}.Window.Position": 0}),
    ("windows.close", {"value": "百分之三十"}, {f"{DOOR}.Window.Position": 30}),
    ("windows.close", {"degree": SMALL}, {f"{DOOR}.Window.Position": 30}),
    ("windows.shade_open", {}, {f"{DOOR}.Shade.Position": 100}),
    ("windows.shade_close", {}, {f"{DOOR}.Shade.Position": 0}),
    ("windows.sunroof_open", {}, {f"{ROOF}.Switch": "OPEN"}),
    ("windows.sunroof_close", {}, {f"{ROOF}.Switch": "CLOSE"}),
    ("windows.sunroof_tilt", {}, {f"{ROOF}.Switch": "TILT_UP"}),
    ("windows.sunshade_open", {}, {f"{ROOF}.Shade.Position": 100}),
    ("windows.sunshade_close", {"degree": SMALL}, {f"{ROOF}.Shade.Position": 30}),
    ("windows.query", {}, {}),
    ("seats.heat_on", {}, {f"{SEAT}.HeatingCooling": 66}),
    ("seats.heat_on", {"value": "level three"}, {f"{SEAT}.HeatingCooling": 100}),
    ("seats.heat_on", {"value": "一档"}, {f"{SEAT}.HeatingCooling": 33}),
    ("seats.heat_on", {"degree": MAX}, {f"{SEAT}.HeatingCooling": 100}),
    ("seats.heat_on", {"zone": Zone.REAR_LEFT}, {f"{REAR_SEAT}.HeatingCooling": 66}),
    ("seats.heat_off", {}, {f"{SEAT}.HeatingCooling": 0}),
    ("seats.heat_up", {}, {f"{SEAT}.HeatingCooling": 66}),
    ("seats.heat_up", {"degree": LARGE}, {f"{SEAT}.HeatingCooling": 100}),
    ("seats.heat_down", {}, {f"{SEAT}.HeatingCooling": 0}),
    ("seats.heat_down", {"degree": MIN}, {f"{SEAT}.HeatingCooling": 33}),
    ("seats.vent_on", {}, {f"{SEAT}.HeatingCooling": -66}),
    ("seats.vent_on", {"value": "level one"}, {f"{SEAT}.HeatingCooling": -33}),
    ("seats.vent_off", {}, {f"{SEAT}.HeatingCooling": 0}),
    ("seats.massage_on", {}, {f"{SEAT}.Massage.Level": 50}),
    (
        "seats.massage_on",
        {"value": "high", "option": "wave"},
        {f"{SEAT}.Massage.Level": 100, f"{SEAT}.Massage.TypeActive": "wave"},
    ),
    ("seats.massage_off", {}, {f"{SEAT}.Massage.Level": 0}),
    ("seats.forward", {}, {f"{SEAT}.Position": 110}),
    ("seats.forward", {"value": "five centimetres"}, {f"{SEAT}.Position": 100}),
    ("seats.back", {"degree": SMALL}, {f"{SEAT}.Position": 170}),
    ("seats.back", {"degree": MAX}, {f"{SEAT}.Position": 300}),
    ("seats.raise", {}, {f"{SEAT}.Height": 60}),
    ("seats.lower", {"degree": SMALL}, {f"{SEAT}.Height": 30}),
    ("seats.recline", {}, {f"{SEAT}.Backrest.Recline": 30.0}),
    ("seats.upright", {"value": "five degrees"}, {f"{SEAT}.Backrest.Recline": 15.0}),
    ("seats.lumbar_more", {}, {f"{SEAT}.Backrest.LumbarSupport": 70.0}),
    ("seats.lumbar_less", {"degree": SMALL}, {f"{SEAT}.Backrest.LumbarSupport": 40.0}),
    ("seats.wheel_heat_on", {}, {WHEEL: 66}),
    ("seats.wheel_heat_off", {}, {WHEEL: 0}),
    ("seats.memory_save", {}, {}),
    ("seats.memory_recall", {}, {}),
    ("seats.query", {}, {}),
    ("lights.ambient_on", {}, each(AMBIENT, "IsLightOn", True)),
    ("lights.ambient_on", {"zone": Zone.DRIVER}, each(AMBIENT[:1], "IsLightOn", True)),
    ("lights.ambient_off", {}, each(AMBIENT, "IsLightOn", False)),
    (
        "lights.ambient_colour",
        {"colour": "sky blue"},
        each(AMBIENT, "Color", "#87CEEB") | each(AMBIENT, "IsLightOn", True),
    ),
    (
        "lights.ambient_colour",
        {},
        each(AMBIENT, "Color", "#0000FF") | each(AMBIENT, "IsLightOn", True),
    ),
    (
        "lights.brightness_up",
        {},
        each(AMBIENT, "Intensity", 70) | each(AMBIENT, "IsLightOn", True),
    ),
    (
        "lights.brightness_down",
        {"degree": MIN},
        each(AMBIENT, "Intensity", 1),
    ),
    (
        "lights.brightness_set",
        {"value": "百分之八十"},
        each(AMBIENT, "Intensity", 80) | each(AMBIENT, "IsLightOn", True),
    ),
    ("lights.reading_on", {}, {SPOT: True}),
    ("lights.reading_off", {}, {SPOT: False}),
    ("lights.headlights_on", {}, {f"{LIGHTS}.Beam.Low.IsOn": True}),
    ("lights.headlights_off", {}, {f"{LIGHTS}.Beam.Low.IsOn": False}),
    ("lights.high_beam_on", {}, {f"{LIGHTS}.Beam.High.IsOn": True}),
    ("lights.high_beam_off", {}, {f"{LIGHTS}.Beam.High.IsOn": False}),
    ("lights.fog_on", {}, {f"{LIGHTS}.Fog.Front.IsOn": True}),
    ("lights.fog_on", {"zone": REAR}, {f"{LIGHTS}.Fog.Rear.IsOn": True}),
    (
        "lights.fog_off",
        {},
        {f"{LIGHTS}.Fog.Front.IsOn": False, f"{LIGHTS}.Fog.Rear.IsOn": False},
    ),
    ("lights.hazard_on", {}, {f"{LIGHTS}.Hazard.IsSignaling": True}),
    ("lights.hazard_off", {}, {f"{LIGHTS}.Hazard.IsSignaling": False}),
    ("lights.ambient_effect", {"option": "breathing"}, each(AMBIENT, "IsLightOn", True)),
    ("lights.headlights_on", {"words": "自动大灯"}, {f"{LIGHTS}.LightSwitch": "AUTO"}),
    ("lights.query", {}, {}),
    ("media.play", {}, {f"{MEDIA}.Action": "PLAY"}),
    (
        "media.play",
        {"query": "quiet harbor"},
        {f"{MEDIA}.Action": "PLAY", f"{MEDIA}.SelectedURI": "demo:track/quiet-harbour"},
    ),
    ("media.play", {"query": "something else entirely"}, {f"{MEDIA}.Action": "PLAY"}),
    ("media.pause", {}, {f"{MEDIA}.Action": "STOP"}),
    ("media.resume", {}, {f"{MEDIA}.Action": "PLAY"}),
    ("media.next", {}, {f"{MEDIA}.Action": "SKIP_FORWARD"}),
    ("media.previous", {}, {f"{MEDIA}.Action": "SKIP_BACKWARD"}),
    ("media.seek", {"time": "thirty seconds"}, {f"{MEDIA}.Action": "FAST_FORWARD"}),
    ("media.seek", {"option": "back"}, {f"{MEDIA}.Action": "FAST_BACKWARD"}),
    ("media.shuffle", {}, {}),
    ("media.library", {}, {}),
    ("media.source", {"option": "bluetooth"}, {f"{MEDIA}.Played.Source": "BLUETOOTH"}),
    ("media.source", {"option": "收音机"}, {f"{MEDIA}.Played.Source": "FM"}),
    ("media.query", {}, {}),
    ("media.volume_up", {}, {f"{MEDIA}.Volume": 40}),
    ("media.volume_up", {"degree": SMALL}, {f"{MEDIA}.Volume": 35}),
    ("media.volume_up", {"degree": MAX}, {f"{MEDIA}.Volume": 100}),
    ("media.volume_down", {"degree": LARGE}, {f"{MEDIA}.Volume": 10}),
    ("media.volume_down", {"value": "fifteen"}, {f"{MEDIA}.Volume": 15}),
    ("media.volume_set", {"value": "fifty"}, {f"{MEDIA}.Volume": 50}),
    ("media.volume_set", {"value": "一半"}, {f"{MEDIA}.Volume": 50}),
    ("media.mute", {}, {f"{MEDIA}.Volume": 0}),
    ("media.unmute", {}, {f"{MEDIA}.Volume": 30}),
    ("media.equalizer", {"option": "bass"}, {}),
    (
        "navigation.navigate",
        {"place": "the munich airport"},
        {
            f"{NAVI}.DestinationSet.Latitude": 48.354,
            f"{NAVI}.DestinationSet.Longitude": 11.786,
        },
    ),
    (
        "navigation.navigate",
        {"place": "外滩"},
        {f"{NAVI}.DestinationSet.Latitude": 31.24, f"{NAVI}.DestinationSet.Longitude": 121.49},
    ),
    (
        "navigation.nearest",
        {"place": "charging station"},
        {
            f"{NAVI}.DestinationSet.Latitude": 48.1423,
            f"{NAVI}.DestinationSet.Longitude": 11.5871,
        },
    ),
    (
        "navigation.home",
        {},
        {f"{NAVI}.DestinationSet.Latitude": 48.1585, f"{NAVI}.DestinationSet.Longitude": 11.582},
    ),
    (
        "navigation.work",
        {},
        {
            f"{NAVI}.DestinationSet.Latitude": 48.1771,
            f"{NAVI}.DestinationSet.Longitude": 11.5562,
        },
    ),
    ("navigation.cancel", {}, {}),
    ("navigation.eta", {}, {}),
    ("navigation.eta", {"place": "berlin"}, {}),
    ("navigation.info", {}, {}),
    ("navigation.mute", {}, {f"{NAVI}.Mute": "MUTED"}),
    ("navigation.unmute", {}, {f"{NAVI}.Mute": "UNMUTED"}),
    ("doors.trunk_open", {}, {f"{TRUNK}.IsOpen": True}),
    ("doors.trunk_open", {"value": "half"}, {f"{TRUNK}.Position": 50}),
    ("doors.trunk_close", {}, {f"{TRUNK}.IsOpen": False}),
    ("doors.frunk_open", {}, {"Vehicle.Body.Trunk.Front.IsOpen": True}),
    ("doors.lock", {}, each(DOORS, "IsLocked", True)),
    ("doors.lock", {"zone": Zone.REAR_RIGHT}, {f"{REAR_DOOR}.IsLocked": True}),
    ("doors.unlock", {}, each(DOORS, "IsLocked", False)),
    ("doors.open", {}, {f"{DOOR}.IsOpen": True}),
    ("doors.close", {"zone": Zone.REAR_RIGHT}, {f"{REAR_DOOR}.IsOpen": False}),
    ("doors.child_lock_on", {"zone": REAR}, {CHILD_LOCK: True}),
    ("doors.child_lock_off", {}, {CHILD_LOCK: False}),
    ("doors.charge_flap_open", {}, {FLAP: True}),
    ("doors.charge_flap_close", {}, {FLAP: False}),
    ("doors.charge_flap_open", {"words": "打开油箱盖"}, {FUEL_FLAP: True}),
    ("doors.charge_flap_close", {"words": "close the fuel flap"}, {FUEL_FLAP: False}),
    ("doors.query", {}, {}),
    ("wipers.on", {}, {WIPER: "MEDIUM"}),
    ("wipers.on", {"value": "three"}, {WIPER: "FAST"}),
    (
        "wipers.on",
        {"zone": REAR},
        {"Vehicle.Body.Windshield.Rear.Wiping.Mode": "MEDIUM"},
    ),
    ("wipers.on", {"words": "automatic wipers"}, {WIPER: "RAIN_SENSOR"}),
    ("wipers.off", {}, {WIPER: "OFF"}),
    ("wipers.faster", {}, {WIPER: "MEDIUM"}),
    ("wipers.faster", {"degree": MAX}, {WIPER: "FAST"}),
    ("wipers.slower", {}, {WIPER: "INTERVAL"}),
    ("wipers.wash", {}, {}),
    (
        "mirrors.fold",
        {},
        {f"{MIRRORS}.DriverSide.IsFolded": True, f"{MIRRORS}.PassengerSide.IsFolded": True},
    ),
    ("mirrors.fold", {"zone": Zone.PASSENGER}, {f"{MIRRORS}.PassengerSide.IsFolded": True}),
    (
        "mirrors.unfold",
        {},
        {f"{MIRRORS}.DriverSide.IsFolded": False, f"{MIRRORS}.PassengerSide.IsFolded": False},
    ),
    ("mirrors.heat_on", {"zone": Zone.DRIVER}, {f"{MIRRORS}.DriverSide.IsHeatingOn": True}),
    (
        "mirrors.heat_off",
        {},
        {
            f"{MIRRORS}.DriverSide.IsHeatingOn": False,
            f"{MIRRORS}.PassengerSide.IsHeatingOn": False,
        },
    ),
    ("mirrors.adjust", {"option": "up"}, {f"{MIRRORS}.DriverSide.Tilt": 10}),
    (
        "mirrors.adjust",
        {"option": "往右", "zone": Zone.PASSENGER, "degree": SMALL},
        {f"{MIRRORS}.PassengerSide.Pan": -5},
    ),
    ("mirrors.query", {}, {}),
    ("info.query", {}, {}),
    ("vehicle_status.query", {}, {}),
    ("vehicle_status.query", {"option": "range"}, {}),
    ("vehicle_status.set", {"words": "reset the trip meter"}, {"Vehicle.TripMeterReading": 0}),
    ("vehicle_status.set", {"option": "blind spot alert"}, {}),
    ("navigation.add_stop", {"place": "乌鸦路"}, {}),
    ("navigation.remove_stop", {}, {}),
    ("navigation.save_place", {"words": "save this place"}, {}),
    ("navigation.route", {"words": "避开高速"}, {}),
    ("navigation.map", {"words": "zoom in"}, {}),
    ("energy.charge_start", {}, {f"{CHARGING}.StartStopCharging": "START"}),
    ("energy.charge_stop", {}, {f"{CHARGING}.StartStopCharging": "STOP"}),
    ("energy.charge_limit", {"value": "百分之八十"}, {f"{CHARGING}.ChargeLimit": 80}),
    ("driving_mode.set", {"option": "sport"}, {}),
    (
        "driving_mode.scene",
        {"option": "relax"},
        {f"{SEAT}.Massage.Level": 33, f"{MEDIA}.Volume": 20}
        | each(AMBIENT, "IsLightOn", True)
        | each(AMBIENT, "Color", "#66BB6A")
        | each(AMBIENT, "Intensity", 25),
    ),
    ("driving_mode.scene_off", {}, {}),
    (
        "screen.control",
        {"words": "亮度", "value": "百分之三十"},
        {f"{HMI}.Brightness": 30.0},
    ),
    ("screen.control", {"words": "dark mode"}, {f"{HMI}.DayNightMode": "NIGHT"}),
    ("app.open", {"option": "calculator"}, {}),
    ("app.close", {"option": "calculator"}, {}),
    ("manual.search", {"words": "how do i open the bonnet 怎么打开引擎盖"}, {}),
    ("help.capabilities", {}, {}),
    ("notes.add", {"text": "买牛奶"}, {}),
    ("notes.read", {}, {}),
    ("notes.delete", {}, {}),
    ("notes.compose", {"words": "leave request 请假"}, {}),
    ("smalltalk.chat", {}, {}),
]

# The table of training/understanding/text/README.md, for the skills that are built in.
INTENTS = {
    "climate": "on off temperature_set temperature_up temperature_down fan_set fan_up fan_down "
    "air_direction recirculation_on recirculation_off defrost_on defrost_off auto_on auto_off "
    "scent sync "
    "query",
    "windows": "open close shade_open shade_close query sunroof_open sunroof_close sunroof_tilt "
    "sunshade_open sunshade_close",
    "seats": "heat_on heat_off heat_up heat_down vent_on vent_off massage_on massage_off forward "
    "back raise lower recline upright lumbar_more lumbar_less wheel_heat_on wheel_heat_off "
    "memory_save memory_recall query",
    "lights": "ambient_on ambient_off ambient_colour ambient_effect brightness_up "
    "brightness_down brightness_set "
    "reading_on reading_off headlights_on headlights_off high_beam_on high_beam_off fog_on "
    "fog_off hazard_on hazard_off query",
    "media": "play pause resume next previous seek shuffle library source query volume_up "
    "volume_down volume_set mute unmute equalizer",
    "navigation": "navigate nearest home work cancel add_stop remove_stop save_place route map eta "
    "info mute unmute",
    "doors": "trunk_open trunk_close frunk_open lock unlock open close child_lock_on "
    "child_lock_off charge_flap_open charge_flap_close query",
    "wipers": "on off faster slower wash",
    "mirrors": "fold unfold heat_on heat_off adjust query",
    "info": "query",
    "vehicle_status": "query set",
    "energy": "charge_start charge_stop charge_limit",
    "driving_mode": "set scene scene_off",
    "screen": "control",
    "app": "open close",
    "manual": "search",
    "notes": "add read delete compose",
    "help": "capabilities",
    "smalltalk": "chat",
}


async def parked() -> TestCar:
    return await TestCar.parked(REGISTRY, START)


def test_the_built_in_skills_have_no_mistakes() -> None:
    assert [str(problem) for problem in REGISTRY.problems] == []


def test_every_intent_of_the_table_is_declared() -> None:
    wanted = {f"{skill}.{name}" for skill, names in INTENTS.items() for name in names.split()}
    assert wanted <= set(REGISTRY.intents())
    assert {intent for intent, _, _ in EFFECTS} == wanted


@pytest.mark.parametrize("intent", ["climate.temperature_up", "climate.temperature_down"])
async def test_a_step_wider_than_the_range_is_asked_about(intent: str) -> None:
    result = await (await parked()).ask(intent, value="forty")
    assert result.outcome.asks
    assert not result.signals


@pytest.mark.parametrize(
    ("intent", "request_", "signals"),
    EFFECTS,
    ids=[f"{intent}-{'-'.join(map(str, args.values()))}" for intent, args, _ in EFFECTS],
)
async def test_effect(intent: str, request_: dict[str, Any], signals: dict[str, Scalar]) -> None:
    car = await parked()
    result = await car.ask(intent, **request_)
    assert result.outcome.status is Status.DONE, result.outcome
    assert result.signals == signals
    assert 0 < len(result.said) <= 120
    mandarin = await (await parked()).ask(intent, language=Language.MANDARIN, **request_)
    assert mandarin.signals == signals
    assert 0 < len(mandarin.said) <= 60
    assert any("\u4e00" <= letter <= "\u9fff" for letter in mandarin.said)
