"""Single syllables, recorded and synthetic, joined into sentences with known alignments.

The recorded ones are a human voice for whatever is to be said; the alignment of joined syllables
is what training starts from (see bootstrap.py: from text alone it collapses to silence). pytsmod's
WSOLA (MIT) shortens the slowly spoken syllables without raising their pitch.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytsmod
import soundfile
from numpy.typing import NDArray

from training.speech import features
from training.speech.bootstrap import frame_classes_of
from training.speech.corpus import FeatureWriter
from training.speech.mandarin.lexicon import spoken_syllables, syllable_phones
from training.speech.mandarin.voices import VOICE
from training.speech.phones import MANDARIN
from training.speech.synthesis import ESPEAK_VARIANTS, SAMPLE_RATE, Samples, espeak, resample

QUIET = 1e-3  # power below the loudest 10 ms that counts as silence
FADE = 160
SHORTEST, LONGEST = 0.14, 0.34  # s, of a syllable in a sentence
_SONORANT = frozenset("m n l r".split())

Segment = tuple[str, float]  # phone, end in s


def trimmed(samples: NDArray[np.floating]) -> NDArray[np.floating]:
    """Without the silence around it."""
    pieces = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    power = (pieces**2).mean(1)
    loud = np.flatnonzero(power > power.max() * QUIET)
    return samples[loud[0] * 160 : (loud[-1] + 1) * 160]


def recorded(folder: Path) -> dict[str, list[NDArray[np.floating]]]:
    """Recorded syllables by pinyin with tone; takes longer than a second are left out."""
    found: dict[str, list[NDArray[np.floating]]] = defaultdict(list)
    manifest = (folder / "audio_cmn.jsonl").read_text(encoding="utf-8").splitlines()
    with zipfile.ZipFile(folder / "audio_cmn.zip") as archive:
        for row in map(json.loads, manifest):
            if "pinyin" in row and not row["pinyin"].startswith("_"):
                data, _ = soundfile.read(io.BytesIO(archive.read(row["file"])), dtype="float32")
                syllable = trimmed(data)
                if 1600 < len(syllable) < SAMPLE_RATE:
                    found[row["pinyin"]].append(syllable)
    return dict(found)


def synthetic(syllables: Sequence[str], variants: int, seed: int) -> dict[str, list[Samples]]:
    """The same syllables by espeak-ng, each in ``variants`` voices."""
    rng = random.Random(seed)
    found: dict[str, list[Samples]] = defaultdict(list)
    for syllable in syllables:
        for _ in range(variants):
            voice = VOICE + rng.choice(ESPEAK_VARIANTS)
            samples, rate = espeak(syllable, voice, rng.randint(130, 200), rng.randint(20, 80))
            cut = trimmed(resample(samples, rate))
            if len(cut) > 1600:
                found[syllable].append(cut)
    return dict(found)


@dataclass(frozen=True)
class Joined:
    """A sentence put together: 16 kHz samples, its words, and where each phone ends."""

    samples: NDArray[np.floating]
    text: str
    segments: tuple[Segment, ...]


class Joiner:
    """Puts sentences together from one stock of syllables."""

    def __init__(self, stock: dict[str, list[NDArray[np.floating]]], seed: int) -> None:
        self._stock = stock
        self._rng = random.Random(seed)
        self._any_tone: dict[str, list[str]] = defaultdict(list)
        for syllable in stock:
            self._any_tone[syllable.rstrip("012345")].append(syllable)

    def join(self, text: str) -> Joined | None:
        """None if a syllable is missing in every tone."""
        rng = self._rng
        pitch, hurry = rng.uniform(0.85, 1.18), rng.uniform(0.8, 1.25)
        parts: list[NDArray[np.floating]] = []
        segments: list[Segment] = []
        end = 0.0
        for word in text.split():
            for syllable in spoken_syllables(word):
                take = self._take(syllable)
                if take is None:
                    return None
                length = rng.uniform(SHORTEST, LONGEST) * hurry
                spoken = _shortened(take, length, pitch)
                parts.append(spoken * rng.uniform(0.7, 1.0))
                segments += _segments(syllable, end, (len(spoken) - FADE) / SAMPLE_RATE)
                end = segments[-1][1]
            if rng.random() < 0.08:
                pause = rng.uniform(0.05, 0.3)
                parts.append(np.zeros(int(pause * SAMPLE_RATE) + FADE))
                end += pause
                segments.append(("SIL", end))
        return Joined(_faded(parts), text, tuple(segments))

    def _take(self, syllable: str) -> NDArray[np.floating] | None:
        found = self._stock.get(syllable)
        if found is None:
            others = self._any_tone.get(syllable.rstrip("012345"))
            if not others:
                return None
            found = self._stock[self._rng.choice(others)]
        return self._rng.choice(found)


def _shortened(samples: NDArray[np.floating], length: float, pitch: float) -> NDArray[np.floating]:
    """``length`` s long, pitch and formants ``pitch`` times as high."""
    raised = resample(samples, SAMPLE_RATE, pitch)
    rate = min(1.0, length * SAMPLE_RATE / len(raised))
    if rate > 0.95:
        return raised
    return np.asarray(pytsmod.wsola(raised, rate, win_size=512, syn_hop_size=256, tolerance=160))


def _segments(syllable: str, start: float, length: float) -> list[Segment]:
    """An initial takes 40 % of its syllable at most, and no more than 0.11 s (0.07 if voiced)."""
    phones = syllable_phones(syllable)
    if len(phones) == 1:
        return [(phones[0], start + length)]
    onset = min(0.4 * length, 0.07 if phones[0] in _SONORANT else 0.11)
    return [(phones[0], start + onset), (phones[1], start + length)]


def _faded(parts: Sequence[NDArray[np.floating]]) -> NDArray[np.floating]:
    """One signal; neighbours overlap by ``FADE`` samples."""
    total = np.zeros(sum(len(part) - FADE for part in parts) + FADE)
    ramp = np.linspace(0, 1, FADE)
    position = 0
    for part in parts:
        shaped = part.astype(np.float64)
        shaped[:FADE] *= ramp
        shaped[-FADE:] *= ramp[::-1]
        total[position : position + len(part)] += shaped
        position += len(part) - FADE
    return total


def joined(texts: Sequence[str], joiners: Sequence[Joiner], seed: int) -> Iterator[Joined]:
    """Every text by one of the joiners."""
    rng = random.Random(seed)
    for text in texts:
        found = rng.choice(joiners).join(text)
        if found is not None:
            yield found


def write_bootstrap(sentences: Iterator[Joined], target: Path, seed: int) -> float:
    """Features and a class for each output frame; returns hours."""
    rng = np.random.default_rng(seed)
    noise = features.NoisePool(rng)
    writer = FeatureWriter(target)
    alignments = []
    for sentence in sentences:
        lead = rng.uniform(0.05, 0.6)
        before, after = np.zeros(int(16000 * lead)), np.zeros(int(16000 * rng.uniform(0.1, 0.5)))
        signal = np.concatenate([before, sentence.samples, after])
        if rng.random() < 0.8:
            signal = features.random_equaliser(signal, rng)
        if rng.random() < 0.35:
            signal = features.reverberate(signal, rng, 0.5, 12)
        signal = features.add_noise(signal, noise.piece(len(signal)), rng.uniform(5, 50))
        level = features.set_level(signal, rng.uniform(-30, -1))
        frames = writer.add(level, sentence.text, "joined")
        phones = [(MANDARIN.ids[name], end + lead) for name, end in sentence.segments]
        alignments.append(frame_classes_of([(1, lead), *phones], frames, MANDARIN))
    np.save(target.with_suffix(".ali.npy"), np.concatenate(alignments))
    return writer.close()
