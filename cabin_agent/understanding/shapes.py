"""Sentences that are a phrase of a plugin, word for word, and the words of its slots.

::

    "set parking to {value}"   has the shape of   "please set parking to forty percent"

What a skill's own phrase says is certain, where the model, which never saw the skill, is guessing.
A shape in which a phrase of a trained intent would fit too gets no such right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cabin_agent.turn import Action, Route, Understanding

PLACEHOLDER = re.compile(r"\{(\w*)\}")
SAID_TO_THE_CAR = 0.9
_ZONE = "zone"
_POLITE = r"(?:please |could you |can you |would you |i want to |请|帮我|麻烦)?"
_POLITE_END = r"(?: please|吧|一下)?"
_FILLER = "x"


@dataclass(frozen=True, slots=True)
class _Shape:
    intent: str
    longest: str
    pattern: re.Pattern[str]


class Shapes:
    """The phrases of plugins. Immutable."""

    def __init__(self, shapes: Iterable[_Shape] = ()) -> None:
        self._shapes = tuple(shapes)

    @classmethod
    def of(
        cls, declared: Mapping[str, Sequence[str]], trained: Mapping[str, Sequence[str]]
    ) -> Shapes:
        """Both: intent -> its phrases. Those with the fewest slots are looked at first."""
        taken = tuple(plain(phrase) for group in trained.values() for phrase in group)
        free = [
            (phrase, intent)
            for intent, group in declared.items()
            for phrase in group
            if _longest(phrase) and not _fits_any(phrase, taken)
        ]
        free.sort(key=lambda each: each[0].count("{"))
        return cls(_Shape(intent, _longest(phrase), _pattern(phrase)) for phrase, intent in free)

    def settled(self, understood: Understanding) -> Understanding:
        """The understanding, or what the first phrase that was said word for word means. The place
        and the degree are the model's. A slot does not swallow a second wish."""
        said = _tidy(understood.text)
        several = len(understood.actions) > 1
        for shape in self._shapes:
            if several and shape.pattern.groups:
                continue
            if shape.longest in said and (match := shape.pattern.fullmatch(said)):
                slots = {name: words.strip() for name, words in match.groupdict().items()}
                first = understood.actions[0] if understood.actions else Action(shape.intent)
                action = replace(first, intent=shape.intent, slots=slots, confidence=1.0)
                return replace(
                    understood,
                    addressed=max(understood.addressed, SAID_TO_THE_CAR),
                    route=Route.ACT,
                    actions=(action,),
                )
        return understood


def fits(phrase: str, other: str) -> bool:
    """Whether what `other` says has the shape of `phrase`: the two can't be told apart."""
    return _pattern(phrase).fullmatch(plain(other)) is not None


def plain(phrase: str) -> str:
    """The phrase with some word in place of every slot."""
    return _tidy(PLACEHOLDER.sub(_FILLER, phrase))


@lru_cache(maxsize=32768)
def _fits_any(phrase: str, others: tuple[str, ...]) -> bool:
    longest, pattern = _longest(phrase), _pattern(phrase)
    return any(longest in other and pattern.fullmatch(other) for other in others)


def _longest(phrase: str) -> str:
    """The longest run of words that has to be said; empty if a slot could be all of it."""
    return max((part.strip() for part in PLACEHOLDER.split(_tidy(phrase))[::2]), key=len)


@lru_cache(maxsize=32768)
def _pattern(phrase: str) -> re.Pattern[str]:
    text = _tidy(phrase)
    fixed, names = PLACEHOLDER.split(text)[::2], PLACEHOLDER.findall(text)
    pattern = re.escape(fixed[0])
    for name, part in zip(names, fixed[1:], strict=True):
        named = name not in ("", _ZONE) and f"<{name}>" not in pattern
        pattern += (f"(?P<{name}>.+?)" if named else ".*?") + re.escape(part)
    return re.compile(_POLITE + pattern + _POLITE_END)


def _tidy(text: str) -> str:
    return " ".join(text.lower().split()).strip(".?!,。？！， ")
