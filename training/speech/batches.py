"""Batches for training: utterances drawn from several sources, damaged a little more each time.

The damage here is on log-mel features and costs almost nothing: time stretch, warping of the mel
axis (another vocal tract), noise mixed in, level, and masked bands.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.speech.bootstrap import Aligned
from training.speech.corpus import Utterance, read_features
from training.speech.features import NUM_MEL
from training.speech.hmm import Transcript, TranscriptBatch, pad_transcripts, transcript
from training.speech.languages import Language
from training.speech.network import SUBSAMPLING, NetworkShape

FRAMES_PER_BATCH = 12_800
LONGEST = 1_200  # input frames
T = TypeVar("T")

cached_transcript = lru_cache(maxsize=None)(transcript)


@dataclass(frozen=True)
class SentenceBatch:
    """Padded features (batch, time, 40) and their transcripts."""

    frames: Tensor
    transcripts: TranscriptBatch


@dataclass(frozen=True)
class AlignedBatch:
    """Padded features and a class for each output frame; -100 is padding."""

    frames: Tensor
    classes: Tensor


class FeatureDamage:
    """Random changes of one utterance's log-mel matrix."""

    def __init__(self, rng: np.random.Generator, noise: NDArray[np.float16], mean: NDArray) -> None:
        self._rng = rng
        self._noise = noise
        self._mean = mean.astype(np.float32)

    def __call__(self, frames: NDArray, stretch: bool = True) -> NDArray[np.float32]:
        rng = self._rng
        result = np.asarray(frames, np.float32)
        if stretch and rng.random() < 0.4:
            result = self._stretch(result)
        if rng.random() < 0.5:
            result = self._warp(result)
        if rng.random() < 0.45:
            result = self._mix_noise(result)
        if rng.random() < 0.4:
            result = result + np.float32(rng.normal(0, 1.2))
        if rng.random() < 0.5:
            result = self._mask(result)
        return result

    def _stretch(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        size = max(8, int(len(frames) * self._rng.uniform(0.85, 1.3)))
        return _interpolate(frames, np.linspace(0, len(frames) - 1, size))

    def _warp(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        bands = np.clip(np.arange(NUM_MEL) * self._rng.uniform(0.9, 1.1), 0, NUM_MEL - 1)
        return _interpolate(frames.T, bands).T

    def _mix_noise(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        rng = self._rng
        clip = self._noise[rng.integers(len(self._noise))]
        at = (rng.integers(len(clip)) + np.arange(len(frames))) % len(clip)
        noise = clip[at].astype(np.float32)
        energy = np.sort(np.exp(frames).sum(1))
        speech = energy[len(energy) // 2 :].mean() + 1e-9
        snr = rng.uniform(2, 30)
        gain = np.log(speech / (np.exp(noise).sum(1).mean() + 1e-9)) - snr * np.log(10) / 10
        return np.logaddexp(frames, noise + np.float32(gain))

    def _mask(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        rng = self._rng
        result = frames.copy()
        for _ in range(rng.integers(1, 3)):
            width = rng.integers(1, 7)
            start = rng.integers(0, NUM_MEL - width)
            result[:, start : start + width] = self._mean[start : start + width]
        if rng.random() < 0.4:
            width = rng.integers(2, 10)
            start = rng.integers(0, max(1, len(frames) - width))
            result[start : start + width] = self._mean
        return result


def _interpolate(rows: NDArray[np.float32], positions: NDArray) -> NDArray[np.float32]:
    low = positions.astype(int)
    high = np.minimum(low + 1, len(rows) - 1)
    share = (positions - low).astype(np.float32)[:, None]
    return rows[low] * (1 - share) + rows[high] * share


class BatchMaker:
    """Pads utterances into batches for one network shape."""

    def __init__(self, shape: NetworkShape, damage: FeatureDamage, language: Language) -> None:
        self._language = language
        self._left, self._right = shape.left_context, shape.right_context
        self._damage = damage

    def sentences(self, utterances: Sequence[Utterance]) -> SentenceBatch | None:
        """Utterances too short for their text are left out; None if none remains."""
        matrices: list[NDArray[np.float32]] = []
        transcripts: list[Transcript] = []
        for utterance in utterances:
            states = cached_transcript(utterance.text, self._language)
            frames = self._damage(utterance.frames)
            if _outputs(len(frames)) < states.min_frames + 2:
                frames = self._damage(utterance.frames, stretch=False)
            if _outputs(len(frames)) >= states.min_frames + 2:
                matrices.append(frames)
                transcripts.append(states)
        if not matrices:
            return None
        lengths = [_outputs(len(matrix)) for matrix in matrices]
        return SentenceBatch(self._pad(matrices), pad_transcripts(transcripts, lengths))

    def aligned(self, items: Sequence[Aligned]) -> AlignedBatch:
        """A batch with known classes."""
        matrices = [self._damage(item.utterance.frames, stretch=False) for item in items]
        longest = max(len(item.classes) for item in items)
        classes = np.full((len(items), longest), -100, np.int64)
        for row, item in enumerate(items):
            classes[row, : len(item.classes)] = item.classes
        return AlignedBatch(self._pad(matrices), torch.from_numpy(classes))

    def _pad(self, matrices: Sequence[NDArray[np.float32]]) -> Tensor:
        outputs = max(_outputs(len(matrix)) for matrix in matrices)
        time = SUBSAMPLING * outputs - 2 + self._left + self._right
        batch = np.zeros((len(matrices), time, NUM_MEL), np.float32)
        for row, matrix in enumerate(matrices):
            end = min(self._left + len(matrix), time)
            batch[row, : self._left] = matrix[0]
            batch[row, self._left : end] = matrix[: end - self._left]
            batch[row, end:] = matrix[-1]
        return torch.from_numpy(batch)


def _outputs(frames: int) -> int:
    return (frames + SUBSAMPLING - 1) // SUBSAMPLING


class Mixture:
    """Draws utterances from groups of feature files, group by group with given shares.

    Files that appear while training runs are picked up at the next round.
    """

    def __init__(self, folder: Path, shares: dict[str, float], seed: int) -> None:
        self._folder = folder
        self._shares = shares
        self._random = random.Random(seed)
        self._loaded: dict[Path, list[Utterance]] = {}

    def texts(self) -> list[str]:
        """Every transcript at hand."""
        return [u.text for pattern in self._shares for u in self._group(pattern)]

    def rounds(self) -> Iterator[list[list[Utterance]]]:
        """Endless rounds of about 4,000 utterances, cut into batches of similar length."""
        while True:
            drawn: list[Utterance] = []
            for pattern, share in self._shares.items():
                if share > 0:
                    drawn += self._random.choices(self._group(pattern), k=int(4000 * share))
            drawn.sort(key=lambda u: len(u.frames))
            batches = _cut(drawn)
            self._random.shuffle(batches)
            yield batches

    def _group(self, pattern: str) -> list[Utterance]:
        for path in sorted(self._folder.glob(f"{pattern}*.json")):
            if path not in self._loaded:
                found = read_features(path)
                self._loaded[path] = [u for u in found if 30 < len(u.frames) <= LONGEST]
        paths = [path for path in self._loaded if path.name.startswith(pattern)]
        return [utterance for path in paths for utterance in self._loaded[path]]


def _cut(utterances: list[Utterance]) -> list[list[Utterance]]:
    """Cut a length-sorted list so that each padded batch has about FRAMES_PER_BATCH frames."""
    batches: list[list[Utterance]] = [[]]
    for utterance in utterances:
        if (len(batches[-1]) + 1) * len(utterance.frames) > FRAMES_PER_BATCH and batches[-1]:
            batches.append([])
        batches[-1].append(utterance)
    return batches


def cut_aligned(items: Sequence[Aligned]) -> list[list[Aligned]]:
    """The same for aligned utterances."""
    batches: list[list[Aligned]] = [[]]
    for item in sorted(items, key=lambda a: len(a.utterance.frames)):
        if (len(batches[-1]) + 1) * len(item.utterance.frames) > FRAMES_PER_BATCH and batches[-1]:
            batches.append([])
        batches[-1].append(item)
    return batches


def prefetch(source: Iterator[T], depth: int = 4) -> Iterator[T]:
    """Make items in a background thread (numpy releases the interpreter lock for most of it)."""
    queue: Queue[T] = Queue(depth)

    def fill() -> None:
        for item in source:
            queue.put(item)

    Thread(target=fill, daemon=True).start()
    while True:
        yield queue.get()
