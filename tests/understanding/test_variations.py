"""What speech does to a sentence keeps the slots where their words are."""

from __future__ import annotations

import random

import pytest

from training.understanding import variations
from training.understanding.templates import Sentence, Span

SET = Sentence("set it to twenty please", (Span(10, 16, "value", 0),), {})
MANDARIN = Sentence("把温度调到二十度", (Span(5, 7, "value", 0),), {})


def words(sentence: Sentence) -> list[str]:
    return [sentence.text[span.start : span.end] for span in sentence.spans]


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize(
    ("sentence", "language", "value"), [(SET, "en", "twenty"), (MANDARIN, "zh", "二十")]
)
def test_slots_survive_every_variation(
    sentence: Sentence, language: str, value: str, seed: int
) -> None:
    rng = random.Random(seed)
    varied = variations.decorated(sentence, language, rng)
    varied = variations.misheard(varied, language, rng)
    assert words(varied) == [value]


def test_a_second_thought_replaces_the_value() -> None:
    other = Sentence("set it to eighteen please", (Span(10, 18, "value", 0),), {})
    corrected = variations.corrected(SET, lambda: other, "en", random.Random(1))
    assert corrected.text.startswith("set it to eighteen ")
    assert corrected.text.endswith(" twenty please")
    assert words(corrected) == ["twenty"]


def test_a_sentence_without_a_value_has_no_second_thought() -> None:
    plain = Sentence("open the window", (), {})
    assert variations.corrected(plain, lambda: plain, "en", random.Random(1)) is plain


def test_only_commands_are_negated() -> None:
    rng = random.Random(1)
    refused = variations.negated(Sentence("open the window", (), {}), "en", rng)
    assert refused is not None
    assert refused.text.endswith("open the window")
    assert refused.text != "open the window"
    assert variations.negated(Sentence("i'm cold", (), {}), "en", rng) is None
    assert variations.negated(Sentence("好冷", (), {}), "zh", rng) is None
    assert variations.negated(Sentence("打开车窗", (), {}), "zh", rng) is not None
