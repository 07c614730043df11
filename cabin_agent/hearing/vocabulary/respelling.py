"""Sound words back into the names they spell: `call #N #UW #Y #EH #N` -> `call nguyen`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

from rapidfuzz.distance import Levenshtein

from cabin_agent.hearing.vocabulary.spelling import SOUND

LIKE = 0.5
"""The decoder picks each word by itself, so a sound may be missing; a name of which less is left
was not heard."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Respeller:
    """`names` by the sounds that spell them."""

    names: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def whole(self, words: Sequence[str]) -> list[tuple[str, list[int]]]:
        """(word, which of `words` spell it); sounds that are like no name are left out."""
        return self._respelled(words, LIKE)

    def begun(self, words: Sequence[str]) -> list[str]:
        """As far as it is known while somebody is still speaking: a name only once it is whole."""
        return [word for word, _ in self._respelled(words, 1.0)]

    def _respelled(self, words: Sequence[str], like: float) -> list[tuple[str, list[int]]]:
        found: list[tuple[str, list[int]]] = []
        numbered = enumerate(words)
        for sounds, run in groupby(numbered, lambda pair: pair[1].startswith(SOUND)):
            pairs = list(run)
            if sounds:
                found += self._names_in(pairs, like)
            else:
                found += [(word, [number]) for number, word in pairs]
        return found

    def _names_in(self, run: list[tuple[int, str]], like: float) -> list[tuple[str, list[int]]]:
        """One name after the other, each the longest that fits; else the one most like the rest."""
        found: list[tuple[str, list[int]]] = []
        numbers, sounds = [n for n, _ in run], tuple(sound for _, sound in run)
        at = 0
        while at < len(sounds):
            sizes = range(len(sounds) - at, 0, -1)
            size = next((n for n in sizes if sounds[at : at + n] in self.names), 0)
            name = (
                self.names[sounds[at : at + size]] if size else self._most_like(sounds[at:], like)
            )
            if not name:
                break
            size = size or len(sounds) - at
            found.append((name, numbers[at : at + size]))
            at += size
        return found

    def _most_like(self, sounds: tuple[str, ...], like: float) -> str:
        if like >= 1.0 or not self.names:
            return ""
        closest = max(
            self.names, key=lambda known: Levenshtein.normalized_similarity(known, sounds)
        )
        alike = Levenshtein.normalized_similarity(closest, sounds)
        return self.names[closest] if alike >= like else ""
