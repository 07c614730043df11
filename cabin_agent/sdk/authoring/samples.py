"""Sentences from phrases: some words in place of every slot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cabin_agent.sdk import contract
from cabin_agent.sdk.contract import ClockTime, Colour, Option
from cabin_agent.sdk.registry import DeclaredIntent
from cabin_agent.sdk.slots import Slot
from cabin_agent.turn import Language
from cabin_agent.understanding.shapes import PLACEHOLDER

_WORDS: Mapping[type, tuple[str, str]] = {
    contract.Temperature: ("twenty two degrees", "二十二度"),
    contract.Percent: ("forty percent", "百分之四十"),
    contract.Level: ("level two", "二档"),
    contract.Volume: ("thirty", "三十"),
    contract.Number: ("five", "五"),
    contract.Duration: ("ten minutes", "十分钟"),
    ClockTime: ("half past seven", "七点半"),
    Colour: ("red", "红色"),
    contract.Text: ("buy some milk", "买牛奶"),
    contract.Place: ("the airport", "机场"),
    contract.Person: ("anna", "小王"),
    contract.Date: ("tomorrow", "明天"),
}
_PLACE = ("in the back", "后排")


@dataclass(frozen=True, slots=True)
class Sample:
    """A phrase and a sentence made of it."""

    phrase: str
    sentence: str
    language: Language


def samples(intent: DeclaredIntent) -> Iterator[Sample]:
    """One sentence for each phrase of the intent."""
    for language, phrases in intent.phrases.items():
        for phrase in phrases:
            yield Sample(phrase, sentence(phrase, intent.slots, language), language)


def sentence(phrase: str, slots: Mapping[str, Slot], language: Language) -> str:
    index = 1 if language is Language.MANDARIN else 0

    def words(name: str) -> str:
        return _words(slots[name], index) if name in slots else _PLACE[index]

    return PLACEHOLDER.sub(lambda match: words(match[1]), phrase)


def _words(slot: Slot, index: int) -> str:
    kind = slot.kinds[0]
    if not issubclass(kind, Option):
        return _WORDS[kind][index]
    first = next(iter(kind))
    ascii_wanted = index == 0
    return next((w for w in first.words if w.isascii() == ascii_wanted), first.words[0])
