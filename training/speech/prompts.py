"""What the synthetic voices read aloud."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

from training.speech import text, vocabulary

HELD_OUT_FILE = Path(__file__).with_name("held_out_sentences.txt")


def held_out_car_sentences() -> tuple[list[str], list[str]]:
    """Car sentences for development and for test: neither spoken nor counted in training."""
    development, _, test = HELD_OUT_FILE.read_text(encoding="utf-8").partition("# test\n")
    return development.splitlines()[1:], test.splitlines()


def set_apart(sentences: list[str]) -> list[str]:
    """``sentences`` without the held-out ones."""
    development, test = held_out_car_sentences()
    banned = {*development, *test}
    return [sentence for sentence in sentences if sentence not in banned]


def development_part(sentences: list[str]) -> list[str]:
    """The sentences by other people that are spoken for development."""
    return [line for line in sentences[0::8] if 2 <= len(line.split()) <= 16]


def test_part(sentences: list[str]) -> list[str]:
    """The sentences by other people that are spoken for the test."""
    return [line for line in sentences[1::4] if 2 <= len(line.split()) <= 16]


def training_part(sentences: list[str]) -> list[str]:
    """The sentences by other people that may be learned from."""
    apart = {*sentences[0::8], *sentences[1::4]}
    return [line for line in sentences if line not in apart and line]


def training_prompts(count: int, seed: int) -> list[str]:
    """``count`` sentences: half to the car, the rest general English to learn all sounds."""
    rng = random.Random(seed)
    car = set_apart(text.car_sentences(max(4 * count, 2000), seed))
    understanding = set_apart(text.generated_sentences(2 * count, seed))
    words = vocabulary.common_words(15_000)
    walker = PairWalker(rng)
    prompts = []
    for number in range(count):
        draw = rng.random()
        if draw < 0.5 and understanding and rng.random() < 0.5:
            prompts.append(rng.choice(understanding))
        elif draw < 0.5:
            prompts.append(car[number])
        elif draw < 0.75:
            prompts.append(walker.sentence())
        else:
            prompts.append(text.random_word_strings(words, 1, rng.randrange(1 << 30))[0])
    return prompts


class PairWalker:
    """Strings together general-English word pairs: not sense, but natural sound sequences."""

    def __init__(self, rng: random.Random) -> None:
        known = set(vocabulary.common_words(15_000))
        self._rng = rng
        self._followers: dict[str, list[str]] = defaultdict(list)
        for first, second in vocabulary.pair_counts():
            if first in known and second in known:
                self._followers[first].append(second)
        self._starts = sorted(self._followers)

    def sentence(self) -> str:
        """Three to ten words."""
        length = self._rng.randint(3, 10)
        words = [self._rng.choice(self._starts)]
        while len(words) < length:
            followers = self._followers.get(words[-1]) or self._starts
            words.append(self._rng.choice(followers))
        return " ".join(words)
