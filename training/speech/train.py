"""Training of the acoustic network.

Three objectives, each a continuation of the one before:

* ``bootstrap``: cross-entropy on flite's own alignments (no alignment of our own is needed);
* ``transcript``: log probability of the transcript summed over all its alignments, scores being
  class posteriors over class priors to the power 0.3; a share of bootstrap batches stays in;
* ``contrast``: that, minus the log probability of any phone string (lattice-free MMI with a phone
  bigram, Povey et al. 2016, Hadian et al. 2018), so that wrong phone strings are pushed down.

A running average of the weights is kept beside them; both are saved as checkpoints.
"""

from __future__ import annotations

import copy
import json
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training import precision
from training.speech.batches import (
    AlignedBatch,
    BatchMaker,
    FeatureDamage,
    Mixture,
    SentenceBatch,
    cut_aligned,
    prefetch,
)
from training.speech.bootstrap import read_bootstrap
from training.speech.hmm import (
    AnyPhonesLogProbability,
    TranscriptLogProbability,
    phone_bigram,
)
from training.speech.languages import Language
from training.speech.network import AcousticNetwork, NetworkShape, load_network

PRIOR_SCALE = 0.3
AVERAGE_DECAY = 0.998


@dataclass(frozen=True)
class Stage:
    """One run of training. ``shares`` maps the start of feature file names to their share."""

    minutes: float
    peak_rate: float
    shares: dict[str, float] = field(default_factory=lambda: {"syn": 1.0})
    bootstrap_steps: int = 0
    bootstrap_every: int = 4
    contrast: float = 0.0
    seed: int = 1
    threads: int = 1


class Trainer:
    """Runs one :class:`Stage` on a network."""

    def __init__(
        self,
        network: AcousticNetwork,
        language: Language,
        features: Path,
        stage: Stage,
        report: Callable[[str], None] = print,
    ) -> None:
        self.network = network
        self.average = copy.deepcopy(network).eval()
        self.stage = stage
        self._report = report
        self._random = random.Random(stage.seed)
        rng = np.random.default_rng(stage.seed)
        mean = network.input_mean.numpy()
        noise = np.load(features / "noise.npy", mmap_mode="r")
        self._maker = BatchMaker(network.shape, FeatureDamage(rng, noise, mean), language)
        self._mixture = Mixture(features, stage.shares, stage.seed)
        aligned = [a for path in sorted(features.glob("boot*.json")) for a in read_bootstrap(path)]
        self._aligned = cut_aligned([a for a in aligned if len(a.utterance.frames) < 900])
        self._optimiser = torch.optim.AdamW(
            network.parameters(), lr=1e-3, weight_decay=1e-3, betas=(0.9, 0.98)
        )
        texts = self._mixture.texts()[:20_000]
        self._follow = phone_bigram(texts, language) if stage.contrast else None
        self._log_prior = network.class_log_prior.clone()
        self._losses: dict[str, list[float]] = {"aligned": [], "transcript": [], "any": []}

    def run(self, checkpoint: Path, spent: float = 0.0) -> None:
        """Train for the stage's minutes less ``spent`` s; saves ``checkpoint``, its average beside
        it and the time spent.

        Time is this process's own, so that a busy machine gives the same training, only later.
        """
        torch.set_num_threads(self.stage.threads)
        self.network.train()
        limit = 60 * self.stage.minutes * self.stage.threads
        started = time.process_time() - spent
        for step, batch in enumerate(prefetch(self._batches())):
            spent = time.process_time() - started
            if spent >= limit:
                break
            self._set_rate(step, spent / limit)
            self._step(batch, step)
            if step % 50 == 49:
                self._report(self._progress(step, spent))
            if step % 200 == 199:
                self.save(checkpoint, spent)
        self.save(checkpoint, limit)

    def save(self, checkpoint: Path, spent: float) -> None:
        """Write the weights, their running average and the time that they took."""
        for network, path in (
            (self.network, checkpoint),
            (self.average, checkpoint.with_suffix(".average.pt")),
        ):
            network.class_log_prior.copy_(self._log_prior)
            temporary = path.with_suffix(".tmp")
            network.save(temporary)
            temporary.replace(path)
        _time_file(checkpoint).write_text(json.dumps(spent))

    def _batches(self) -> Iterator[SentenceBatch | AlignedBatch]:
        stage, step = self.stage, 0
        while step < stage.bootstrap_steps:
            yield self._maker.aligned(self._random.choice(self._aligned))
            step += 1
        for batches in self._mixture.rounds():
            for utterances in batches:
                if stage.bootstrap_every and step % stage.bootstrap_every == 0:
                    yield self._maker.aligned(self._random.choice(self._aligned))
                    step += 1
                made = self._maker.sentences(utterances)
                if made is not None:
                    yield made
                    step += 1

    def _set_rate(self, step: int, done: float) -> None:
        """Warm up, hold for 30 % of the time, then fall to 2 % in a straight line."""
        rate = self.stage.peak_rate * min(1.0, (step + 1) / 150)
        if done > 0.3:
            rate *= max(0.02, (1 - done) / 0.7)
        for group in self._optimiser.param_groups:
            group["lr"] = rate

    def _step(self, batch: SentenceBatch | AlignedBatch, step: int) -> None:
        with precision.fastest():
            scores = self.network(batch.frames)
        if isinstance(batch, AlignedBatch):
            loss = self._aligned_loss(scores, batch)
        else:
            loss = self._sentence_loss(scores, batch)
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self._optimiser.step()
        self._update_average(step)

    def _aligned_loss(self, scores: Tensor, batch: AlignedBatch) -> Tensor:
        scores = scores[:, : batch.classes.shape[1]]
        loss = functional.nll_loss(
            scores.reshape(-1, scores.shape[-1]), batch.classes.reshape(-1), ignore_index=-100
        )
        self._losses["aligned"].append(loss.item())
        return loss

    def _sentence_loss(self, scores: Tensor, batch: SentenceBatch) -> Tensor:
        lengths = batch.transcripts.lengths
        scores = scores[:, : int(lengths.max())]
        self._update_prior(scores.detach(), lengths)
        scaled = (scores - PRIOR_SCALE * self._log_prior).contiguous()
        frames = torch.from_numpy(lengths)
        said = TranscriptLogProbability.apply(scaled, batch.transcripts) / frames
        loss = -said.mean()
        self._losses["transcript"].append(loss.item())
        if self._follow is None:
            return loss
        anything = AnyPhonesLogProbability.apply(scaled, self._follow, lengths) / frames
        self._losses["any"].append((said - anything).mean().item())
        return (1 - self.stage.contrast) * loss + self.stage.contrast * (anything - said).mean()

    def _update_prior(self, scores: Tensor, lengths: np.ndarray) -> None:
        kept = torch.cat([row[:length].exp() for row, length in zip(scores, lengths, strict=True)])
        prior = 0.99 * self._log_prior.exp() + 0.01 * kept.mean(0)
        self._log_prior = prior.log()

    def _update_average(self, step: int) -> None:
        if step % 4:
            return
        keep = min(AVERAGE_DECAY**4, (step + 1) / (step + 40))
        with torch.no_grad():
            current = self.network.state_dict()
            for name, value in self.average.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(current[name], 1 - keep)

    def _progress(self, step: int, seconds: float) -> str:
        means = ", ".join(
            f"{name} {np.mean(values[-40:]):.4f}" for name, values in self._losses.items() if values
        )
        rate = self._optimiser.param_groups[0]["lr"]
        silence = float(self._log_prior[:2].exp().sum())
        return f"step {step + 1} {seconds:.0f} s: {means}; rate {rate:.5f}; silence {silence:.3f}"


def new_network(features: Path, shape: NetworkShape) -> AcousticNetwork:
    """Random weights; input mean and deviation measured on some of the features."""
    torch.manual_seed(1)
    network = AcousticNetwork(shape)
    frames = sample_frames(features, {"syn": 1.0})
    network.input_mean.copy_(torch.from_numpy(frames.mean(0)))
    network.input_deviation.copy_(torch.from_numpy(frames.std(0)))
    return network


def sample_frames(features: Path, shares: dict[str, float], batches: int = 20) -> NDArray:
    """Some utterances end to end: (frames, 40)."""
    drawn = next(Mixture(features, shares, seed=2).rounds())[:batches]
    return np.concatenate([np.asarray(u.frames, np.float32) for batch in drawn for u in batch])


def spent_seconds(checkpoint: Path) -> float:
    """How long a stage has run; 0 if it has not begun."""
    file = _time_file(checkpoint)
    return float(json.loads(file.read_text())) if file.exists() else 0.0


def _time_file(checkpoint: Path) -> Path:
    return checkpoint.with_suffix(".seconds")


def train(
    features: Path,
    checkpoint: Path,
    stage: Stage,
    language: Language,
    start: AcousticNetwork | None = None,
    report: Callable[[str], None] = print,
) -> AcousticNetwork:
    """One stage, from ``start`` or from scratch, or from where it was interrupted; the running
    average of its weights is returned."""
    average = checkpoint.with_suffix(".average.pt")
    spent = spent_seconds(checkpoint)
    if spent < 60 * stage.minutes * stage.threads:
        if spent:
            start = load_network(checkpoint)
            report(f"going on after {spent:.0f} s")
        network = start or new_network(features, NetworkShape(language.phones.classes))
        count = sum(math.prod(p.shape) for p in network.parameters())
        report(f"{count / 1e6:.2f} M parameters, look-ahead {network.shape.right_context} frames")
        Trainer(network, language, features, stage, report).run(checkpoint, spent)
    return load_network(average)
