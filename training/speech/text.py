"""Sentences to synthesise and to count for the language model.

The sources, all lower-case words separated by single spaces, numbers spelled out:

* :func:`car_sentences` expands the hand-written phrases of ``car_text.yaml``;
* :func:`understanding_sentences` draws from the text that the understanding model is trained on
  (``training/understanding/text/en/*.yaml``), so that both models know the same phrasing;
* :func:`generated_sentences` are what the understanding model learns from: phrases joined,
  decorated and corrected, as often as they are drawn there;
* :func:`random_word_strings` joins common words at random, so that the acoustic model cannot
  learn the phrases by heart.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from training.speech.declared import declared_phrases
from training.understanding.generate import Generator
from training.understanding.templates import TEXT, Drawer, load_entries, load_slots
from training.understanding.train_split import split

CAR_TEXT = Path(__file__).with_name("car_text.yaml")
GAP = "<slot>"
"""Stands for words that nobody knows: what is counted ends before it and begins anew after it."""
LONGEST = 25
COUNTED = 11
"""The seed of what the language model counts."""

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
CLOCK_MINUTES = ["", "o'clock", "thirty", "fifteen", "forty five", "ten", "twenty", "oh five"]
ANY_MINUTE = 0.4
"""How often a time of day has any other minutes."""

_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
DECLARED_SLOT = re.compile(r"\{\w+\}")
_LITERAL = re.compile(r"\{\w+=([^}@]*)(?:@\d+)?\}")
_BEFORE_NOON = re.compile(rf"(\d|\b(?:{'|'.join([*ONES, *TENS])}|o'clock)) ?am\b")
_NOT_WORD = re.compile(r"[^a-z' ]+")


def spell_number(value: int) -> str:
    """Spell 0..999 in words: 42 -> "forty two"."""
    if value < 20:
        return ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return TENS[tens - 2] + (f" {ONES[ones]}" if ones else "")
    hundreds, rest = divmod(value, 100)
    return f"{ONES[hundreds]} hundred" + (f" {spell_number(rest)}" if rest else "")


def normalise(sentence: str) -> str:
    """Lower-case, spell the digits, drop punctuation: "Set it to 21!" -> "set it to twenty one"."""
    text = sentence.lower().replace("’", "'").replace("%", " percent ").replace("°", " degrees ")
    text = re.sub(r"\b([ap])\.m\.?|(?<![a-z])(p)m\b", r"\1\2 m", text)
    text = _BEFORE_NOON.sub(r"\1 a m", text)
    text = re.sub(r"(\d+):00\b", r"\1 o'clock", text).replace(":", " ")
    text = re.sub(r"(\d+)\.(\d)\b", r"\1 point \2", text)
    text = re.sub(r"\d+", lambda m: f" {_spell_digits(m.group())} ", text)
    text = _NOT_WORD.sub(" ", text).replace("half way", "halfway")
    words = (word.strip("'") if word != "o'clock" else word for word in text.split())
    return " ".join(word for word in words if word)


def _spell_digits(digits: str) -> str:
    if len(digits) <= 3:
        return spell_number(int(digits))
    return " ".join(ONES[int(digit)] for digit in digits)


class PhraseExpander:
    """Draws random sentences from the phrases, slots and number rules of ``car_text.yaml``."""

    def __init__(self, rng: random.Random, path: Path = CAR_TEXT) -> None:
        data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._rng = rng
        self._slots: dict[str, list[str]] = {
            name: [str(value) for value in values] for name, values in data["slots"].items()
        }
        self._sections: dict[str, list[str]] = data["phrases"]
        self._wrappers: dict[str, list[str]] = data["wrappers"]

    def phrases(self) -> Iterator[str]:
        """Every phrase, unexpanded."""
        for section in self._sections.values():
            yield from section

    def expand(self, phrase: str) -> str:
        """Choose alternatives and slot values, innermost first."""
        while match := _CHOICE.search(phrase):
            chosen = self._rng.choice(match.group(1).split("|"))
            phrase = phrase[: match.start()] + chosen + phrase[match.end() :]
        while match := _SLOT.search(phrase):
            phrase = phrase[: match.start()] + self._value(match.group(1)) + phrase[match.end() :]
        return normalise(phrase)

    def sentence(self) -> str:
        """One sentence as said to the car: sometimes polite, sometimes two requests at once."""
        section = self._rng.choice(list(self._sections))
        text = self.expand(self._rng.choice(self._sections[section]))
        if section == "short":
            return text
        draw = self._rng.random()
        if draw < 0.17:
            text = f"{self._rng.choice(self._wrappers['before'])} {text}"
        elif draw < 0.27:
            text = f"{text} {self._rng.choice(self._wrappers['after'])}"
        elif draw < 0.33 and len(text.split()) < 8:
            other = self.expand(self._rng.choice(self._sections[self._rng.choice(self._acting())]))
            text = f"{text} {self._rng.choice(self._wrappers['joiners'])} {other}"
        return normalise(text)

    def _acting(self) -> list[str]:
        return [name for name in self._sections if name not in ("short", "other talk")]

    def _value(self, slot: str) -> str:
        rng = self._rng
        if slot in self._slots:
            return rng.choice(self._slots[slot])
        if slot == "zone":
            return (
                f"{rng.choice(['on the', 'in the', 'for the'])} {rng.choice(self._slots['place'])}"
            )
        if slot == "duration":
            unit = rng.choice(["minutes", "hours", "seconds"])
            return f"{spell_number(rng.randint(2, 59))} {unit}"
        if slot == "number":
            digits = " ".join(rng.choice(ONES[:10]) for _ in range(3))
            return rng.choice([spell_number(rng.randint(1, 999)), digits])
        if slot == "digits":
            pool = [*ONES[:10], "oh", "double five", "triple one"]
            return " ".join(rng.choice(pool) for _ in range(rng.choice([3, 4, 7, 10])))
        if slot == "fm":
            return f"{spell_number(rng.randint(87, 107))} point {rng.choice(ONES[:10])}"
        if slot == "clock":
            hour = ONES[rng.randint(1, 12)]
            half = rng.choice(["", "", "a m", "p m", "in the morning", "in the evening"])
            minutes = rng.choice(CLOCK_MINUTES)
            if rng.random() < ANY_MINUTE:
                minutes = spell_number(rng.randint(10, 59))
            return rng.choice(
                [
                    f"{hour} {minutes} {half}",
                    f"{hour} {minutes}",
                    f"half past {hour}",
                    f"quarter {rng.choice(['to', 'past'])} {hour}",
                    rng.choice(["noon", "midnight", f"{ONES[rng.randint(2, 30) % 20]} to {hour}"]),
                ]
            )
        if slot == "temp":
            low, high = rng.choice([(16, 30), (16, 30), (18, 26), (60, 85)])
            return spell_number(rng.randint(low, high))
        if slot == "percent":
            return spell_number(rng.choice([rng.randint(0, 100), 10 * rng.randint(1, 10)]))
        low, high = {
            "n5": (1, 5),
            "n10": (1, 10),
            "n100": (0, 100),
            "hour": (1, 12),
            "minute": (1, 59),
            "second": (5, 60),
            "speed": (20, 140),
        }[slot]
        return spell_number(rng.randint(low, high))


def car_sentences(count: int, seed: int) -> list[str]:
    """``count`` different car sentences, in random order (the same for the same seed)."""
    expander = PhraseExpander(random.Random(seed))
    sentences: dict[str, None] = {}
    for phrase in expander.phrases():
        sentences[expander.expand(phrase)] = None
    while len(sentences) < count:
        sentences[expander.sentence()] = None
    result = list(sentences)
    random.Random(seed + 1).shuffle(result)
    return result[:count]


def weighted_car_text(count: int, seed: int) -> list[str]:
    """``count`` sentences with repetitions, as often as the phrases produce them."""
    expander = PhraseExpander(random.Random(seed))
    return [expander.sentence() for _ in range(count)]


def understanding_sentences(per_phrase: int = 6, seed: int = 5) -> list[str]:
    """The understanding model's English phrases, each drawn ``per_phrase`` times; the phrases that
    it holds out are left out."""
    rng = random.Random(seed)
    drawer = Drawer(load_slots(TEXT))
    entries, _ = split([entry for entry in load_entries(TEXT) if entry.language == "en"])
    sentences: dict[str, None] = {}
    for entry in entries:
        for line in entry.say:
            for _ in range(per_phrase):
                text = normalise(drawer.draw(line, "en", rng, entry.where).text)
                if 1 <= len(text.split()) <= LONGEST:
                    sentences[text] = None
    return list(sentences)


def generated(language: str, count: int, seed: int = COUNTED) -> Iterator[str]:
    """Of ``count`` examples of the understanding model, those that ask for something of the car,
    and every third of the others: talk would else outweigh what must not be misheard."""
    entries, _ = split([entry for entry in load_entries(TEXT) if entry.language == language])
    others = 0
    for example in Generator(entries, Drawer(load_slots(TEXT)), seed).examples(count):
        others += not example.asks
        if example.asks or others % 3 == 0:
            yield example.text


def generated_sentences(count: int, seed: int = COUNTED) -> list[str]:
    """The English ones of :func:`generated`."""
    texts = (normalise(text) for text in generated("en", count, seed))
    return [text for text in texts if 1 <= len(text.split()) <= LONGEST]


def declared_sentences() -> list[str]:
    """The phrases that the built-in skills declare, :data:`GAP` where a slot is."""
    pieces = (DECLARED_SLOT.split(phrase) for phrase in declared_phrases("en"))
    return [f" {GAP} ".join(map(normalise, each)).strip() for each in pieces]


def other_sentences(path: Path) -> list[str]:
    """Sentences of a JSON-lines file with a ``text`` each."""
    rows = path.read_text(encoding="utf-8").splitlines()
    return [normalise(json.loads(row)["text"]) for row in rows]


def random_word_strings(words: Iterable[str], count: int, seed: int) -> list[str]:
    """``count`` strings of 3-7 words drawn at random."""
    pool = sorted(words)
    rng = random.Random(seed)
    return [" ".join(rng.choices(pool, k=rng.randint(3, 7))) for _ in range(count)]
