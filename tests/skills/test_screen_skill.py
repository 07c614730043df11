"""The screens, and the head unit's programs."""

from __future__ import annotations

from typing import Any

import pytest

from cabin_agent.sdk import Degree, Language, Zone
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from vehicle_bus.values import Scalar

REGISTRY = load()
HMI = "Vehicle.Cabin.Infotainment.HMI"


async def car(**signals: Scalar) -> TestCar:
    return await TestCar.parked(REGISTRY, {f"{HMI}.Brightness": 50.0, **signals})


@pytest.mark.parametrize(
    ("words", "request_", "leaf", "value"),
    [
        ("make the screen brighter", {}, "Brightness", 70.0),
        ("the screen is far too bright", {}, "Brightness", 30.0),
        ("dim the display a little", {"degree": Degree.SMALL}, "Brightness", 40.0),
        ("屏幕亮一点", {}, "Brightness", 70.0),
        ("屏幕好刺眼", {}, "Brightness", 30.0),
        ("屏幕亮度拉满", {"degree": Degree.MAX}, "Brightness", 100.0),
        ("set the screen to thirty percent", {"value": "thirty"}, "Brightness", 30.0),
        ("switch to dark mode", {"option": "dark mode"}, "DayNightMode", "NIGHT"),
        ("白天模式", {"option": "白天模式"}, "DayNightMode", "DAY"),
        ("make the letters bigger", {}, "FontSize", "LARGE"),
        ("字体调小", {}, "FontSize", "STANDARD"),
        ("show it in fahrenheit", {}, "TemperatureUnit", "F"),
        ("单位换成英里", {}, "DistanceUnit", "MILES"),
        ("tyre pressure in psi please", {}, "TirePressureUnit", "PSI"),
        ("use the twenty four hour clock", {}, "TimeFormat", "HR_24"),
    ],
)
async def test_what_is_a_signal_is_set(
    words: str, request_: dict[str, Any], leaf: str, value: Scalar
) -> None:
    done = await (await car()).ask("screen.control", words=words, **request_)
    assert done.signals == {f"{HMI}.{leaf}": value}
    chinese = await (await car()).ask(
        "screen.control", words=words, language=Language.MANDARIN, **request_
    )
    assert "屏幕" in chinese.said


@pytest.mark.parametrize(
    ("words", "event", "payload"),
    [
        ("show the reversing camera", "screen.view", {"view": "rear", "on": True}),
        ("关闭全景影像", "screen.view", {"view": "surround", "on": False}),
        ("turn the screen off", "screen.power", {"on": False, "seat": "driver"}),
        ("打开中控屏", "screen.power", {"on": True, "seat": "driver"}),
        ("屏幕转过来", "screen.command", {"words": "屏幕转过来", "seat": "driver"}),
    ],
)
async def test_the_rest_is_handed_over(words: str, event: str, payload: dict[str, Any]) -> None:
    done = await (await car()).ask("screen.control", words=words)
    assert not done.signals
    assert [(e.name, e.payload) for e in done.events] == [(event, payload)]


async def test_an_app_is_opened_and_closed_by_the_head_unit() -> None:
    opened = await (await car()).ask("app.open", option="calculator", words="open the calculator")
    closed = await (await car()).ask("app.close", words="关掉所有应用", language=Language.MANDARIN)
    assert [e.payload for e in opened.events] == [{"name": "calculator", "seat": "driver"}]
    assert [e.payload for e in closed.events] == [{"name": "*", "seat": "driver"}]
    assert closed.said == "正在关闭所有应用"


@pytest.mark.parametrize(
    ("words", "name"), [("打开微信", "微信"), ("launch the calculator app please", "calculator")]
)
async def test_an_app_without_a_slot_is_what_is_left_of_the_sentence(words: str, name: str) -> None:
    opened = await (await car()).ask("app.open", words=words)
    assert [e.payload["name"] for e in opened.events] == [name]


@pytest.mark.parametrize("app", ["netflix", "爱奇艺"])
async def test_no_films_for_the_driver_while_driving(app: str) -> None:
    driving = await car(**{"Vehicle.Speed": 30.0})
    refused = await driving.ask("app.open", option=app, words=f"open {app}")
    assert refused.outcome.status is Status.FAILED
    assert not refused.events
    behind = await driving.ask("app.open", option=app, words=app, speaker=Zone.REAR_LEFT)
    assert [e.payload["seat"] for e in behind.events] == ["rear_left"]
    standing = await (await car()).ask("app.open", option=app, words=f"open {app}")
    assert standing.events
