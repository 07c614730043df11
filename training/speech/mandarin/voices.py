"""Synthetic Mandarin speech: espeak-ng reads the lexicon's own pinyin, in many variants.

Reading pinyin instead of characters makes sure that what is heard is what the lexicon says.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from training.speech.mandarin.lexicon import spoken_syllables
from training.speech.synthesis import (
    ESPEAK_VARIANTS,
    Samples,
    ShardWriter,
    Spoken,
    espeak,
    resample,
)

VOICE = "cmn-latn-pinyin"
# Never trained on: material of the test.
TEST_VARIANTS = ("+m7", "+f4", "+klatt4")


def pinyin(text: str) -> str:
    """What espeak-ng is given: the syllables of a word joined, words apart."""
    return " ".join("".join(spoken_syllables(word)) for word in text.split())


def speak(text: str, variant: str, rate: int, pitch: int, speed: float = 1.0) -> Samples:
    """One sentence at 16 kHz; ``rate`` in espeak-ng's words a minute, ``speed`` shifts formants."""
    samples, sample_rate = espeak(pinyin(text), VOICE + variant, rate, pitch)
    return resample(samples, sample_rate, speed)


def synthesise_training_shard(texts: Sequence[str], path: Path, seed: int) -> float:
    """Speak ``texts`` with random training voices into one shard; returns its hours."""
    rng = random.Random(seed)
    writer = ShardWriter(path)
    for text in texts:
        variant = rng.choice(ESPEAK_VARIANTS)
        rate, pitch, speed = rng.randint(115, 215), rng.randint(15, 85), rng.uniform(0.84, 1.2)
        writer.add(Spoken(speak(text, variant, rate, pitch, speed), text, f"espeak{variant}"))
    return writer.close()


def synthesise_test_shard(texts: Sequence[str], path: Path) -> float:
    """Speak ``texts`` in turn with the variants kept for the test; returns the shard's hours."""
    writer = ShardWriter(path)
    for number, text in enumerate(texts):
        variant = TEST_VARIANTS[number % len(TEST_VARIANTS)]
        writer.add(Spoken(speak(text, variant, 160, 50), text, f"espeak{variant}"))
    return writer.close()
