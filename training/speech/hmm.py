"""Sums over all alignments: of one transcript (numerator) and of any phone string (denominator).

Every phone has an entry state (exactly one frame) and a loop state (any number of frames), as in
Kaldi's chain topology. The sums run forward over the frames, on whatever device the scores are on;
their gradients, which are the states' posterior probabilities, come from automatic differentiation.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.speech.languages import Language
from training.speech.padding import within
from training.speech.phones import SILENCE, PhoneSet

_FLOOR = 1e-30
_PREDECESSORS = 4
_NOTHING = 1e-300


@dataclass(frozen=True)
class Transcript:
    """The states of one sentence, silence between words and at both ends being optional.

    ``before[s]`` lists the states, itself among them, that state ``s`` follows; -1 is none.
    ``first`` says where a sentence may begin, ``last`` where it may end.
    """

    classes: NDArray[np.int64]
    before: NDArray[np.int64]
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]
    min_frames: int


@dataclass
class _Chain:
    """States under construction; ``ends``: the phones that may have come last, with the states that
    lead on from each. State -1 in them is the beginning of the sentence."""

    phones: PhoneSet
    classes: list[int]
    before: list[list[int]]
    ends: list[tuple[int, list[int]]]

    def follow(self, phone: int) -> list[int]:
        """Add ``phone`` after every end, once for each context; the states that lead on from it."""
        sources: dict[int, list[int]] = {}
        for end, states in self.ends:
            context = 0 if phone == SILENCE else self.phones.context[end - 1]
            sources.setdefault(context, []).extend(states)
        leading = []
        for context, states in sources.items():
            unit, entry = self.phones.unit(phone, context), len(self.classes)
            self.classes += [2 * unit, 2 * unit + 1]
            self.before += [states, [entry, entry + 1]]
            leading += [entry, entry + 1]
        return leading


def transcript(text: str, language: Language) -> Transcript:
    """States of ``text`` with each word's first pronunciation."""
    words = [
        [language.phones.ids[name] for name in language.pronunciations(word)[0]]
        for word in text.split()
    ]
    chain = _Chain(language.phones, [], [], [(SILENCE, [-1])])
    for word in words:
        chain.ends.append((SILENCE, chain.follow(SILENCE)))
        for phone in word:
            chain.ends = [(phone, chain.follow(phone))]
    chain.ends.append((SILENCE, chain.follow(SILENCE)))
    size = len(chain.classes)
    before = np.full((size, _PREDECESSORS), -1, np.int64)
    first, last = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    for state, sources in enumerate(chain.before):
        known = [source for source in sources if source >= 0]
        before[state, : len(known)] = known
        first[state] = -1 in sources
    last[[state for _, states in chain.ends for state in states]] = True
    return Transcript(np.array(chain.classes), before, first, last, sum(map(len, words)))


@dataclass(frozen=True)
class TranscriptBatch:
    """Transcripts of a batch, padded: (batch, states). ``before`` is (batch, states + 1, 4): what
    has no predecessor follows the last state, where nothing ever is. ``lengths``: output frames."""

    classes: Tensor
    before: Tensor
    first: Tensor
    last: Tensor
    lengths: Tensor

    def to(self, device: torch.device) -> TranscriptBatch:
        """The same on another device."""
        parts = (self.classes, self.before, self.first, self.last, self.lengths)
        return TranscriptBatch(*(part.to(device, non_blocking=True) for part in parts))


def pad_transcripts(items: Sequence[Transcript], lengths: Sequence[int]) -> TranscriptBatch:
    """Stack transcripts of different sizes."""
    width = max(len(item.classes) for item in items)
    classes = np.zeros((len(items), width), np.int64)
    before = np.full((len(items), width + 1, _PREDECESSORS), width, np.int64)
    first, last = (np.zeros((len(items), width), np.bool_) for _ in range(2))
    for row, item in enumerate(items):
        size = len(item.classes)
        classes[row, :size] = item.classes
        before[row, :size] = np.where(item.before < 0, width, item.before)
        first[row, :size], last[row, :size] = item.first, item.last
    tensors = (torch.from_numpy(each) for each in (classes, before, first, last))
    return TranscriptBatch(*tensors, torch.tensor(lengths))


def transcript_log_probability(scores: Tensor, batch: TranscriptBatch) -> Tensor:
    """Log of the summed probability of all alignments of each transcript: (batch,).

    ``scores`` (batch, time, classes) are log values. A transcript that no alignment fits gives 0
    and no gradient.
    """
    rows, steps, _ = scores.shape
    chosen = scores.gather(2, batch.classes[:, None].expand(-1, steps, -1)).double()
    best = chosen.detach().amax(2)
    emitted = functional.pad((chosen - best[..., None]).exp() + _FLOOR, (0, 1))
    before = batch.before.flatten(1)
    first, *later = emitted.unbind(1)
    reached = [_normalised(functional.pad(batch.first, (0, 1)) * first)]
    for now in later:
        sources = reached[-1][0].gather(1, before).view(rows, -1, _PREDECESSORS)
        reached.append(_normalised(sources.sum(2) * now))
    at_end = torch.stack([states for states, _ in reached], 1)[
        torch.arange(rows, device=scores.device), batch.lengths - 1, :-1
    ]
    ended = (at_end * batch.last).sum(1)
    fits = ended > 1e-200
    total = _summed([mass for _, mass in reached], best, batch.lengths)
    return torch.where(fits, total + torch.where(fits, ended, 1.0).log(), 0.0)


def _normalised(values: Tensor) -> tuple[Tensor, Tensor]:
    """``values`` (batch, states) with rows that sum to one, and what they summed to."""
    mass = values.sum(1) + _NOTHING
    return values / mass[:, None], mass


def _summed(masses: Sequence[Tensor], best: Tensor, lengths: Tensor) -> Tensor:
    """The logarithms of what was divided off in each step, up to each row's length: (batch,)."""
    logs = torch.stack(list(masses), 1).log() + best
    return torch.where(within(lengths, logs.shape[1]), logs, 0.0).sum(1)


def any_phones_log_probability(scores: Tensor, any_phones: AnyPhones, lengths: Tensor) -> Tensor:
    """Log of the summed probability of every phone string under a phone bigram: (batch,)."""
    best = scores.detach().amax(2)
    emitted = (scores - best[..., None]).double().exp() + _FLOOR
    entries, loops = emitted[..., 0::2].unbind(1), emitted[..., 1::2].unbind(1)
    reached = [_normalised(any_phones.first * entries[0])]
    for entry, loop in zip(entries[1:], loops[1:], strict=True):
        unit = reached[-1][0]
        reached.append(_normalised(unit @ any_phones.follow * entry + unit * loop))
    return _summed([mass for _, mass in reached], best, lengths)


@dataclass(frozen=True)
class AnyPhones:
    """Every phone string: ``first`` (units,) and ``follow`` (units, units) are the probabilities of
    a unit at the beginning and after another, 0 where its context is a different one."""

    first: Tensor
    follow: Tensor

    def to(self, device: torch.device) -> AnyPhones:
        """The same on another device."""
        return AnyPhones(self.first.to(device), self.follow.to(device))


def any_phones(bigram: NDArray[np.float64], phones: PhoneSet) -> AnyPhones:
    """The units of a phone bigram (phones, phones). A sentence begins as after silence."""
    phone = np.array(phones.phone_of_unit) - 1
    context = np.array(phones.context)
    fits = context[phone][:, None] == np.array(phones.context_of_unit)
    fits[:, 0] = True
    follow = np.where(fits, bigram[phone][:, phone], 0.0)
    first = follow[0].copy()
    first[0] = 1.0
    return AnyPhones(torch.from_numpy(first), torch.from_numpy(follow))


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
