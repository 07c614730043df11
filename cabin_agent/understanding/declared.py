"""Intents that the model was not trained on: the nearest declared phrase by meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEAR = 0.86


@dataclass(frozen=True, slots=True)
class DeclaredPhrases:
    """`embeddings` (N, D), each of length 1; `intents[i]` is what phrase i means."""

    intents: tuple[str, ...]
    embeddings: NDArray[np.float32]

    @classmethod
    def none(cls, width: int) -> DeclaredPhrases:
        return cls((), np.zeros((0, width), np.float32))

    def with_phrases(self, intent: str, embeddings: NDArray[np.float32]) -> DeclaredPhrases:
        return DeclaredPhrases(
            (*self.intents, *(intent for _ in embeddings)),
            np.concatenate([self.embeddings, embeddings]),
        )

    def nearest(self, embedding: NDArray[np.float32]) -> tuple[str, float] | None:
        """(intent, cosine) of the nearest phrase if it is near enough to mean the same."""
        if not self.intents:
            return None
        cosines = self.embeddings @ embedding
        best = int(cosines.argmax())
        return (self.intents[best], float(cosines[best])) if cosines[best] >= NEAR else None
