"""Words into arguments, or into a question."""

from __future__ import annotations

import pytest

from cabin_agent.sdk import slots
from cabin_agent.sdk.contract import (
    Cabin,
    ClockTime,
    Colour,
    Duration,
    Level,
    Number,
    Option,
    Percent,
    Place,
    Said,
    Temperature,
    Text,
    Volume,
)
from cabin_agent.sdk.slots import Question


class Air(Option):
    FEET = ("DOWN", ("feet", "foot well", "脚"))
    FACE = ("MIDDLE", ("face", "脸"))


class Sample:
    async def temperature(self, cabin: Cabin, value: Temperature) -> Said: ...  # type: ignore[empty-body]
    async def heat(self, cabin: Cabin, value: Level | Percent | None = None) -> Said: ...  # type: ignore[empty-body]
    async def air(self, cabin: Cabin, option: Air) -> Said: ...  # type: ignore[empty-body]
    async def volume(self, cabin: Cabin, value: Volume) -> Said: ...  # type: ignore[empty-body]
    async def light(self, cabin: Cabin, colour: Colour) -> Said: ...  # type: ignore[empty-body]
    async def wait(self, cabin: Cabin, time: Duration | ClockTime) -> Said: ...  # type: ignore[empty-body]
    async def go(self, cabin: Cabin, place: Place, text: Text | None = None) -> Said: ...  # type: ignore[empty-body]
    async def by(self, cabin: Cabin, value: Number | None = None) -> Said: ...  # type: ignore[empty-body]


@pytest.mark.parametrize(
    ("method", "spoken", "wanted"),
    [
        ("temperature", {"value": "twenty two"}, {"value": Temperature(22)}),
        ("temperature", {"value": "seventy two fahrenheit"}, {"value": Temperature(22)}),
        ("temperature", {"value": "二十六度半"}, {"value": Temperature(26.5)}),
        ("heat", {"value": "level two"}, {"value": Level(2)}),
        ("heat", {"value": "fifty percent"}, {"value": Percent(50)}),
        ("heat", {"value": "forty"}, {"value": Percent(40)}),
        ("heat", {}, {}),
        ("heat", {"query": "ignored"}, {}),
        ("air", {"option": "my feet"}, {"option": Air.FEET}),
        ("air", {"option": "脸上"}, {"option": Air.FACE}),
        ("volume", {"value": "thirty"}, {"value": Volume(30)}),
        ("light", {"colour": "红色"}, {"colour": Colour("red", "红色", "#FF0000")}),
        ("wait", {"time": "ten minutes"}, {"time": Duration(600)}),
        ("wait", {"time": "half past seven"}, {"time": ClockTime(7, 30, exact=False)}),
        ("go", {"place": "the zoo"}, {"place": Place("the zoo")}),
        ("by", {"value": "两"}, {"value": Number(2)}),
    ],
)
def test_words_become_values(
    method: str, spoken: dict[str, str], wanted: dict[str, object]
) -> None:
    filled = slots.fill(slots.of(getattr(Sample, method)), spoken)
    assert filled == wanted
    assert not isinstance(filled, Question)
    assert [type(value) for value in filled.values()] == [type(v) for v in wanted.values()]


@pytest.mark.parametrize(
    ("method", "spoken", "asked"),
    [
        ("temperature", {}, "What temperature"),
        ("temperature", {"value": "banana"}, "What temperature"),
        ("temperature", {"value": "forty"}, "16 to 30"),
        ("temperature", {"value": "  "}, "What temperature"),
        ("heat", {"value": "a hundred and ten percent"}, "Which level"),
        ("air", {"option": "the moon"}, "Which one: feet or face?"),
        ("volume", {"value": "eleven hundred"}, "How loud"),
        ("light", {"colour": "rainbow"}, "Which colour"),
        ("wait", {"time": "soon"}, "For how long"),
        ("go", {}, "Where would you like to go"),
    ],
)
def test_what_is_not_understood_becomes_a_question(
    method: str, spoken: dict[str, str], asked: str
) -> None:
    question = slots.fill(slots.of(getattr(Sample, method)), spoken)
    assert isinstance(question, Question)
    assert asked in question.en
    assert question.zh


def test_an_option_is_asked_for_in_both_languages() -> None:
    question = slots.fill(slots.of(Sample.air), {})
    assert question == Question("option", "Which one: feet or face?", "您要哪一个：脚、脸？")


def test_an_unknown_type_is_an_error_of_the_author() -> None:
    async def wrong(self: object, cabin: Cabin, value: set[int]) -> None: ...

    with pytest.raises(slots.UnsupportedType, match="'value'"):
        slots.of(wrong)
