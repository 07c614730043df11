"""Feature files: damaged utterances as float16 log-mel, ready for training.

``NAME.f16`` holds ``(frames, 40)`` matrices end to end, ``NAME.json`` one
``[first frame, frames, text, tag]`` per utterance, and ``NAME.ali.npy``, if there is one, a class
per output frame (bootstrap data only).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import resample_poly
from torch import Tensor

from training.speech import features, real_speech
from training.speech.features import NUM_MEL, Damage, NoisePool
from training.speech.synthesis import read_shard

NOISE_FRAMES = 1000
SHORTEST = 3000  # samples
CLEAN_PEAK_DB = -6.0
BABBLE_PEAK = 20_000  # samples of about this become 1


@dataclass(frozen=True)
class Utterance:
    """Features of one utterance (a slice of a memory-mapped file, or on a device), its text and
    origin."""

    frames: Tensor
    text: str
    tag: str


class FeatureWriter:
    """Writes one feature file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = path.with_suffix(".f16").open("wb")
        self._index: list[tuple[int, int, str, str]] = []
        self._position = 0

    def add(self, samples: NDArray[np.floating], text: str, tag: str) -> int:
        """Append one utterance given as int16-range samples; returns its frames."""
        matrix = features.log_mel(samples).astype(np.float16)
        self._file.write(matrix.tobytes())
        self._index.append((self._position, len(matrix), text, tag))
        self._position += len(matrix)
        return len(matrix)

    def close(self) -> float:
        """Write the index; returns the hours written."""
        self._file.close()
        self._path.with_suffix(".json").write_text(json.dumps(self._index))
        return self._position / 360_000


def read_features(path: Path, device: str = "cpu") -> list[Utterance]:
    """All utterances of a feature file; those for another device are in its memory as a whole."""
    matrix = np.memmap(path.with_suffix(".f16"), np.float16, "c").reshape(-1, NUM_MEL)
    frames = torch.from_numpy(matrix).to(device)
    rows = json.loads(path.with_suffix(".json").read_text())
    return [Utterance(frames[at : at + size], text, tag) for at, size, text, tag in rows]


def clean_synthetic(shard: Path, target: Path) -> float:
    """Every utterance of a synthetic shard as it is, for damage while training; returns hours."""
    writer = FeatureWriter(target)
    for samples, text, voice in read_shard(shard):
        writer.add(features.set_level(samples, CLEAN_PEAK_DB), text, voice)
    return writer.close()


def clean_real(recordings: Iterable[real_speech.Recording], target: Path) -> float:
    """Every recording as it is, for damage while training; returns hours."""
    writer = FeatureWriter(target)
    for samples, text, tag in _usable(recordings):
        writer.add(features.set_level(samples, CLEAN_PEAK_DB), text, tag)
    return writer.close()


def babbling(shard: Path, count: int = 300) -> list[NDArray[np.float64]]:
    """The first voices of a synthetic shard, for the babble behind others."""
    return [samples / BABBLE_PEAK for samples, _, _ in itertools.islice(read_shard(shard), count)]


def damage_synthetic(shard: Path, target: Path, seed: int, recorded: list[np.ndarray]) -> float:
    """Every utterance of a synthetic shard twice: lightly and heavily damaged; returns hours."""
    clips = [(samples / BABBLE_PEAK, text, voice) for samples, text, voice in read_shard(shard)]
    rng = np.random.default_rng(seed)
    damage = Damage(rng, NoisePool(rng, recorded), [samples for samples, _, _ in clips])
    writer = FeatureWriter(target)
    for samples, text, voice in clips:
        writer.add(damage.light(samples), text, voice)
        writer.add(damage.heavy(samples), text, voice)
    return writer.close()


def damage_real(
    recordings: Iterable[real_speech.Recording],
    target: Path,
    seed: int,
    recorded_noise: list[np.ndarray],
    babble: Sequence[np.ndarray],
) -> float:
    """Every recording three times: as it is; nearly so at another speed; and in a noisy car."""
    rng = np.random.default_rng(seed)
    damage = Damage(rng, NoisePool(rng, recorded_noise), babble)
    writer = FeatureWriter(target)
    for samples, text, tag in _usable(recordings):
        writer.add(features.set_level(samples, rng.uniform(-24, -1)), text, tag)
        writer.add(damage.light(_change_speed(samples, rng)), text, tag)
        writer.add(damage.heavy(_change_speed(samples, rng)), text, tag)
    return writer.close()


def _usable(
    recordings: Iterable[real_speech.Recording],
) -> Iterator[tuple[NDArray[np.float64], str, str]]:
    """Samples, text and tag of what is long enough and says something."""
    for recording in recordings:
        if recording.text and len(recording.samples) >= SHORTEST:
            samples = np.asarray(recording.samples, np.float64)
            yield samples, recording.text, f"{recording.source}-{recording.speaker}"


def _change_speed(samples: NDArray[np.floating], rng: np.random.Generator) -> np.ndarray:
    """Play faster or slower (pitch follows), 0.86 to 1.16 times."""
    ratio = Fraction(rng.uniform(0.86, 1.16)).limit_denominator(40)
    return resample_poly(samples, ratio.denominator, ratio.numerator)


def noise_features(target: Path, seed: int, recorded: list[np.ndarray], babble: list) -> None:
    """Pieces of noise as log-mel, to be mixed in while training; shape (pieces, 1000, 40)."""
    rng = np.random.default_rng(seed)
    length = (NOISE_FRAMES - 1) * features.SHIFT + features.WINDOW
    pool = NoisePool(rng, recorded, features.background_clips(rng, 54))
    damage = Damage(rng, pool, babble)
    pieces = []
    for number in range(240):
        noise = damage.babble_piece(length) if number % 6 == 0 else pool.piece(length)
        if number % 3 == 0:
            noise = features.random_equaliser(noise, rng)
        noise = noise / (noise.std() + 1e-9) * 1000
        pieces.append(features.log_mel(noise)[:NOISE_FRAMES].astype(np.float16))
    np.save(target, np.stack(pieces))
