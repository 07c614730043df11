"""A small linear head over the frozen graph's sentence vectors, fitted to plugins' phrases.

`cabin-agent train` makes it in seconds: multinomial logistic regression whose classes are the
plugins' intents and "none of them", which the landmarks of the trained intents stand for. It is
kept in the user's cache and used as long as model and phrases are those it was fitted to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

NONE = ""
STEPS = 400
RATE = 0.05
WEIGHT_DECAY = 1e-3
SCALE = 12.0
SURE = 0.5


@dataclass(frozen=True, slots=True)
class PluginHead:
    """`classes[0]` is none of the plugins. `fingerprint`: of the model and phrases it is for."""

    classes: tuple[str, ...]
    weights: Vectors
    bias: Vectors
    fingerprint: str

    def knows(self, intent: str) -> bool:
        return intent in self.classes

    def decide(self, embedding: Vectors) -> tuple[str, float] | None:
        """(intent, probability) if a plugin is meant more likely than not."""
        chances = _softmax((embedding @ self.weights + self.bias)[None])[0]
        best = int(chances.argmax())
        if best == 0 or chances[best] < SURE:
            return None
        return self.classes[best], float(chances[best])

    def chance(self, embedding: Vectors, intent: str) -> float:
        """The probability of an intent that it knows."""
        chances = _softmax((embedding @ self.weights + self.bias)[None])[0]
        return float(chances[self.classes.index(intent)])

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f"{file.name}.part.npz")
        np.savez(
            partial,
            classes=np.array(self.classes),
            weights=self.weights,
            bias=self.bias,
            fingerprint=np.array(self.fingerprint),
        )
        partial.replace(file)

    @classmethod
    def load(cls, file: Path, fingerprint: str) -> PluginHead | None:
        """The head in `file` if it is for `fingerprint`; None if it is not, or is damaged."""
        try:
            with np.load(file, allow_pickle=False) as saved:
                if str(saved["fingerprint"]) != fingerprint:
                    return None
                classes = tuple(str(each) for each in saved["classes"])
                return cls(classes, saved["weights"], saved["bias"], fingerprint)
        except (OSError, ValueError, KeyError):
            return None


def fingerprint(model: bytes, phrases: Mapping[str, Sequence[str]]) -> str:
    """Of a model's contents and the phrases of every plugin's intent."""
    digest = sha256(model)
    for intent in sorted(phrases):
        digest.update("\n".join((intent, *phrases[intent], "")).encode())
    return digest.hexdigest()


def fit(examples: Mapping[str, Vectors], none: Vectors, mark: str) -> PluginHead:
    """Full-batch Adam on the cross entropy, every class of equal weight; deterministic."""
    classes = (NONE, *sorted(examples))
    vectors = np.concatenate([none, *(examples[intent] for intent in classes[1:])])
    sizes = [len(none), *(len(examples[intent]) for intent in classes[1:])]
    labels = np.repeat(np.arange(len(classes)), sizes)
    share = (1.0 / (len(classes) * np.array(sizes)))[labels][:, None]
    wanted = np.eye(len(classes), dtype=np.float32)[labels]
    weights = np.zeros((vectors.shape[1], len(classes)), np.float32)
    bias = np.zeros(len(classes), np.float32)
    state = [np.zeros_like(each) for each in (weights, weights, bias, bias)]
    inputs = vectors * SCALE
    for step in range(1, STEPS + 1):
        error = (_softmax(inputs @ weights + bias) - wanted) * share
        slopes = (inputs.T @ error + WEIGHT_DECAY * weights, error.sum(0))
        for place, (parameter, slope) in enumerate(zip((weights, bias), slopes, strict=True)):
            _adam(parameter, slope, state[2 * place], state[2 * place + 1], step)
    return PluginHead(classes, (weights * SCALE).astype(np.float32), bias, mark)


def _adam(parameter: Vectors, slope: Vectors, mean: Vectors, square: Vectors, step: int) -> None:
    mean += 0.1 * (slope - mean)
    square += 0.001 * (slope * slope - square)
    rate = RATE * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    parameter -= rate * mean / (np.sqrt(square) + 1e-8)


def _softmax(logits: NDArray[np.floating]) -> Vectors:
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    shares: Vectors = (shifted / shifted.sum(-1, keepdims=True)).astype(np.float32)
    return shares
