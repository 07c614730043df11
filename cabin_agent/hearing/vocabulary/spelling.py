"""Which labels spell a text for a model: its own words where it has them, sounds where not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cabin_agent.hearing.models import UNPACK, ModelError

SOUND = "#"
"""Begins the name of a sound word: "#AA" (written by training/speech)."""

Labels = tuple[int, ...]
"""Words as numbers of a model's words.txt."""

Pronounce = Callable[[str], tuple[str, ...]]
"""Phones of a word, empty for one that has no pronunciation."""

_HAN = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff\s]+")
_PUNCTUATION = re.compile(r"[^\w'\u3400-\u9fff]+")


@dataclass(slots=True)
class Speller:
    """Of one model. `spelled`: which sounds were used for which words."""

    labels: Mapping[str, int]
    pronounce: Pronounce
    spelled: dict[tuple[str, ...], str] = field(default_factory=dict)

    @classmethod
    def of(cls, words_file: Path, pronounce: Pronounce) -> Speller:
        """For the model whose words.txt this is."""
        try:
            lines = words_file.read_text(encoding="utf-8").splitlines()
            pairs = (line.split() for line in lines)
            return cls({word: int(number) for word, number in pairs}, pronounce)
        except (OSError, ValueError) as error:
            raise ModelError(f"{words_file}: can't be read ({error})", UNPACK) from None

    @property
    def sounds(self) -> frozenset[int]:
        """The labels of the model's sound words."""
        return frozenset(n for word, n in self.labels.items() if word.startswith(SOUND))

    def spell(self, text: str) -> Labels:
        """The labels of `text`; empty if a word of it can neither be found nor pronounced."""
        found: list[int] = []
        for piece in _HAN.findall(_PUNCTUATION.sub(" ", text.lower())):
            labels = self._piece(piece)
            if not labels:
                return ()
            found += labels
        return tuple(found)

    def _piece(self, piece: str) -> list[int]:
        if piece in self.labels:
            return [self.labels[piece]]
        if not "\u3400" <= piece[0] <= "\u9fff":
            return self._sounds(piece)
        return self._characters(piece)

    def _characters(self, piece: str) -> list[int]:
        """The longest known words from the left; a character that is none by its sounds."""
        found: list[int] = []
        at = 0
        while at < len(piece):
            known = (n for n in range(len(piece) - at, 0, -1) if piece[at : at + n] in self.labels)
            size = next(known, 0)
            labels = [self.labels[piece[at : at + size]]] if size else self._sounds(piece[at])
            if not labels:
                return []
            found += labels
            at += size or 1
        return found

    def _sounds(self, word: str) -> list[int]:
        sounds = tuple(SOUND + phone for phone in self.pronounce(word))
        if not sounds or any(sound not in self.labels for sound in sounds):
            return []
        self.spelled.setdefault(sounds, word)
        return [self.labels[sound] for sound in sounds]
