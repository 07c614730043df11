"""What the Mandarin language model counts, and which words it knows."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

from training.speech.language_model import (
    BackOffModel,
    General,
    LanguageModelSettings,
    estimate,
)
from training.speech.mandarin import text
from training.speech.text import GAP

COMMON_WORDS = 15_000
COMMON_CHARACTERS = 3_500
GENERATED = 120_000
EXPANSIONS = 6
DECLARED_COPIES = 10
OTHER_COPIES = 3
SETTINGS = LanguageModelSettings(car_unigram_share=0.8, min_triples=1)


@functools.cache
def _all_counts() -> int:
    return sum(text.dictionary().values())


def word_probability(word: str) -> float:
    """Share of ``word`` in general Mandarin (never zero)."""
    return max(text.dictionary().get(word, 0) / _all_counts(), 1e-8)


def language_model(other_text: Path | None = None) -> tuple[BackOffModel, list[str]]:
    """The back-off model and its vocabulary."""
    sentences = text.generated_sentences(GENERATED) + text.training_sentences(EXPANSIONS, seed=3)
    sentences += text.declared_sentences() * DECLARED_COPIES
    if other_text is not None:
        others = text.other_sentences(other_text)
        apart = set(text.test_part(others))
        sentences += [line for line in others if line not in apart] * OTHER_COPIES
    counts = Counter(word for sentence in sentences for word in sentence.split())
    common = [*text.common_words(COMMON_WORDS), *text.common_characters(COMMON_CHARACTERS)]
    words = sorted({*counts, *common} - {GAP})
    general = General(word_probability, dict)
    return estimate(sentences, words, SETTINGS, general), words
