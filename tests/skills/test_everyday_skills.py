"""Help for where one is, seats that are remembered, small talk, the date, automatic climate."""

from __future__ import annotations

from pathlib import Path

import pytest

from cabin_agent.sdk import Language, Zone
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.storage import Home
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from vehicle_bus.values import Scalar

REGISTRY = load()
SEAT = "Vehicle.Cabin.Seat.Row1.DriverSide"
MEDIA = "Vehicle.Cabin.Infotainment.Media"
NAVI = "Vehicle.Cabin.Infotainment.Navigation.DestinationSet.Latitude"
STATION = "Vehicle.Cabin.HVAC.Station.Row1.Driver"
SET: dict[str, Scalar] = {f"{SEAT}.Position": 120, f"{SEAT}.Backrest.Recline": 22.0}
MOVED: dict[str, Scalar] = {f"{SEAT}.Position": 260, f"{SEAT}.Backrest.Recline": 40.0}


async def test_a_seat_is_remembered_by_person_over_a_restart(tmp_path: Path) -> None:
    car = await TestCar.parked(REGISTRY, SET, home=Home(tmp_path))
    saved = await car.ask("seats.memory_save", person="anna")
    assert saved.said == "Saved anna's seat position."
    assert not saved.signals
    later = await TestCar.parked(REGISTRY, MOVED, home=Home(tmp_path))
    put = await later.ask("seats.memory_recall", person="anna")
    assert put.signals == SET
    assert put.said == "Setting anna's seat position."
    (undone,) = await later.undo(put)
    assert undone.status is Status.DONE
    assert await later.get(f"{SEAT}.Position") == 260


async def test_a_seat_is_found_by_number_by_sound_and_by_who_sits_there() -> None:
    car = await TestCar.parked(REGISTRY, SET)
    await car.ask("seats.memory_save", value="two")
    await car.ask("seats.memory_save", person="张伟", language=Language.MANDARIN)
    await car.ask("seats.memory_save")
    await car.set(MOVED)
    assert (await car.ask("seats.memory_recall", value="二")).signals == SET
    assert (await car.ask("seats.memory_recall", person="章伟")).signals == SET
    mine = await car.ask("seats.memory_recall", language=Language.MANDARIN)
    assert mine.said == "正在调到您的座椅位置"
    assert "I know no seat" in (await car.ask("seats.memory_recall", person="bob")).said


async def test_the_drivers_seat_does_not_move_on_the_road() -> None:
    car = await TestCar.parked(REGISTRY, SET)
    await car.ask("seats.memory_save")
    await car.set({"Vehicle.Speed": 50.0, "Vehicle.Powertrain.Transmission.SelectedGear": 127})
    refused = await car.ask("seats.memory_recall")
    assert refused.outcome.status is Status.REFUSED
    assert not refused.signals


async def test_a_seat_without_sensors_is_not_remembered() -> None:
    refused = await (await TestCar.parked(REGISTRY)).ask("seats.memory_save")
    assert refused.outcome.status is Status.FAILED


@pytest.mark.parametrize(
    ("signals", "speaker", "expected", "missing"),
    [
        ({}, Zone.DRIVER, "open the trunk", "next song"),
        ({f"{MEDIA}.Action": "PLAY"}, Zone.DRIVER, "next song", "add a charging stop"),
        ({NAVI: 48.1}, Zone.DRIVER, "how long until we arrive", "next song"),
        ({"Vehicle.Speed": 60.0}, Zone.DRIVER, "find the nearest charger", "open the trunk"),
        ({}, Zone.REAR_LEFT, "open my window", "open the trunk"),
        ({NAVI: 48.1}, Zone.REAR_RIGHT, "when do we arrive", "add a charging stop"),
    ],
)
async def test_help_is_for_where_one_sits_and_what_is_on(
    signals: dict[str, Scalar], speaker: Zone, expected: str, missing: str
) -> None:
    car = await TestCar.parked(REGISTRY, signals)
    answer = await car.ask("help.capabilities", words="what can i say", speaker=speaker)
    assert expected in answer.said
    assert missing not in answer.said
    assert len(answer.said) <= 120
    chinese = await car.ask(
        "help.capabilities", words="我可以说什么", speaker=speaker, language=Language.MANDARIN
    )
    assert chinese.said.startswith("您可以说“")
    assert len(chinese.said) <= 60


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("thank you", "pleasure"),
        ("who are you", "assistant"),
        ("tell me a joke", "tyred"),
        ("i'm so tired", "break"),
        ("hello", "What can I do"),
        ("再见", "safe journey"),
    ],
)
async def test_small_talk_answers_what_was_said(words: str, part: str) -> None:
    assert part in (await (await TestCar.parked(REGISTRY)).ask("smalltalk.chat", words=words)).said


async def test_jokes_take_turns() -> None:
    car = await TestCar.parked(REGISTRY)
    told = [(await car.ask("smalltalk.chat", words="a joke please")).said for _ in range(4)]
    assert len(set(told)) == 3
    assert told[0] == told[3]


@pytest.mark.parametrize(
    ("words", "time", "said"),
    [
        ("what time is it", "", "It is 12:05 on Saturday, 14 March."),
        ("what day is it today", "", "Today is Saturday, 14 March."),
        ("what day is tomorrow", "", "Tomorrow is Sunday, 15 March."),
        ("今天几号", "", "Today is Saturday, 14 March."),
        ("what's in the news", "", "I can't know that offline; I've asked."),
    ],
)
async def test_the_date_the_time_the_news(words: str, time: str, said: str) -> None:
    slots = {"time": time} if time else {}
    assert (
        await (await TestCar.parked(REGISTRY)).ask("info.query", words=words, **slots)
    ).said == (said)


@pytest.mark.parametrize(
    ("inside", "fan", "air"), [(8.0, 80, "DOWN"), (23.0, 20, "MIDDLE"), (38.0, 80, "MIDDLE")]
)
async def test_automatic_climate_blows_as_the_cabin_needs_it(
    inside: float, fan: int, air: str
) -> None:
    car = await TestCar.parked(
        REGISTRY,
        {f"{STATION}.Temperature": 22.0, "Vehicle.Cabin.HVAC.AmbientAirTemperature": inside},
    )
    done = await car.ask("climate.auto_on")
    assert done.signals[f"{STATION}.FanSpeed"] == fan
    assert done.signals[f"{STATION}.AirDistribution"] == air
    assert done.said == "Climate on auto at 22 degrees."
    assert [(e.name, e.payload["on"]) for e in done.events] == [("climate.auto", True)]


@pytest.mark.parametrize(
    ("words", "on"), [("来点香味", True), ("stop the scent", False), ("香氛关掉", False)]
)
async def test_fragrance_is_handed_over(words: str, on: bool) -> None:
    done = await (await TestCar.parked(REGISTRY)).ask("climate.scent", words=words)
    assert [event.payload["on"] for event in done.events] == [on]


async def test_the_light_bar_is_a_lamp_of_its_own() -> None:
    car = await TestCar.parked(REGISTRY)
    done = await car.ask("lights.brightness_set", words="交互灯亮度调到百分之十", value="百分之十")
    assert done.signals == {
        "Vehicle.Cabin.Light.InteractiveLightBar.Intensity": 10,
        "Vehicle.Cabin.Light.InteractiveLightBar.IsLightOn": True,
    }


@pytest.mark.parametrize(
    ("words", "effect"),
    [
        ("let the lights follow the music", "music"),
        ("氛围灯呼吸模式", "breathing"),
        ("氛围灯别闪了常亮", "steady"),
        ("rainbow lights", "rainbow"),
        ("换个氛围灯效果", "dynamic"),
    ],
)
async def test_light_effects_are_handed_over(words: str, effect: str) -> None:
    done = await (await TestCar.parked(REGISTRY)).ask("lights.ambient_effect", words=words)
    assert [event.payload["effect"] for event in done.events] == [effect]
