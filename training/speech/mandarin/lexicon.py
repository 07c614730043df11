"""Pronunciations of Mandarin words as toneless initials and finals, by pypinyin (MIT).

pypinyin's phrase table chooses the reading of a word of several characters; a single character
gets every reading it has, the commonest first.
"""

from __future__ import annotations

import functools

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict, pinyin

from cabin_agent.hearing.vocabulary import pronouncing
from training.speech.languages import Pronunciation
from training.speech.phones import MANDARIN

READINGS = 3
READINGS_IN_CARS = {"调": "tiáo,diào", "长": "cháng,zhǎng", "得": "de,dé,děi"}
WORDS_IN_CARS = {
    "调到": ["tiáo", "dào"],
    "调高": ["tiáo", "gāo"],
    "调低": ["tiáo", "dī"],
    "调大": ["tiáo", "dà"],
    "调小": ["tiáo", "xiǎo"],
    "上调": ["shàng", "tiáo"],
    "下调": ["xià", "tiáo"],
    "重开": ["chóng", "kāi"],
}
load_single_dict({ord(character): readings for character, readings in READINGS_IN_CARS.items()})
load_phrases_dict({word: [[each] for each in said] for word, said in WORDS_IN_CARS.items()})


def syllable_phones(syllable: str) -> Pronunciation:
    """Phones of one pinyin syllable, with or without tone: "zhi1" -> ("zh", "iii")."""
    phones = pronouncing.syllable_phones(syllable)
    if any(phone not in MANDARIN.ids for phone in phones):
        raise ValueError(f"{syllable!r} is no Mandarin syllable: {phones}")
    return phones


def spoken_syllables(word: str) -> list[str]:
    """Pinyin of a word in its commonest reading, tones as digits, 5 for the neutral one."""
    return lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)


@functools.cache
def pronunciations(word: str) -> tuple[Pronunciation, ...]:
    """Every pronunciation of ``word``, the commonest first. ValueError for what is not Chinese."""
    if len(word) > 1:
        readings = [spoken_syllables(word)]
    else:
        styles = {"style": Style.TONE3, "neutral_tone_with_five": True}
        readings = [[each] for each in pinyin(word, heteronym=True, **styles)[0]]
    spoken = [
        tuple(phone for syllable in reading for phone in syllable_phones(syllable))
        for reading in readings
    ]
    return tuple(dict.fromkeys(spoken))[:READINGS]


def pronounceable(word: str) -> bool:
    """Whether every character is Chinese and has a reading that fits the phone set."""
    if not word or not all("\u4e00" <= character <= "\u9fff" for character in word):
        return False
    try:
        return bool(pronunciations(word))
    except ValueError:
        return False
