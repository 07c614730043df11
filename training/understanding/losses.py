"""What the network is trained for."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from cabin_agent.understanding import sight
from cabin_agent.understanding.decoding import ELSEWHERE
from training.understanding.data import IGNORED
from training.understanding.templates import ROUTES

NONE_WEIGHT = 0.4
MEANING_WEIGHT = 0.25
MEANING_TEMPERATURE = 0.1
CONTRAST_WEIGHT = 0.3
LESSON_TEMPERATURE = 0.05
SIGN_WEIGHT = 0.05
LEAVING = [ROUTES.index(route) for route in ELSEWHERE]


def loss_of(
    outputs: tuple[Tensor, ...], batch: dict[str, Tensor], members: Tensor, meant: bool
) -> Tensor:
    """The sum of all heads' losses, that of the embedding only if it is `meant`. `members`: of
    `others.membership`."""
    addressed, complete, route, intent, target, degree, tags, belongs, meaning, sign = (
        output.float() for output in outputs
    )
    actions = batch["actions"]
    weight = torch.ones(intent.shape[-1], device=intent.device)
    weight[-1] = NONE_WEIGHT
    total = F.binary_cross_entropy_with_logits(addressed, batch["addressed"])
    total = total + F.binary_cross_entropy_with_logits(complete, batch["complete"])
    total = total + _cross(route, batch["route"])
    total = total + 2.0 * _cross(intent, actions[..., 0], weight)
    total = total + _cross(target, actions[..., 1]) + _cross(degree, actions[..., 2])
    total = total + _subject_loss(intent[:, 0], batch["subject"], members)
    total = total + _taken_loss(route, batch["subject"])
    total = total + 1.5 * _cross(tags, batch["tags"])
    if meant:
        total = total + MEANING_WEIGHT * _meaning_loss(meaning, batch["meant"])
    total = total + SIGN_WEIGHT * _sign_loss(sign, batch["sight"])
    return total + _cross(belongs, batch["belongs"])


def lesson_loss(meaning: Tensor, wanted: Tensor) -> Tensor:
    """How far the meanings (N, D) are from the teacher's: each from its own, and each nearer to its
    own than to the others'."""
    scores = meaning.float() @ wanted.T
    own = torch.arange(len(wanted), device=scores.device)
    return (1.0 - scores.diagonal()).mean() + CONTRAST_WEIGHT * F.cross_entropy(
        scores / LESSON_TEMPERATURE, own
    )


def _meaning_loss(meaning: Tensor, labels: Tensor) -> Tensor:
    """Sentences of one meaning near each other, of others far (supervised contrast, Khosla 2020).

    What makes an intent that is never trained recognisable by its phrases.
    """
    meaning, labels = meaning[labels != IGNORED], labels[labels != IGNORED]
    alike = labels[:, None] == labels[None, :]
    alike.fill_diagonal_(False)
    if not alike.any():
        return meaning.sum() * 0.0
    scores = meaning @ meaning.T / MEANING_TEMPERATURE
    own = torch.eye(len(labels), dtype=torch.bool, device=scores.device)
    scores = scores.masked_fill(own, -1e4)
    chances = scores.log_softmax(-1)
    counted = alike.sum(-1)
    kept = counted > 0
    return -((chances * alike).sum(-1)[kept] / counted[kept]).mean()


def _sign_loss(sign: Tensor, seen: Tensor) -> Tensor:
    """The sign is the class that the picture encoder finds likeliest, with a chance of its own."""
    there = seen[:, -1] > 0.5
    losses = F.cross_entropy(sign, seen[:, sight.SIGNS].argmax(-1), reduction="none")
    return _mean(losses, there)


def _subject_loss(intent: Tensor, subject: Tensor, members: Tensor) -> Tensor:
    """How unlikely the first action is one of the subject that it must be of."""
    known = subject != IGNORED
    chances = (intent.softmax(-1) * members[subject.clamp(min=0)]).sum(-1)
    return _mean(-chances.clamp(min=1e-6).log(), known)


def _taken_loss(route: Tensor, subject: Tensor) -> Tensor:
    """How likely it is that what has a subject of the car is left to others."""
    left = route.softmax(-1)[:, LEAVING].sum(-1)
    return _mean(-(1.0 - left).clamp(min=1e-6).log(), subject != IGNORED)


def _mean(values: Tensor, counted: Tensor) -> Tensor:
    """Over those that are `counted`; 0 if none is. Never waits for the device."""
    return torch.where(counted, values, 0.0).sum() / counted.sum().clamp(min=1)


def _cross(logits: Tensor, labels: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean cross entropy of the labels that are known, each by its weight; 0 if none is."""
    labels = labels.reshape(-1)
    losses = F.cross_entropy(
        logits.reshape(-1, logits.shape[-1]),
        labels,
        weight,
        ignore_index=IGNORED,
        label_smoothing=0.02,
        reduction="none",
    )
    known = labels != IGNORED
    counted = known.float() if weight is None else weight[labels.clamp(min=0)] * known
    return losses.sum() / counted.sum().clamp(min=1e-6)
