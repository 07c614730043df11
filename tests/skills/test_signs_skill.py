"""The signs skill: it says what the camera saw, and when it saw nothing."""

from __future__ import annotations

import pytest

from cabin_agent.sdk.testing import TestCar
from cabin_agent.seen import SIGNS
from cabin_agent.turn import Language
from skills.signs.meanings import MEANINGS


@pytest.mark.parametrize(
    ("words", "sign", "said"),
    [
        ("what did that sign say", "13", "The last sign I saw was: give way."),
        ("how fast may i go here", "2", "The last sign I saw allows 50."),
        ("what was that sign", "8", "The last sign I saw was: a speed limit of 120."),
        (
            "what is the speed limit",
            "14",
            "I saw no speed limit. The last sign I saw was: stop and give way.",
        ),
    ],
)
async def test_it_says_what_was_seen(words: str, sign: str, said: str) -> None:
    car = await TestCar.parked()
    result = await car.ask("signs.query", words=words, sign=sign)
    assert result.said == said
    assert result.signals == {}


async def test_in_mandarin_numbers_are_characters() -> None:
    car = await TestCar.parked()
    mandarin = Language.MANDARIN
    limit = await car.ask("signs.query", language=mandarin, words="这里限速多少", sign="8")
    assert limit.said == "我看到的最近一块牌子是限速一百二十"
    other = await car.ask("signs.query", language=mandarin, words="那个牌子写的什么", sign="6")
    assert other.said == "我看到的最近一块牌子是解除限速八十"


async def test_without_a_sign_it_does_not_guess() -> None:
    car = await TestCar.parked()
    speed = await car.ask("signs.query", words="how fast may i go here")
    assert speed.said == "I did not see a speed limit sign, so I can't say."
    for slots in ({}, {"sign": "99"}, {"sign": "-1"}, {"sign": "two"}):
        other = await car.ask("signs.query", words="what was that sign", **slots)
        assert other.said == "I did not see a sign."


def test_every_class_has_a_meaning_and_the_limits_agree() -> None:
    assert len(MEANINGS) == len(SIGNS)
    for name, meaning in zip(SIGNS, MEANINGS, strict=True):
        spoken = name.removeprefix("speed limit ")
        assert meaning.limit == (int(spoken) if spoken != name else None)
