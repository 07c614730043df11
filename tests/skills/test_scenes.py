"""Comfort scenes: several actions from one sentence, one undo; and what is only handed over."""

from __future__ import annotations

import pytest

from cabin_agent.sdk import Language, Zone
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from vehicle_bus.values import Scalar

REGISTRY = load()
SEAT = "Vehicle.Cabin.Seat.Row1.DriverSide"
VOLUME = "Vehicle.Cabin.Infotainment.Media.Volume"
SHADE = "Vehicle.Cabin.Sunroof.Shade.Position"
AMBIENT = "Vehicle.Cabin.Light.AmbientLight.Row1.DriverSide"
RAIN = "Vehicle.Body.Raindetection.Intensity"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
BEFORE: dict[str, Scalar] = {
    f"{SEAT}.Backrest.Recline": 20.0,
    f"{AMBIENT}.IsLightOn": False,
    f"{AMBIENT}.Intensity": 70,
    VOLUME: 40,
    SHADE: 100,
}


async def car(**signals: Scalar) -> TestCar:
    return await TestCar.parked(REGISTRY, {**BEFORE, **signals})


async def test_a_nap_is_several_actions_and_one_undo() -> None:
    standing = await car()
    nap = await standing.ask("driving_mode.scene", words="i want to take a nap")
    assert nap.said == "Nap: seat back, lights low, quiet, shade closed."
    assert await standing.get(f"{SEAT}.Backrest.Recline") == 55.0
    assert await standing.get(VOLUME) == 10
    assert await standing.get(SHADE) == 0
    await standing.undo(nap)
    for path, value in BEFORE.items():
        assert await standing.get(path) == value


async def test_leaving_a_scene_puts_everything_back() -> None:
    standing = await car()
    await standing.ask("driving_mode.scene", words="nap mode")
    over = await standing.ask("driving_mode.scene_off", words="the nap is over")
    assert over.said == "Nap is over, all as before."
    for path, value in BEFORE.items():
        assert await standing.get(path) == value
    again = await standing.ask("driving_mode.scene_off", words="end the scene")
    assert again.said == "No scene is running."
    assert not again.signals


async def test_a_nap_of_some_minutes_ends_with_an_offer() -> None:
    standing = await car()
    await standing.ask("driving_mode.scene", words="nap for ten minutes", time="ten minutes")
    assert await standing.wait(500) == ()
    (told,) = await standing.wait(200)
    assert told.said == "Time is up. Shall I put everything back?"
    assert told.outcome.step.action.intent == "driving_mode.scene_off"


@pytest.mark.parametrize(
    ("words", "start", "reply"),
    [
        ("来点浪漫的气氛", "浪漫：", "玫瑰色灯光"),
        ("孩子要睡了切哄睡", "哄睡：", "后排灯光关闭"),
        ("我要洗车", "洗车：", "后视镜折叠"),
        ("今晚在车里露营", "露营：", "车门上锁"),
        ("狗留在车里", "宠物：", "空调保持开启"),
        ("我要看电影", "影院：", "灯光调暗"),
        ("我想放松一下", "放松：", "按摩开启"),
        ("开派对了", "派对：", "音乐开大"),
        ("我要睡一会儿", "小憩：", "座椅放倒"),
    ],
)
async def test_a_scene_is_found_by_what_people_call_it(words: str, start: str, reply: str) -> None:
    done = await (await car()).ask("driving_mode.scene", words=words, language=Language.MANDARIN)
    assert done.outcome.status is Status.DONE
    assert done.said.startswith(start)
    assert reply in done.said
    assert done.signals


async def test_a_sleeping_child_is_not_a_nap() -> None:
    done = await (await car()).ask("driving_mode.scene", words="the kids are sleeping kids mode")
    assert done.said.startswith("Kids asleep: volume down, rear lights off, rear blinds closed")
    assert f"{SEAT}.Backrest.Recline" not in done.signals


async def test_a_nap_needs_park() -> None:
    driving = await car(**{GEAR: 127, "Vehicle.Speed": 60.0})
    done = await driving.ask("driving_mode.scene", words="nap")
    assert done.outcome.status is Status.FAILED
    assert done.said == "Nap only in Park."
    assert not done.signals


async def test_what_the_policy_refuses_leaves_the_rest_of_a_scene() -> None:
    driving = await car(**{GEAR: 127, "Vehicle.Speed": 20.0, RAIN: 0})
    done = await driving.ask("driving_mode.scene", words="car wash coming up")
    assert done.outcome.status is Status.DONE
    assert "mirrors folded" not in done.said
    assert "windows closed" in done.said
    assert not any("Mirrors" in path for path in done.signals)


async def test_a_passenger_changes_their_own_part_of_a_scene() -> None:
    done = await (await car()).ask(
        "driving_mode.scene", words="romantic mood", speaker=Zone.PASSENGER
    )
    assert done.outcome.status is Status.DONE
    assert not any("DriverSide" in path for path in done.signals)
    assert any("PassengerSide" in path for path in done.signals)


async def test_a_closed_roof_is_left_alone_in_the_car_wash() -> None:
    closed = await (await car(**{"Vehicle.Cabin.Sunroof.Position": 0})).ask(
        "driving_mode.scene", words="car wash"
    )
    opened = await (await car(**{"Vehicle.Cabin.Sunroof.Position": 50})).ask(
        "driving_mode.scene", words="car wash"
    )
    assert "Vehicle.Cabin.Sunroof.Switch" not in closed.signals
    assert opened.signals["Vehicle.Cabin.Sunroof.Switch"] == "CLOSE"


async def test_an_unknown_scene_goes_to_the_head_unit() -> None:
    done = await (await car()).ask("driving_mode.scene", words="valet mode", option="valet")
    assert [event.payload for event in done.events] == [{"name": "valet"}]


@pytest.mark.parametrize(
    ("words", "option", "function", "on"),
    [
        ("switch to sport mode", "sport", "mode.sport", True),
        ("turn off lane keeping", "lane keeping", "assist.lane", False),
        ("set the cruise control to eighty", "", "assist.cruise", True),
        ("切到雪地模式", "雪地", "mode.snow", True),
        ("关闭能量回收", "能量回收", "assist.recuperation", False),
        ("帮我停车", "", "assist.parking", True),
    ],
)
async def test_driving_functions_are_only_handed_over(
    words: str, option: str, function: str, on: bool
) -> None:
    slots = {"option": option} if option else {}
    done = await (await car()).ask("driving_mode.set", words=words, **slots)
    assert not done.signals
    (event,) = done.events
    assert event.name == "driving.request"
    assert event.payload == {"function": function, "on": on}


async def test_a_passenger_has_no_say_in_how_the_car_drives() -> None:
    done = await (await car()).ask(
        "driving_mode.set", words="sport mode", option="sport", speaker=Zone.REAR_LEFT
    )
    assert done.outcome.status is Status.FAILED
    assert not done.events
