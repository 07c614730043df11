"""Intents that the model was not trained on: known by the phrases that their skill declares.

A request is a plugin's if its meaning is nearer to one of the plugin's phrases than to any
landmark, a sentence that stands for an intent that was trained. Where `cabin-agent train` has
fitted a head over the same phrases, the head decides instead.

The search has two stages, so that a thousand intents cost little: the middles of intents first,
then the phrases of the nearest ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cabin_agent.errors import NotReady
from cabin_agent.understanding.plugin_head import PluginHead

LOOKED_AT = 24

Vectors = NDArray[np.float32]


def load_landmarks(file: Path, width: int) -> Vectors:
    """(N, width), each of length 1, from int8. NotReady if the file holds anything else."""
    try:
        vectors = np.load(file, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise NotReady(f"{file}: no usable landmarks ({error})", "reinstall the model") from None
    if vectors.ndim != 2 or vectors.shape[1] != width:
        cause = f"{file}: landmarks of shape {vectors.shape}, the model's meanings have {width}"
        raise NotReady(cause, "model and landmarks belong to different trainings; reinstall")
    lengths = np.linalg.norm(vectors.astype(np.float32), axis=1, keepdims=True)
    landmarks: Vectors = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return landmarks


@dataclass(frozen=True, slots=True)
class Nearness:
    """When a plugin's phrase is meant: its cosine is at least `near`, and `margin` more than that
    of the nearest landmark."""

    near: float
    margin: float


@dataclass(frozen=True, slots=True)
class DeclaredPhrases:
    """`groups[i]` are the vectors (N, D) of length 1 of the phrases of intent i, `middles[i]` is
    the middle of a group; an intent has a group for each language."""

    landmarks: Vectors
    nearness: Nearness
    intents: tuple[str, ...] = ()
    middles: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    groups: tuple[Vectors, ...] = ()
    head: PluginHead | None = None

    def with_phrases(self, intent: str, embeddings: Vectors) -> DeclaredPhrases:
        """The same and one group more."""
        middle = embeddings.mean(0, keepdims=True)
        middle /= max(float(np.linalg.norm(middle)), 1e-6)
        middles = np.concatenate([self.middles, middle]) if self.groups else middle
        return replace(
            self,
            intents=(*self.intents, intent),
            middles=middles.astype(np.float32),
            groups=(*self.groups, embeddings.astype(np.float32)),
        )

    def with_head(self, head: PluginHead) -> DeclaredPhrases:
        return replace(self, head=head)

    def nearest(self, embedding: Vectors) -> tuple[str, float] | None:
        """(intent, confidence) of the plugin that is meant, or None if none is."""
        if not self.intents:
            return None
        if self.head is not None and (found := self.head.decide(embedding)):
            return found
        intent, cosine = self._nearest_phrase(embedding)
        if self.head is not None and self.head.knows(intent):
            return None
        trained = float((self.landmarks @ embedding).max(initial=-1.0))
        if cosine < max(self.nearness.near, trained + self.nearness.margin):
            return None
        return intent, cosine

    def likeness(self, embedding: Vectors, intent: str) -> float:
        """How likely `intent` is: of the head if it knows it, else the cosine of its phrases."""
        if self.head is not None and self.head.knows(intent):
            return self.head.chance(embedding, intent)
        groups = (g for g, name in zip(self.groups, self.intents, strict=True) if name == intent)
        return max((float((group @ embedding).max()) for group in groups), default=0.0)

    def _nearest_phrase(self, embedding: Vectors) -> tuple[str, float]:
        middles = self.middles @ embedding
        likely = np.argpartition(-middles, min(LOOKED_AT, len(middles) - 1))[:LOOKED_AT]
        cosines = [float((self.groups[index] @ embedding).max()) for index in likely]
        best = int(np.argmax(cosines))
        return self.intents[int(likely[best])], cosines[best]
