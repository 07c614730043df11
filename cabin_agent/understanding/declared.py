"""Intents that the model was not trained on: known by the phrases that their skill declares.

A request is a plugin's if its meaning is nearer to one of the plugin's phrases than to any
landmark, a sentence that stands for an intent that was trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cabin_agent.errors import NotReady

NEAR = 0.55
MARGIN = 0.04

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
class DeclaredPhrases:
    """`embeddings` (N, D), each of length 1; `intents[i]` is what phrase i means."""

    landmarks: Vectors
    intents: tuple[str, ...]
    embeddings: Vectors

    @classmethod
    def none(cls, landmarks: Vectors) -> DeclaredPhrases:
        return cls(landmarks, (), np.zeros((0, landmarks.shape[1]), np.float32))

    def with_phrases(self, intent: str, embeddings: Vectors) -> DeclaredPhrases:
        return DeclaredPhrases(
            self.landmarks,
            (*self.intents, *(intent for _ in embeddings)),
            np.concatenate([self.embeddings, embeddings]),
        )

    def nearest(self, embedding: Vectors) -> tuple[str, float] | None:
        """(intent, cosine) of the nearest phrase if nothing that was trained is as near."""
        if not self.intents:
            return None
        cosines = self.embeddings @ embedding
        best = int(cosines.argmax())
        trained = float((self.landmarks @ embedding).max(initial=-1.0))
        if cosines[best] < max(NEAR, trained + MARGIN):
            return None
        return self.intents[best], float(cosines[best])
