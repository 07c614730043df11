"""Training of the acoustic network.

Three objectives, each a continuation of the one before:

* ``bootstrap``: cross-entropy on flite's own alignments (no alignment of our own is needed), or the
  posteriors of a finished model of the same phones (``teacher``), whatever its shape and contexts;
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
    FRAMES_PER_BATCH,
    AlignedBatch,
    BatchMaker,
    Mixture,
    SentenceBatch,
    cut,
)
from training.speech.bootstrap import read_bootstrap
from training.speech.damage import FeatureDamage
from training.speech.hmm import (
    any_phones,
    any_phones_log_probability,
    phone_bigram,
    transcript_log_probability,
)
from training.speech.languages import Language
from training.speech.network import WIDE_OFFSETS, AcousticNetwork, NetworkShape, load_network
from training.speech.padding import within
from training.speech.phones import PhoneSet

PRIOR_SCALE = 0.3
AVERAGE_DECAY = 0.998
WIDTH, BOTTLENECK = 640, 160


@dataclass(frozen=True)
class Stage:
    """One run of training. ``shares`` maps the start of feature file names to their share;
    ``clean`` says that those files are, so that all damage is done here (`damage`)."""

    minutes: float
    peak_rate: float
    shares: dict[str, float] = field(default_factory=lambda: {"syn": 1.0})
    bootstrap_steps: int = 0
    bootstrap_every: int = 4
    contrast: float = 0.0
    seed: int = 1
    threads: int = 1
    teacher_steps: int = 0
    clean: bool = True
    frames_per_batch: int = FRAMES_PER_BATCH
    device: str = "cpu"


class Trainer:
    """Runs one :class:`Stage` on a network."""

    def __init__(
        self,
        network: AcousticNetwork,
        language: Language,
        features: Path,
        stage: Stage,
        report: Callable[[str], None] = print,
        teacher: AcousticNetwork | None = None,
    ) -> None:
        self.network = network.to(stage.device)
        self.average = copy.deepcopy(self.network).eval()
        self.stage = stage
        self._teacher = teacher.to(stage.device).eval() if teacher else None
        self._report = report
        self._random = random.Random(stage.seed)
        noise = torch.from_numpy(np.load(features / "noise.npy")).to(stage.device)
        damage = FeatureDamage(noise, network.input_mean, stage.seed, stage.clean)
        self._maker = BatchMaker(network.shape, damage, language)
        self._mixture = Mixture(
            features, stage.shares, stage.seed, stage.device, stage.frames_per_batch
        )
        aligned = [
            item
            for path in sorted(features.glob("boot*.json"))
            for item in read_bootstrap(path, stage.device)
            if len(item.utterance.frames) < 900
        ]
        self._aligned = cut(aligned, stage.frames_per_batch, lambda each: each.utterance)
        self._optimiser = torch.optim.AdamW(
            network.parameters(), lr=1e-3, weight_decay=1e-3, betas=(0.9, 0.98)
        )
        self._anything = None
        if stage.contrast:
            bigram = phone_bigram(self._mixture.texts()[:20_000], language)
            self._anything = any_phones(bigram, language.phones).to(torch.device(stage.device))
        self._plain = _plain_classes(language.phones).to(stage.device)
        none = torch.zeros(2 * language.phones.size, device=stage.device)
        self._log_prior = none.scatter(0, self._plain, network.class_log_prior)
        self._losses: dict[str, list[Tensor]] = {"aligned": [], "transcript": [], "any": []}

    def run(self, checkpoint: Path, spent: float = 0.0) -> None:
        """Train for the stage's minutes less ``spent`` s; saves ``checkpoint``, its average beside
        it and the time spent.

        Time is this process's own, so that a busy machine gives the same training, only later; on
        another device it is the clock's.
        """
        torch.set_num_threads(self.stage.threads)
        self.network.train()
        limit = 60 * self.stage.minutes * self.stage.threads
        clock = time.process_time if self.stage.device == "cpu" else time.monotonic
        started = clock() - spent
        for step, batch in enumerate(self._batches()):
            spent = clock() - started
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
            network.class_log_prior.copy_(self._log_prior[self._plain])
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
        with precision.fastest(self.stage.device):
            scores = self.network(batch.frames)
        if isinstance(batch, AlignedBatch):
            loss = self._aligned_loss(scores, batch)
        elif self._teacher is not None and step < self.stage.teacher_steps:
            loss = self._taught_loss(scores, batch, self._teacher)
        else:
            loss = self._sentence_loss(scores, batch)
        self._optimiser.zero_grad()
        loss.backward()
        size = torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        if not torch.isfinite(size):
            self._report(f"step {step + 1}: gradient {size.item()}, left out")
            return
        self._optimiser.step()
        self._update_average(step)

    def _aligned_loss(self, scores: Tensor, batch: AlignedBatch) -> Tensor:
        scores = scores[:, : batch.classes.shape[1]]
        loss = functional.nll_loss(
            scores.reshape(-1, scores.shape[-1]), batch.classes.reshape(-1), ignore_index=-100
        )
        self._losses["aligned"].append(loss.detach())
        return loss

    def _taught_loss(
        self, scores: Tensor, batch: SentenceBatch, teacher: AcousticNetwork
    ) -> Tensor:
        """How far the plain classes' posteriors are from the teacher's."""
        lengths = batch.transcripts.lengths
        steps = int(lengths.max())
        scores = self._by_plain_class(scores[:, :steps])
        self._update_prior(scores.detach(), lengths)
        with torch.no_grad(), precision.fastest(self.stage.device):
            ahead = self.network.shape.left_context - teacher.shape.left_context
            wanted = teacher(batch.frames[:, ahead:])[:, :steps].exp()
        loss = -(wanted * scores).sum(-1).mean()
        self._losses["aligned"].append(loss.detach())
        return loss

    def _sentence_loss(self, scores: Tensor, batch: SentenceBatch) -> Tensor:
        lengths = batch.transcripts.lengths
        scores = scores[:, : int(lengths.max())]
        self._update_prior(self._by_plain_class(scores.detach()), lengths)
        scaled = scores - PRIOR_SCALE * self._log_prior[self._plain]
        said = transcript_log_probability(scaled, batch.transcripts) / lengths
        loss = -said.mean()
        self._losses["transcript"].append(loss.detach())
        if self._anything is None:
            return loss
        anything = any_phones_log_probability(scaled, self._anything, lengths) / lengths
        self._losses["any"].append((said - anything).mean().detach())
        return (1 - self.stage.contrast) * loss + self.stage.contrast * (anything - said).mean()

    def _by_plain_class(self, scores: Tensor) -> Tensor:
        """Log probabilities (..., classes) without regard to context: (..., plain classes)."""
        plain = len(self._log_prior)
        if plain == scores.shape[-1]:
            return scores
        probability = scores.exp()
        summed = probability.new_zeros(*scores.shape[:-1], plain)
        return (summed.index_add(-1, self._plain, probability) + 1e-20).log()

    def _update_prior(self, scores: Tensor, lengths: Tensor) -> None:
        """A running mean of the plain classes: none is likelier for a rare context."""
        counted = within(lengths, scores.shape[1])
        mean = (scores.exp() * counted[..., None]).sum((0, 1)) / counted.sum()
        self._log_prior = (0.99 * self._log_prior.exp() + 0.01 * mean).log()

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
            f"{name} {torch.stack(values[-40:]).mean():.4f}"
            for name, values in self._losses.items()
            if values
        )
        rate = self._optimiser.param_groups[0]["lr"]
        silence = self._log_prior[:2].exp().sum().item()
        return f"step {step + 1} {seconds:.0f} s: {means}; rate {rate:.5f}; silence {silence:.3f}"


def shape_for(language: Language) -> NetworkShape:
    """Of a new network: wide and factorised where there are many classes to tell apart."""
    if language.phones.contexts == 1:
        return NetworkShape(language.phones.classes)
    return NetworkShape(language.phones.classes, WIDTH, WIDE_OFFSETS, BOTTLENECK)


def _plain_classes(phones: PhoneSet) -> Tensor:
    """The class that each class would be if contexts did not count."""
    phone = torch.tensor(phones.phone_of_unit) - 1
    return torch.stack([2 * phone, 2 * phone + 1], 1).flatten()


def new_network(features: Path, shape: NetworkShape, shares: dict[str, float]) -> AcousticNetwork:
    """Random weights; input mean and deviation measured on some of the features."""
    torch.manual_seed(1)
    network = AcousticNetwork(shape)
    frames = sample_frames(features, shares)
    network.input_mean.copy_(torch.from_numpy(frames.mean(0)))
    network.input_deviation.copy_(torch.from_numpy(frames.std(0)))
    return network


def sample_frames(features: Path, shares: dict[str, float], batches: int = 20) -> NDArray:
    """Some utterances end to end: (frames, 40)."""
    drawn = next(Mixture(features, shares, seed=2).rounds())[:batches]
    return np.concatenate([u.frames.float().numpy() for batch in drawn for u in batch])


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
    teacher: AcousticNetwork | None = None,
) -> AcousticNetwork:
    """One stage, from ``start`` or from scratch, or from where it was interrupted; the running
    average of its weights is returned."""
    average = checkpoint.with_suffix(".average.pt")
    spent = spent_seconds(checkpoint)
    if spent < 60 * stage.minutes * stage.threads:
        if spent:
            start = load_network(checkpoint)
            report(f"going on after {spent:.0f} s")
        network = start or new_network(features, shape_for(language), stage.shares)
        count = sum(math.prod(p.shape) for p in network.parameters())
        report(f"{count / 1e6:.2f} M parameters, look-ahead {network.shape.right_context} frames")
        Trainer(network, language, features, stage, report, teacher).run(checkpoint, spent)
    return load_network(average)
