"""The first alignments: flite tells how long each of its phones lasted.

Training on text alone from random weights collapses to silence; a few thousand utterances with
exact alignments, learned by cross-entropy, are enough to start.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.speech import features
from training.speech.corpus import FeatureWriter, Utterance, read_features
from training.speech.features import NoisePool
from training.speech.lexicon import phone_of_flite
from training.speech.phones import SILENCE, PhoneSet
from training.speech.synthesis import FLITE_PITCH, flite, resample

SUBSAMPLING = 3
FRAME_SECONDS = 0.01
WINDOW_CENTRE = 0.0125


@dataclass(frozen=True)
class Aligned:
    """An utterance with a class for each output frame (every third input frame)."""

    utterance: Utterance
    classes: NDArray[np.int16]


def frame_classes(
    segments: Sequence[tuple[str, float]],
    num_frames: int,
    scale: float,
    lead: float,
    phone_set: PhoneSet,
) -> NDArray[np.int16]:
    """Classes of the output frames.

    ``segments`` are flite's (phone, end in s); ``scale`` stretches its time axis and ``lead`` s of
    silence precede it.
    """
    phones = [(phone_set.ids[phone_of_flite(name)], end * scale + lead) for name, end in segments]
    return frame_classes_of(phones, num_frames, phone_set)


def frame_classes_of(
    segments: Sequence[tuple[int, float]], num_frames: int, phone_set: PhoneSet
) -> NDArray[np.int16]:
    """Classes of the output frames of (phone number, end in s); silence follows the last."""
    ends = np.array([end for _, end in segments])
    phones = [phone for phone, _ in segments] + [SILENCE]
    outputs = (num_frames + SUBSAMPLING - 1) // SUBSAMPLING
    centres = SUBSAMPLING * np.arange(outputs) * FRAME_SECONDS + WINDOW_CENTRE
    segment_of = np.searchsorted(ends, centres)
    classes = np.zeros(outputs, np.int16)
    previous = -1
    for output, segment in enumerate(segment_of):
        phone = phones[segment]
        same_silence = phone == SILENCE and previous >= 0 and phones[previous] == SILENCE
        entered = segment != previous and not same_silence
        before = phones[segment - 1] if segment else SILENCE
        unit = phone_set.unit(phone, phone_set.context[before - 1])
        classes[output] = 2 * unit if entered else 2 * unit + 1
        previous = segment
    return classes


def make_bootstrap(texts: Sequence[str], target: Path, seed: int, phone_set: PhoneSet) -> float:
    """Speak ``texts`` with flite, write features and ``.ali.npy``; returns hours."""
    draw = random.Random(seed)
    rng = np.random.default_rng(seed)
    noise = NoisePool(rng)
    writer = FeatureWriter(target)
    alignments: list[NDArray[np.int16]] = []
    with tempfile.TemporaryDirectory() as folder:
        for text in texts:
            voice = draw.choice(list(FLITE_PITCH))
            speed = draw.uniform(0.82, 1.22)
            pitch = FLITE_PITCH[voice] * draw.uniform(0.75, 1.35)
            stretch = draw.uniform(0.8, 1.35) * speed
            spoken, rate, segments = flite(text, voice, stretch, pitch, Path(folder))
            if len(segments) < 3:
                continue
            varied = resample(spoken, rate, speed)
            scale = len(varied) / features.SAMPLE_RATE / (len(spoken) / rate)
            lead = draw.uniform(0.05, 0.6)
            signal = np.concatenate(
                [np.zeros(int(16000 * lead)), varied, np.zeros(int(16000 * draw.uniform(0.1, 0.5)))]
            )
            if draw.random() < 0.8:
                signal = features.random_equaliser(signal, rng)
            if draw.random() < 0.35:
                signal = features.reverberate(signal, rng, 0.5, 12)
            signal = features.add_noise(signal, noise.piece(len(signal)), rng.uniform(5, 50))
            level = features.set_level(signal, rng.uniform(-30, -1))
            frames = writer.add(level, text, voice)
            alignments.append(frame_classes(segments, frames, scale, lead, phone_set))
    np.save(target.with_suffix(".ali.npy"), np.concatenate(alignments))
    return writer.close()


def read_bootstrap(path: Path, device: str = "cpu") -> list[Aligned]:
    """Utterances and their classes."""
    classes = np.load(path.with_suffix(".ali.npy"))
    result, position = [], 0
    for utterance in read_features(path, device):
        outputs = (len(utterance.frames) + SUBSAMPLING - 1) // SUBSAMPLING
        result.append(Aligned(utterance, classes[position : position + outputs]))
        position += outputs
    return result
