"""Spoken words and the values they stand for."""

from __future__ import annotations

import re

import pytest

from cabin_agent.turn import Degree
from cabin_agent.understanding import entities
from cabin_agent.understanding.entities import ClockTime
from cabin_agent.understanding.entities.colours import _COLOURS

NUMBERS = {
    "zero": 0,
    "one": 1,
    "seven": 7,
    "eleven": 11,
    "nineteen": 19,
    "twenty": 20,
    "twenty two": 22,
    "twenty-two": 22,
    "ninety nine": 99,
    "a hundred": 100,
    "one hundred": 100,
    "one hundred and five": 105,
    "two hundred": 200,
    "three hundred and sixty five": 365,
    "twenty two and a half": 22.5,
    "twenty two point five": 22.5,
    "twenty two degrees and a half": 22.5,
    "nineteen and a quarter": 19.25,
    "three point one four": 3.14,
    "22": 22,
    "22.5": 22.5,
    "-5": -5,
    "minus five": -5,
    "half": 0.5,
    "a half": 0.5,
    "three quarters": 0.75,
    "a couple": 2,
    "to twenty one degrees please": 21,
    "about thirty": 30,
    "eighteen no twenty": 20,
    "二十二": 22,
    "二十二点五": 22.5,
    "二十六度半": 26.5,
    "十": 10,
    "十八": 18,
    "两": 2,
    "两百": 200,
    "一百": 100,
    "一百零五": 105,
    "负五": -5,
    "三十": 30,
    "二二": 22,
    "26": 26,
    "26度半": 26.5,
    "半": 0.5,
    "两个": 2,
    "二十三摄氏度半": 23.5,
}

NOT_NUMBERS = ["", "warm", "please", "and", "point", "hundred", "温度", "热"]

PERCENTS = {
    "fifty percent": 50,
    "fifty": 50,
    "30 %": 30,
    "half": 50,
    "half way": 50,
    "halfway": 50,
    "half open": 50,
    "a third": 33,
    "one third": 33,
    "two thirds": 67,
    "a quarter": 25,
    "three quarters": 75,
    "a fifth": 20,
    "all the way": 100,
    "fully": 100,
    "completely": 100,
    "max": 100,
    "maximum": 100,
    "a crack": 20,
    "just a crack": 20,
    "a little bit": 20,
    "slightly": 20,
    "a hundred percent": 100,
    "zero": 0,
    "seventy five percent": 75,
    "百分之三十": 30,
    "百分之一百": 100,
    "百分之七十五": 75,
    "三成": 30,
    "两成半": 25,
    "一半": 50,
    "半": 50,
    "三分之一": 33,
    "三分之二": 67,
    "四分之三": 75,
    "五十": 50,
    "50%": 50,
    "完全": 100,
    "最大": 100,
    "到底": 100,
    "一条缝": 20,
    "一点": 20,
    "一点点": 20,
}

TEMPERATURES = {
    "twenty two": 22.0,
    "twenty two and a half": 22.5,
    "twenty one degrees celsius": 21.0,
    "seventy two": 22.0,
    "seventy degrees fahrenheit": 21.0,
    "sixty eight": 20.0,
    "21.3": 21.5,
    "二十二度": 22.0,
    "二十六度半": 26.5,
    "二十四点五度": 24.5,
    "七十二华氏度": 22.0,
    "minus five": -5.0,
}

LEVELS = {
    "low": 1,
    "medium": 2,
    "high": 3,
    "level one": 1,
    "level two": 2,
    "three": 3,
    "setting 3": 3,
    "max": 3,
    "maximum": 3,
    "the lowest": 1,
    "second": 2,
    "level nine": 9,
    "一档": 1,
    "两档": 2,
    "二": 2,
    "三挡": 3,
    "低": 1,
    "中档": 2,
    "高档": 3,
    "最大": 3,
    "最小": 1,
}

DEGREES = {
    "a bit": Degree.SMALL,
    "slightly": Degree.SMALL,
    "a lot": Degree.LARGE,
    "all the way": Degree.MAX,
    "the lowest": Degree.MIN,
    "一点点": Degree.SMALL,
    "大幅": Degree.LARGE,
    "拉满": Degree.MAX,
    "最低": Degree.MIN,
}

DURATIONS = {
    "ten minutes": 600,
    "a minute": 60,
    "one minute": 60,
    "an hour": 3600,
    "half an hour": 1800,
    "an hour and a half": 5400,
    "one and a half hours": 5400,
    "a minute and a half": 90,
    "two and a half hours": 9000,
    "two hours thirty minutes": 9000,
    "two hours and thirty minutes": 9000,
    "ninety seconds": 90,
    "thirty seconds": 30,
    "a couple of minutes": 120,
    "three quarters of an hour": 2700,
    "half a minute": 30,
    "an hour and twenty minutes": 4800,
    "20 seconds": 20,
    "十分钟": 600,
    "一分钟": 60,
    "半小时": 1800,
    "半个小时": 1800,
    "一个半小时": 5400,
    "两个小时": 7200,
    "两个半小时": 9000,
    "一小时": 3600,
    "两小时三十分钟": 9000,
    "三十秒": 30,
    "一分半": 90,
    "一刻钟": 900,
    "三刻钟": 2700,
    "十秒": 10,
    "五分钟": 300,
    "半分钟": 30,
    "20秒": 20,
}

CLOCK_TIMES = {
    "half past seven": ClockTime(7, 30, exact=False),
    "quarter past six": ClockTime(6, 15, exact=False),
    "a quarter to eight": ClockTime(7, 45, exact=False),
    "quarter to eight pm": ClockTime(19, 45),
    "ten to six": ClockTime(5, 50, exact=False),
    "twenty past four in the afternoon": ClockTime(16, 20),
    "seven": ClockTime(7, 0, exact=False),
    "seven o'clock": ClockTime(7, 0, exact=False),
    "seven thirty": ClockTime(7, 30, exact=False),
    "seven thirty pm": ClockTime(19, 30),
    "seven oh five": ClockTime(7, 5, exact=False),
    "seven in the morning": ClockTime(7, 0),
    "eight p.m.": ClockTime(20, 0),
    "tonight at eight": ClockTime(20, 0),
    "twelve am": ClockTime(0, 0),
    "noon": ClockTime(12, 0),
    "midnight": ClockTime(0, 0),
    "7:45": ClockTime(7, 45, exact=False),
    "19:30": ClockTime(19, 30),
    "七点": ClockTime(7, 0, exact=False),
    "下午三点半": ClockTime(15, 30),
    "晚上八点一刻": ClockTime(20, 15),
    "早上六点二十": ClockTime(6, 20),
    "中午十二点": ClockTime(12, 0),
    "凌晨一点": ClockTime(1, 0),
    "三点差五分": ClockTime(2, 55, exact=False),
    "差五分三点": ClockTime(2, 55, exact=False),
    "十九点": ClockTime(19, 0),
    "两点半": ClockTime(2, 30, exact=False),
    "上午十点四十五分": ClockTime(10, 45),
    "半夜": ClockTime(0, 0),
    "15:30": ClockTime(15, 30),
}

COLOURS = {
    "red": "#FF0000",
    "blue": "#0000FF",
    "sky blue": "#87CEEB",
    "warm white": "#FFE4B5",
    "hot pink": "#FF69B4",
    "dark blue": "#00008B",
    "light green": "#80FF80",
    "a nice purple please": "#800080",
    "grey": "#808080",
    "gray": "#808080",
    "红色": "#FF0000",
    "蓝的": "#0000FF",
    "天蓝色": "#87CEEB",
    "冰蓝色": "#A5F2F3",
    "樱花粉": "#FFC0CB",
    "玫瑰红": "#FF007F",
    "暖白色": "#FFE4B5",
    "日落橙": "#FF4500",
    "薰衣草紫": "#E6E6FA",
    "浅绿色": "#80FF80",
    "深蓝色": "#00008B",
}


@pytest.mark.parametrize(("words", "value"), NUMBERS.items())
def test_number(words: str, value: float) -> None:
    assert entities.number(words) == pytest.approx(value)


@pytest.mark.parametrize("words", NOT_NUMBERS)
def test_not_a_number(words: str) -> None:
    assert entities.number(words) is None


@pytest.mark.parametrize(("words", "value"), PERCENTS.items())
def test_percent(words: str, value: int) -> None:
    assert entities.percent(words) == value


@pytest.mark.parametrize(("words", "value"), TEMPERATURES.items())
def test_temperature(words: str, value: float) -> None:
    assert entities.temperature(words) == value


@pytest.mark.parametrize(("words", "value"), LEVELS.items())
def test_level(words: str, value: int) -> None:
    assert entities.level(words) == value


@pytest.mark.parametrize("words", ["fifty percent", "百分之三十", "warm", ""])
def test_not_a_level(words: str) -> None:
    assert entities.level(words) is None


@pytest.mark.parametrize(("words", "value"), DEGREES.items())
def test_degree(words: str, value: Degree) -> None:
    assert entities.degree(words) is value


@pytest.mark.parametrize(("words", "value"), DURATIONS.items())
def test_duration(words: str, value: float) -> None:
    assert entities.duration(words) == value


@pytest.mark.parametrize(("words", "value"), CLOCK_TIMES.items())
def test_clock_time(words: str, value: ClockTime) -> None:
    assert entities.clock_time(words) == value


@pytest.mark.parametrize("words", ["", "soon", "seventy past two hundred", "马上", "二十九点"])
def test_not_a_clock_time(words: str) -> None:
    assert entities.clock_time(words) is None


@pytest.mark.parametrize(("words", "rgb"), COLOURS.items())
def test_colour(words: str, rgb: str) -> None:
    found = entities.colour(words)
    assert found is not None
    assert found.rgb == rgb


@pytest.mark.parametrize("words", ["", "something nice", "彩虹", "好看"])
def test_not_a_colour(words: str) -> None:
    assert entities.colour(words) is None


def test_every_colour_is_found_by_each_of_its_names() -> None:
    for rgb, english, mandarin in _COLOURS:
        assert re.fullmatch("#[0-9A-F]{6}", rgb)
        for name in english:
            assert entities.colour(name) == entities.colour(english[0])
        for name in mandarin:
            assert entities.colour(name + "色") == entities.colour(english[0])
    assert len(_COLOURS) >= 30


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("nine thousand", 9000.0),
        ("two thousand five hundred", 2500.0),
        ("a million", 1_000_000.0),
        ("three hundred thousand", 300_000.0),
        ("零下八十", -80.0),
        ("九千", 9000.0),
    ],
)
def test_numbers_out_of_any_range_are_read_whole(words: str, value: float) -> None:
    assert entities.number(words) == value
