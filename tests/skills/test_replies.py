"""What the skills say, what they hand over, and what they remember."""

from __future__ import annotations

from typing import Any

import pytest

from cabin_agent.sdk import Degree, Language, Zone
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from vehicle_bus.values import Scalar

MEDIA = "Vehicle.Cabin.Infotainment.Media"
STATION = "Vehicle.Cabin.HVAC.Station.Row1.Driver"
ROOF = "Vehicle.Cabin.Sunroof"
REGISTRY = load()


async def parked(**signals: Scalar) -> TestCar:
    return await TestCar.parked(REGISTRY, signals)


@pytest.mark.parametrize(
    ("intent", "request_", "english", "mandarin"),
    [
        (
            "climate.temperature_set",
            {"value": "twenty two"},
            "Driver temperature 22 degrees.",
            "主驾温度二十二度",
        ),
        (
            "climate.temperature_up",
            {"zone": (Zone.REAR_LEFT, Zone.REAR_RIGHT)},
            "Rear temperature 24 degrees.",
            "后排温度二十四度",
        ),
        (
            "windows.open",
            {"value": "thirty"},
            "Driver window 30 percent open.",
            "主驾车窗开到百分之三十",
        ),
        (
            "seats.heat_on",
            {"value": "three"},
            "Driver seat heating 100 percent.",
            "主驾座椅加热百分之一百",
        ),
        ("lights.ambient_colour", {"colour": "red"}, "Ambient light red.", "氛围灯已调成红色"),
        ("media.volume_set", {"value": "forty"}, "Volume 40 percent.", "音量百分之四十"),
        (
            "info.query",
            {},
            "It is 12:05 on Saturday, 14 March.",
            "现在是三月十四日星期六十二点五分",
        ),
        ("navigation.home", {}, "On the way home.", "开始导航回家"),
        (
            "vehicle_status.query",
            {"option": "oil life"},
            "The car does not report the oil life.",
            None,
        ),
    ],
)
async def test_a_reply_names_the_place_and_the_value(
    intent: str, request_: dict[str, Any], english: str, mandarin: str | None
) -> None:
    assert (await (await parked()).ask(intent, **request_)).said == english
    if mandarin is not None:
        result = await (await parked()).ask(intent, language=Language.MANDARIN, **request_)
        assert result.said == mandarin


@pytest.mark.parametrize(
    ("intent", "request_"),
    [
        ("climate.temperature_up", {}),
        ("climate.temperature_set", {"value": "thirty"}),
        ("windows.close", {}),
        ("seats.heat_off", {}),
        ("lights.high_beam_off", {}),
        ("media.volume_down", {}),
        ("doors.trunk_close", {}),
        ("seats.forward", {}),
    ],
)
async def test_what_is_so_already_is_said(intent: str, request_: dict[str, Any]) -> None:
    car = await TestCar.parked(
        REGISTRY,
        {
            f"{STATION}.Temperature": 30.0,
            "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position": 0,
            "Vehicle.Cabin.Seat.Row1.DriverSide.HeatingCooling": 0,
            "Vehicle.Cabin.Seat.Row1.DriverSide.Position": 0,
            "Vehicle.Body.Lights.Beam.High.IsOn": False,
            "Vehicle.Body.Trunk.Rear.IsOpen": False,
            f"{MEDIA}.Volume": 0,
        },
    )
    result = await car.ask(intent, **request_)
    assert result.outcome.status is Status.DONE
    assert "already" in result.said or "all the way" in result.said


@pytest.mark.parametrize(
    ("intent", "request_", "question"),
    [
        ("climate.temperature_set", {}, "What temperature"),
        ("climate.temperature_set", {"value": "fifty below"}, "16 to 30"),
        ("climate.fan_set", {}, "Which fan level"),
        ("climate.air_direction", {}, "Which one: face"),
        ("lights.ambient_colour", {"colour": "banana"}, "Which colour"),
        ("lights.brightness_set", {}, "How bright"),
        ("media.volume_set", {}, "How loud"),
        ("media.source", {"option": "the moon"}, "Which one: fm"),
        ("media.equalizer", {}, "Bass"),
        ("navigation.navigate", {"place": "qwertz"}, "I don't know qwertz"),
        ("navigation.nearest", {}, "What are you looking for"),
        ("mirrors.adjust", {}, "Up, down"),
    ],
)
async def test_what_is_missing_is_asked_for(
    intent: str, request_: dict[str, Any], question: str
) -> None:
    result = await (await parked()).ask(intent, **request_)
    assert result.outcome.asks
    assert question in result.said
    assert not result.signals


@pytest.mark.parametrize(
    ("intent", "request_", "event", "payload"),
    [
        ("media.play", {"query": "jazz"}, "media.play", {"title": "Quiet Harbour"}),
        ("media.play", {"query": "my mixtape"}, "media.play", {"query": "my mixtape"}),
        ("media.seek", {"time": "一分钟"}, "media.seek", {"seconds": 60.0}),
        ("media.shuffle", {"option": "单曲循环"}, "media.order", {"order": "repeat_one"}),
        ("media.equalizer", {"option": "bass"}, "media.equalizer", {"setting": "bass"}),
        (
            "navigation.navigate",
            {"place": "beijing"},
            "navigation.destination",
            {"name": "Beijing", "latitude": 39.904},
        ),
        ("navigation.nearest", {"place": "zoo"}, "navigation.search", {"query": "zoo"}),
        ("navigation.cancel", {}, "navigation.cancel", {}),
        ("wipers.wash", {}, "wipers.wash", {}),
    ],
)
async def test_what_is_no_signal_is_handed_over(
    intent: str, request_: dict[str, Any], event: str, payload: dict[str, object]
) -> None:
    car = await TestCar.parked(
        REGISTRY,
        {
            "Vehicle.CurrentLocation.Latitude": 48.137,
            "Vehicle.CurrentLocation.Longitude": 11.576,
        },
    )
    (handed,) = (await car.ask(intent, **request_)).events
    assert handed.name == event
    assert payload.items() <= handed.payload.items()


async def test_nothing_is_nearest_where_the_index_is_empty() -> None:
    car = await TestCar.parked(
        REGISTRY,
        {"Vehicle.CurrentLocation.Latitude": 0.0, "Vehicle.CurrentLocation.Longitude": -30.0},
    )
    result = await car.ask("navigation.nearest", place="charger")
    assert not result.signals
    assert [event.name for event in result.events] == ["navigation.search"]


async def test_the_time_to_a_destination_is_told_once_it_is_set() -> None:
    car = await TestCar.parked(
        REGISTRY,
        {
            "Vehicle.CurrentLocation.Latitude": 48.137,
            "Vehicle.CurrentLocation.Longitude": 11.576,
        },
    )
    assert (await car.ask("navigation.eta")).said == "No destination is set."
    await car.ask("navigation.navigate", place="salzburg")
    assert (await car.ask("navigation.eta")).said == (
        "About 151 kilometres to Salzburg, roughly 2 hours 6 minutes."
    )
    await car.ask("navigation.cancel")
    assert (await car.ask("navigation.eta")).said == "No destination is set."


async def test_unmute_brings_back_the_volume_of_this_car() -> None:
    car = await TestCar.parked(REGISTRY, {f"{MEDIA}.Volume": 55})
    other = await TestCar.parked(REGISTRY, {f"{MEDIA}.Volume": 0})
    await car.ask("media.mute")
    assert await car.get(f"{MEDIA}.Volume") == 0
    await car.ask("media.mute")
    await car.ask("media.unmute")
    assert await car.get(f"{MEDIA}.Volume") == 55
    await other.ask("media.unmute")
    assert await other.get(f"{MEDIA}.Volume") == 30


async def test_a_roof_is_undone_by_its_switch() -> None:
    car = await TestCar.parked(REGISTRY, {f"{ROOF}.Position": 0, f"{ROOF}.Switch": "INACTIVE"})
    opened = await car.ask("windows.sunroof_open")
    await car.set({f"{ROOF}.Position": 100})
    (undone,) = await car.undo(opened)
    assert undone.changes[0].after == "CLOSE"


async def test_heating_goes_through_the_levels() -> None:
    seat = "Vehicle.Cabin.Seat.Row1.DriverSide.HeatingCooling"
    car = await TestCar.parked(REGISTRY, {seat: -66})
    seen = []
    for _ in range(4):
        await car.ask("seats.heat_up")
        seen.append(await car.get(seat))
    assert seen == [33, 66, 100, 100]


async def test_colours_go_round() -> None:
    car = await parked()
    path = "Vehicle.Cabin.Light.AmbientLight.Row1.DriverSide.Color"
    seen = []
    for _ in range(6):
        await car.ask("lights.ambient_colour")
        seen.append(await car.get(path))
    assert len(set(seen)) == 5
    assert seen[0] == seen[5]


async def test_washing_needs_fluid() -> None:
    car = await TestCar.parked(
        REGISTRY, {"Vehicle.Body.Windshield.Front.WasherFluid.IsLevelLow": True}
    )
    result = await car.ask("wipers.wash")
    assert result.outcome.status is Status.FAILED
    assert result.said == "The washer fluid is too low."


async def test_a_passengers_ambient_light_is_their_own() -> None:
    result = await (await parked()).ask("lights.ambient_on", speaker=Zone.PASSENGER)
    path = "Vehicle.Cabin.Light.AmbientLight.Row1.PassengerSide.IsLightOn"
    assert result.signals == {path: True}


async def test_an_unknown_speaker_gets_the_light_that_policy_leaves_them() -> None:
    result = await (await parked()).ask("lights.ambient_on", speaker=Zone.UNKNOWN)
    assert result.outcome.status is Status.DONE
    assert len(result.signals) == 3


@pytest.mark.parametrize(
    ("intent", "speaker", "rule"),
    [
        ("windows.sunroof_open", Zone.PASSENGER, "drivers_business"),
        ("lights.headlights_off", Zone.REAR_LEFT, "drivers_business"),
        ("doors.unlock", Zone.REAR_RIGHT, "own_seat_only"),
    ],
)
async def test_the_policy_has_the_last_word(intent: str, speaker: Zone, rule: str) -> None:
    result = await (await parked()).ask(intent, speaker=speaker)
    assert result.outcome.status is Status.REFUSED
    assert result.outcome.verdicts[-1].rule == rule
    assert not result.signals


async def test_a_right_hand_drive_car_has_its_driver_on_the_right() -> None:
    car = await TestCar.parked(REGISTRY, {"Vehicle.Cabin.DriverPosition": "RIGHT"})
    result = await car.ask("windows.open", zone=Zone.REAR_RIGHT)
    assert list(result.signals) == ["Vehicle.Cabin.Door.Row2.DriverSide.Window.Position"]


async def test_help_answers_from_the_loaded_skills() -> None:
    result = await (await parked()).ask("help.capabilities")
    assert "air conditioning" in result.said
    assert "a chat" not in result.said
    assert len(result.said) <= 120


async def test_a_window_is_opened_further_bit_by_bit() -> None:
    path = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
    car = await TestCar.parked(REGISTRY, {path: 0})
    seen = []
    for _ in range(2):
        await car.ask("windows.open", degree=Degree.SMALL)
        seen.append(await car.get(path))
    assert seen == [20, 40]
