"""Sums over all alignments: of one transcript (numerator) and of any phone string (denominator).

Every phone has an entry state (exactly one frame) and a loop state (any number of frames), as in
Kaldi's chain topology. All arrays are plain numpy; scores are log values, ``(batch, time, class)``.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from training.speech.languages import Language
from training.speech.phones import SILENCE, entry_class, loop_class

_FLOOR = 1e-30


@dataclass(frozen=True)
class Transcript:
    """The states of one sentence: entry and loop class of each phone in turn.

    ``skips[s]`` says that entry state ``s`` may also follow the phone before the previous one,
    because the previous one is optional silence between words. The silences at both ends are
    optional as well.
    """

    classes: NDArray[np.int64]
    skips: NDArray[np.bool_]
    min_frames: int
    phones: tuple[int, ...]


def transcript(text: str, language: Language) -> Transcript:
    """States of ``text`` with each word's first pronunciation."""
    phones, optional = [SILENCE], [True]
    words = text.split()
    for word in words:
        spoken = [language.phones.ids[name] for name in language.pronunciations(word)[0]]
        phones += [*spoken, SILENCE]
        optional += [False] * len(spoken) + [True]
    classes = np.array([c for p in phones for c in (entry_class(p), loop_class(p))], np.int64)
    skips = np.zeros(len(classes), np.bool_)
    for index in range(2, len(phones)):
        skips[2 * index] = optional[index - 1]
    return Transcript(classes, skips, optional.count(False), tuple(phones))


@njit(nogil=True, fastmath=True, cache=True)
def _transcript_sum(scores, classes, skips, lengths, sizes, posteriors, totals):  # type: ignore[no-untyped-def]
    batch = scores.shape[0]
    for b in range(batch):
        steps, size = lengths[b], sizes[b]
        alpha = np.zeros((steps, size))
        emit = np.zeros((steps, size))
        norm = np.zeros(steps)
        total = 0.0
        for t in range(steps):
            best = -1e30
            for s in range(size):
                best = max(best, scores[b, t, classes[b, s]])
            for s in range(size):
                emit[t, s] = np.exp(scores[b, t, classes[b, s]] - best) + _FLOOR
            total += best
            mass = 0.0
            if t == 0:
                alpha[0, 0] = emit[0, 0]
                alpha[0, 2] = emit[0, 2]
                mass = alpha[0, 0] + alpha[0, 2]
            else:
                for s in range(size):
                    a = 0.0
                    if s % 2 == 1:
                        a = alpha[t - 1, s]
                    if s >= 1:
                        a += alpha[t - 1, s - 1]
                    if s % 2 == 0 and s >= 2:
                        a += alpha[t - 1, s - 2]
                    if skips[b, s]:
                        a += alpha[t - 1, s - 3] + alpha[t - 1, s - 4]
                    a *= emit[t, s]
                    alpha[t, s] = a
                    mass += a
            norm[t] = mass
            total += np.log(mass + 1e-300)
            for s in range(size):
                alpha[t, s] /= mass + 1e-300
        beta = np.zeros(size)
        before = np.zeros(size)
        final = 0.0
        for s in range(size - 4, size):
            beta[s] = 1.0
            final += alpha[steps - 1, s]
        if final < 1e-200:
            totals[b] = np.nan
            continue
        totals[b] = total + np.log(final)
        for t in range(steps - 1, -1, -1):
            if t < steps - 1:
                before[:] = 0.0
                for s in range(size):
                    x = beta[s] * emit[t + 1, s] / norm[t + 1]
                    if s % 2 == 1:
                        before[s] += x
                    if s >= 1:
                        before[s - 1] += x
                    if s % 2 == 0 and s >= 2:
                        before[s - 2] += x
                    if skips[b, s]:
                        before[s - 3] += x
                        before[s - 4] += x
                beta[:] = before
            mass = 0.0
            for s in range(size):
                mass += alpha[t, s] * beta[s]
            if mass > 0:
                for s in range(size):
                    posteriors[b, t, classes[b, s]] += alpha[t, s] * beta[s] / mass


@njit(nogil=True, fastmath=True, cache=True)
def _any_phones_sum(scores, follow, lengths, posteriors, totals):  # type: ignore[no-untyped-def]
    batch, _, width = scores.shape
    phones = width // 2
    for b in range(batch):
        steps = lengths[b]
        alpha = np.zeros((steps, width))
        emit = np.zeros((steps, width))
        norm = np.zeros(steps)
        total = 0.0
        left = np.zeros(phones)
        for t in range(steps):
            best = scores[b, t, :].max()
            for c in range(width):
                emit[t, c] = np.exp(scores[b, t, c] - best) + _FLOOR
            total += best
            mass = 0.0
            if t > 0:
                for p in range(phones):
                    left[p] = alpha[t - 1, 2 * p] + alpha[t - 1, 2 * p + 1]
            for q in range(phones):
                enter = 0.0
                stay = 0.0
                if t == 0:
                    enter = follow[0, q] if q > 0 else 1.0
                else:
                    for p in range(phones):
                        enter += left[p] * follow[p, q]
                    stay = left[q]
                alpha[t, 2 * q] = enter * emit[t, 2 * q]
                alpha[t, 2 * q + 1] = stay * emit[t, 2 * q + 1]
                mass += alpha[t, 2 * q] + alpha[t, 2 * q + 1]
            norm[t] = mass
            total += np.log(mass)
            for c in range(width):
                alpha[t, c] /= mass
        totals[b] = total
        beta = np.ones(width)
        for t in range(steps - 1, -1, -1):
            if t < steps - 1:
                for c in range(width):
                    beta[c] = beta[c] * emit[t + 1, c] / norm[t + 1]
                for p in range(phones):
                    back = beta[2 * p + 1]
                    for q in range(phones):
                        back += follow[p, q] * beta[2 * q]
                    left[p] = back
                for p in range(phones):
                    beta[2 * p] = left[p]
                    beta[2 * p + 1] = left[p]
            mass = 0.0
            for c in range(width):
                mass += alpha[t, c] * beta[c]
            for c in range(width):
                posteriors[b, t, c] = alpha[t, c] * beta[c] / mass


@dataclass(frozen=True)
class TranscriptBatch:
    """Transcripts of a batch, padded; ``lengths`` are output frames."""

    classes: NDArray[np.int64]
    skips: NDArray[np.bool_]
    sizes: NDArray[np.int64]
    lengths: NDArray[np.int64]


def pad_transcripts(items: Sequence[Transcript], lengths: Sequence[int]) -> TranscriptBatch:
    """Stack transcripts of different sizes."""
    width = max(len(item.classes) for item in items)
    classes = np.zeros((len(items), width), np.int64)
    skips = np.zeros((len(items), width), np.bool_)
    for row, item in enumerate(items):
        classes[row, : len(item.classes)] = item.classes
        skips[row, : len(item.skips)] = item.skips
    sizes = np.array([len(item.classes) for item in items], np.int64)
    return TranscriptBatch(classes, skips, sizes, np.array(lengths, np.int64))


class TranscriptLogProbability(torch.autograd.Function):
    """Log of the summed probability of all alignments of each transcript: (batch,)."""

    @staticmethod
    def forward(ctx, scores: Tensor, batch: TranscriptBatch) -> Tensor:  # type: ignore[no-untyped-def, override]
        values = scores.detach().numpy()
        posteriors = np.zeros(values.shape, np.float32)
        totals = np.zeros(len(values))
        _transcript_sum(
            values, batch.classes, batch.skips, batch.lengths, batch.sizes, posteriors, totals
        )
        failed = np.isnan(totals)
        posteriors[failed], totals[failed] = 0, 0
        ctx.posteriors = torch.from_numpy(posteriors)
        return torch.tensor(totals, dtype=torch.float32)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[no-untyped-def, override]
        return ctx.posteriors * gradient[:, None, None], None


class AnyPhonesLogProbability(torch.autograd.Function):
    """Log of the summed probability of every phone string under a phone bigram: (batch,)."""

    @staticmethod
    def forward(
        ctx, scores: Tensor, follow: NDArray[np.float64], lengths: NDArray[np.int64]
    ) -> Tensor:  # type: ignore[no-untyped-def, override]
        values = scores.detach().numpy()
        posteriors = np.zeros(values.shape, np.float32)
        totals = np.zeros(len(values))
        _any_phones_sum(values, follow, lengths, posteriors, totals)
        ctx.posteriors = torch.from_numpy(posteriors)
        return torch.tensor(totals, dtype=torch.float32)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None, None]:  # type: ignore[no-untyped-def, override]
        return ctx.posteriors * gradient[:, None, None], None, None


def phone_bigram(
    texts: Sequence[str], language: Language, pause: float = 0.25
) -> NDArray[np.float64]:
    """P(next phone | phone) from transcripts; silence between words with ``pause``.

    Shape (phones, phones).
    """
    ids, size = language.phones.ids, language.phones.size
    counts = np.full((size, size), 0.1)
    for text in texts:
        words = [[ids[n] - 1 for n in language.pronunciations(w)[0]] for w in text.split()]
        previous: list[tuple[int, float]] = [(SILENCE - 1, 1.0)]
        for word in words:
            for start, share in previous:
                counts[start, word[0]] += share
            for first, second in itertools.pairwise(word):
                counts[first, second] += 1
            counts[word[-1], SILENCE - 1] += pause
            previous = [(word[-1], 1 - pause), (SILENCE - 1, pause)]
    return counts / counts.sum(1, keepdims=True)
