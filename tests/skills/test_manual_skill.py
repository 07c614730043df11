"""The owner's manual: found by what is asked, quoted with its number, never guessed for a light."""

from __future__ import annotations

from pathlib import Path

import pytest

from cabin_agent.sdk import Language
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.testing import TestCar
from skills.manual.book import Book

REGISTRY = load()
ENGLISH, MANDARIN = Book(Language.ENGLISH), Book(Language.MANDARIN)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("what does the orange engine light mean", "1.1"),
        ("there's a red oil can on the dashboard", "1.2"),
        ("may i keep driving with the yellow engine light", "1.1"),
        ("can i drive on with the brake warning on", "1.5"),
        ("the airbag light is on what should i do", "1.10"),
        ("what does the blue light stand for", "1.13"),
        ("what is that snowflake on the display", "1.16"),
        ("how do i open the bonnet", "2.8"),
        ("how do i open the hood", "2.8"),
        ("how do i fit a child seat", "3.3"),
        ("where's the warning triangle", "9.4"),
        ("how do i reset the tyre warning", "6.2"),
        ("how does regenerative braking work", "4.5"),
        ("which bulbs does this car use", "7.6"),
    ],
)
def test_a_question_finds_its_section(question: str, number: str) -> None:
    found = ENGLISH.find(question)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("橙色的发动机灯是什么意思", "1.1"),
        ("红色油壶灯亮了怎么回事", "1.2"),
        ("刹车灯亮了还能开吗", "1.5"),
        ("胎压灯亮怎么办", "1.7"),
        ("仪表盘上乌龟灯啥意思", "1.12"),
        ("蓝色的灯是什么", "1.13"),
        ("怎么打开引擎盖", "2.8"),
        ("儿童座椅怎么装", "3.3"),
        ("自动大灯怎么开", "4.13"),
        ("充电枪拔不出来怎么办", "5.3"),
        ("电池能用几年", "5.5"),
        ("三角警示牌在哪", "9.4"),
        ("玻璃水加在哪里", "7.4"),
    ],
)
def test_a_mandarin_question_finds_the_same(question: str, number: str) -> None:
    found = MANDARIN.find(question)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize("question", ["what does this orange light mean", "show me the manual", ""])
def test_what_does_not_tell_lights_apart_is_not_guessed(question: str) -> None:
    assert ENGLISH.find(question) is None


@pytest.mark.parametrize("question", ["这个灯亮了是什么意思", "那个黄灯是什么", "查一下说明书"])
def test_nor_in_mandarin(question: str) -> None:
    assert MANDARIN.find(question) is None


def test_both_languages_have_the_same_sections() -> None:
    numbers = [section.number for section in ENGLISH.sections]
    assert numbers == [section.number for section in MANDARIN.sections]
    assert len(numbers) >= 60
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(("book", "room"), [(ENGLISH, 104), (MANDARIN, 48)])
def test_the_first_sentence_of_every_section_fits_into_a_reply(book: Book, room: int) -> None:
    cut = [s.number for s in book.sections if s.quoted(room).endswith("…")]
    assert cut == []


def test_a_file_without_numbers_says_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "manual.en.md"
    file.write_text("# Lights\n\nAll is well.\n")
    with pytest.raises(ValueError, match="number the sections"):
        Book(Language.ENGLISH, file)


async def test_an_answer_cites_its_section() -> None:
    car = await TestCar.parked(REGISTRY)
    answer = await car.ask("manual.search", words="what does the orange engine light mean")
    assert answer.said.startswith("Manual 1.1: The engine or its exhaust control reports a fault")
    (shown,) = answer.events
    assert shown.name == "manual.show"
    assert shown.payload["section"] == "1.1"
    assert "catalyst" in shown.payload["text"]
    chinese = await car.ask("manual.search", words="水温灯亮了怎么办", language=Language.MANDARIN)
    assert chinese.said.startswith("手册1.4：动力系统过热")
    assert len(chinese.said) <= 60


async def test_a_vague_question_is_asked_back() -> None:
    car = await TestCar.parked(REGISTRY)
    answer = await car.ask("manual.search", words="why is that warning symbol on")
    assert answer.outcome.asks
    assert not answer.events
