"""What was said beside what was heard, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

HAN = "\u4e00-\u9fff"
WORDS = re.compile(rf"[{HAN}]|[^\s{HAN}]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; `kind`: same, missed (said only), added (heard only)."""

    kind: str
    text: str


def pieces(said: str, heard: str) -> tuple[Piece, ...]:
    """`heard` as it came of `said`. Case, punctuation and hesitations make no difference; Chinese
    is compared character by character."""
    left, right = _words(said), _words(heard)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for kind, start, end, start_heard, end_heard in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("same", _joined(right[start_heard:end_heard])))
            continue
        if end > start:
            found.append(Piece("missed", _joined(left[start:end])))
        if end_heard > start_heard:
            found.append(Piece("added", _joined(right[start_heard:end_heard])))
    return tuple(found)


def _words(text: str) -> list[str]:
    bare = (word.strip(".,;:!?…。，！？、") for word in WORDS.findall(text.lower()))
    return [word for word in bare if word]


def _joined(words: list[str]) -> str:
    text = " ".join(words)
    return re.sub(rf"(?<=[{HAN}]) (?=[{HAN}])", "", text)
