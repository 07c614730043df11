"""Which words the model knows, and the general-English counts behind them.

Frequencies come from the ``wordfreq`` package (word frequencies, CC BY-SA 4.0 data) and from
``symspellpy`` (word-pair counts derived from the Google Books n-grams); both are read at training
time only.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import symspellpy
import wordfreq

from training.speech import lexicon

_WORD = re.compile(r"[a-z]+('[a-z]+)?|[a-z]+in'")
_SINGLE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
# Frequent in written lists, never said as one word ("pm" is written "p m"), or not fit to be put
# into a mouth.
_UNWANTED = frozenset("http https www com org net html php td th tr br nbsp amp lol wtf pm".split())


@functools.cache
def common_words(count: int) -> tuple[str, ...]:
    """The ``count`` commonest English words that CMUdict can pronounce, the commonest first."""
    words = []
    for word in wordfreq.top_n_list("en", 4 * count, wordlist="best"):
        fit = _WORD.fullmatch(word) and word not in _UNWANTED
        if fit and lexicon.in_dictionary(word) and (len(word) > 1 or word in ("a", "i")):
            words.append(word)
        if len(words) == count:
            break
    return tuple(words)


def letters() -> frozenset[str]:
    """Single letters, for spelling and for "p m"."""
    return _SINGLE_LETTERS


def word_probability(word: str) -> float:
    """Share of ``word`` in general English (never zero)."""
    return max(wordfreq.word_frequency(word, "en"), 1e-8)


@functools.cache
def pair_counts() -> dict[tuple[str, str], int]:
    """Counts of about 240,000 general-English word pairs."""
    path = Path(symspellpy.__file__).with_name("frequency_bigramdictionary_en_243_342.txt")
    counts: dict[tuple[str, str], int] = {}
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        first, second, count = line.split()
        counts[first, second] = int(count)
    return counts
