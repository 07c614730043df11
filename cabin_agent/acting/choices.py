"""Which of the offered options the words choose: by place in the list, or by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

ALIKE = 82.0
CLEARER = 4.0
LAST = -1
_PLACES: tuple[tuple[str, int], ...] = (
    (r"\b(first|number one|option one)\b|第一|一号", 0),
    (r"\b(second|number two|option two)\b|第二|二号", 1),
    (r"\b(third|number three|option three)\b|第三|三号", 2),
    (r"\b(fourth|number four|option four)\b|第四|四号", 3),
    (r"\b(fifth|number five|option five)\b|第五|五号", 4),
    (r"\b(last)\b|最后", LAST),
)


def pick(words: str, options: Sequence[str]) -> str | None:
    """The option meant ("the second one", 第二个, "anna schmidt"), or None if that is not clear."""
    text = words.lower().strip()
    scores = sorted(((_alike(text, option.lower()), option) for option in options), reverse=True)
    if scores and scores[0][0] >= ALIKE:
        clear = len(scores) == 1 or scores[0][0] - scores[1][0] >= CLEARER
        if clear:
            return scores[0][1]
    for pattern, place in _PLACES:
        if re.search(pattern, text) and place < len(options):
            return options[place]
    return None


def _alike(words: str, option: str) -> float:
    """Whole names, or the part of a name that tells it from the others."""
    if not words or not option:
        return 0.0
    if len(words) < len(option):
        return max(fuzz.ratio(words, option), fuzz.partial_ratio(words, option) - 2.0)
    return (
        fuzz.token_set_ratio(words, option)
        if option.isascii()
        else fuzz.partial_ratio(option, words)
    )
