"""The weather skill: what the sensors say, and what they can't."""

from __future__ import annotations

from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Language

COLD_RAIN = {"Vehicle.Exterior.AirTemperature": 1.4, "Vehicle.Body.Raindetection.Intensity": 20}


async def test_here_and_now_comes_from_the_sensors() -> None:
    car = await TestCar.parked(signals=COLD_RAIN)
    result = await car.ask("weather.query", words="how is the weather")
    assert result.said == "It is 1 degree outside and raining. Roads may be icy."
    assert result.signals == {}
    assert result.events == ()


async def test_in_mandarin() -> None:
    car = await TestCar.parked(signals=COLD_RAIN)
    result = await car.ask("weather.query", language=Language.MANDARIN, words="天气怎么样")
    assert result.said == "车外一度，正在下雨，路面可能结冰"


async def test_another_day_is_the_weather_services() -> None:
    car = await TestCar.parked(signals=COLD_RAIN)
    result = await car.ask("weather.query", words="will it rain tomorrow", time="tomorrow")
    assert [event.name for event in result.events] == ["weather.forecast"]
    assert result.events[0].payload == {"place": "", "time": "tomorrow"}
    assert "offline" in result.said


async def test_another_town_is_the_weather_services() -> None:
    car = await TestCar.parked(signals=COLD_RAIN)
    result = await car.ask("weather.query", words="weather in rome", place="rome")
    assert result.events[0].payload["place"] == "rome"


async def test_without_sensors_it_says_so() -> None:
    car = await TestCar.parked()
    result = await car.ask("weather.query", words="how is the weather")
    assert result.said == "The car has no weather sensors that answer."
