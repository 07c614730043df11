"""Batches for training: utterances drawn from several sources, damaged anew each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from training.speech.bootstrap import Aligned
from training.speech.corpus import Utterance, read_features
from training.speech.damage import FeatureDamage, Frames
from training.speech.hmm import TranscriptBatch, pad_transcripts, transcript
from training.speech.languages import Language
from training.speech.network import SUBSAMPLING, NetworkShape

FRAMES_PER_BATCH = 12_800
LONGEST = 1_200  # input frames
SPARE = 2  # output frames beyond what a transcript needs

Count = TypeVar("Count", int, Tensor)
Item = TypeVar("Item")

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


class BatchMaker:
    """Pads utterances into batches for one network shape."""

    def __init__(self, shape: NetworkShape, damage: FeatureDamage, language: Language) -> None:
        self._language = language
        self._left, self._right = shape.left_context, shape.right_context
        self._damage = damage

    def sentences(self, utterances: Sequence[Utterance]) -> SentenceBatch | None:
        """Utterances too short for their text are left out; None if none remains."""
        found = [(u, cached_transcript(u.text, self._language)) for u in utterances]
        fit = [(u, s) for u, s in found if _outputs(len(u.frames)) >= s.min_frames + SPARE]
        if not fit:
            return None
        frames = _together([utterance for utterance, _ in fit])
        needed = [SUBSAMPLING * (states.min_frames + SPARE) for _, states in fit]
        damaged = self._damage(frames, torch.tensor(needed, device=frames.lengths.device))
        lengths = _outputs(damaged.lengths).tolist()
        transcripts = pad_transcripts([states for _, states in fit], lengths)
        return SentenceBatch(self._pad(damaged), transcripts.to(frames.values.device))

    def aligned(self, items: Sequence[Aligned]) -> AlignedBatch:
        """A batch with known classes."""
        frames = self._damage(_together([item.utterance for item in items]))
        rows = [torch.from_numpy(item.classes).long() for item in items]
        classes = pad_sequence(rows, batch_first=True, padding_value=-100)
        return AlignedBatch(self._pad(frames), classes.to(frames.values.device))

    def _pad(self, frames: Frames) -> Tensor:
        """The first frame as far back as the network looks, the last as far ahead."""
        outputs = int(_outputs(frames.lengths).max())
        time = SUBSAMPLING * outputs - 2 + self._left + self._right
        at = torch.arange(time, device=frames.lengths.device) - self._left
        at = torch.minimum(at.clamp(min=0)[None], frames.lengths[:, None] - 1)
        return frames.values.gather(1, at[..., None].expand(-1, -1, frames.values.shape[2]))


def _together(utterances: Sequence[Utterance]) -> Frames:
    frames = [utterance.frames for utterance in utterances]
    lengths = torch.tensor([len(each) for each in frames], device=frames[0].device)
    return Frames(pad_sequence(frames, batch_first=True).float(), lengths)


def _outputs(frames: Count) -> Count:
    return (frames + SUBSAMPLING - 1) // SUBSAMPLING


class Mixture:
    """Draws utterances from groups of feature files, group by group with given shares.

    Files that appear while training runs are picked up at the next round.
    """

    def __init__(
        self,
        folder: Path,
        shares: dict[str, float],
        seed: int,
        device: str = "cpu",
        frames_per_batch: int = FRAMES_PER_BATCH,
    ) -> None:
        self._folder = folder
        self._shares = shares
        self._random = random.Random(seed)
        self._device = device
        self._frames_per_batch = frames_per_batch
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
            batches = cut(drawn, self._frames_per_batch, lambda each: each)
            self._random.shuffle(batches)
            yield batches

    def _group(self, pattern: str) -> list[Utterance]:
        for path in sorted(self._folder.glob(f"{pattern}*.json")):
            if path not in self._loaded:
                found = read_features(path, self._device)
                self._loaded[path] = [u for u in found if 30 < len(u.frames) <= LONGEST]
        paths = [path for path in self._loaded if path.name.startswith(pattern)]
        return [utterance for path in paths for utterance in self._loaded[path]]


def cut(
    items: Sequence[Item], frames: int, utterance: Callable[[Item], Utterance]
) -> list[list[Item]]:
    """Items of like length together, so that each padded batch has about ``frames`` frames."""

    def length(item: Item) -> int:
        return len(utterance(item).frames)

    batches: list[list[Item]] = [[]]
    for item in sorted(items, key=length):
        if (len(batches[-1]) + 1) * length(item) > frames and batches[-1]:
            batches.append([])
        batches[-1].append(item)
    return batches
