"""Finding a thing by its name as somebody said it and a recogniser wrote it down: by its letters,
and by how it sounds, since Mandarin is full of homophones and foreign names are misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

SURE = 85.0  # of 100: one wrong letter in eight
SOUNDS_SURE = 92.0
SHORT = 4  # names below this length must be right to the letter
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ALIKE = (
    ("ph", "f"), ("ts", "z"), ("tz", "z"), ("ck", "k"),
    ("th", "t"), ("zh", "z"), ("sh", "s"), ("ch", "c"), ("q", "k"),
    ("w", "v"), ("ie", "i"), ("ee", "i"), ("y", "i"), ("ai", "e"), ("ei", "e"), ("ng", "n"),
    ("l", "r"),
)  # fmt: skip

Thing = TypeVar("Thing")


def sound(name: str) -> str:
    """How a name sounds, roughly: pinyin without tones for characters; letters that a recogniser
    or a second-language speaker confuses are one letter."""
    text = name.lower().strip()
    if _CHINESE.search(text):
        from pypinyin import lazy_pinyin  # 60 MB of tables, in every process that imports it

        text = " ".join(lazy_pinyin(text))
    text = re.sub(r"[^a-z0-9 ]", "", text)
    for letters, one in _ALIKE:
        text = text.replace(letters, one)
    return re.sub(r"(.)\1", r"\1", text)


class Names(Generic[Thing]):
    """Things by their names; of things with one name the first counts."""

    def __init__(self, named: Iterable[tuple[str, Thing]]) -> None:
        self._written: dict[str, Thing] = {}
        self._sounds: dict[str, Thing] = {}
        for name, thing in named:
            self._written.setdefault(name.lower(), thing)
            self._sounds.setdefault(sound(name), thing)
        self._sounds.pop("", None)

    def find(self, words: str, sure: float = SURE) -> Thing | None:
        """The thing that `words` name: exactly, nearly, or by its sound; None if none is near."""
        text = " ".join(words.lower().split())
        if text in self._written:
            return self._written[text]
        heard = sound(text)
        if heard in self._sounds:
            return self._sounds[heard]
        if len(text) < SHORT and not _CHINESE.search(text):
            return None
        return _nearest(text, self._written, sure) or _nearest(heard, self._sounds, SOUNDS_SURE)


def _nearest(text: str, names: dict[str, Thing], sure: float) -> Thing | None:
    found = process.extractOne(text, names.keys(), scorer=fuzz.ratio, score_cutoff=sure)
    return names[found[0]] if found else None
