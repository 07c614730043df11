"""The peers of `bench understanding`: what matches sentences against the skills' own phrases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from hassil import Intents, recognize
from padacioso import IntentContainer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bench.classic import grammar
from cabin_agent.sdk.registry import Registry
from cabin_agent.turn import Language

Match = Callable[[str], str]
"""Sentence -> intent, empty if none matches."""

TFIDF_SURE = 0.15
_SLOT = re.compile(r"\{(\w+)\}")


def hassil(registry: Registry) -> Match:
    """Home Assistant's parser."""
    intents = Intents.from_dict(grammar(registry))

    def match(text: str) -> str:
        result = recognize(text, intents)
        return result.intent.name if result else ""

    return match


class OneProcess(IntentContainer):  # type: ignore[misc]
    """Padacioso without the pool of processes that it starts for every sentence."""

    def calc_intents(self, query: str) -> Iterator[dict[str, Any]]:
        left_out = set(self._filter(query))
        for name, patterns in self.intent_samples.items():
            found = None if name in left_out else self._match(query, name, patterns)
            if found is not None:
                yield found


def padacioso(registry: Registry) -> Match:
    """OpenVoiceOS's parser of example phrases."""
    container = OneProcess()
    for intent in registry.intents().values():
        phrases = [phrase for each in intent.phrases.values() for phrase in each]
        container.add_intent(intent.id, list(phrases))

    def match(text: str) -> str:
        return str(container.calc_intent(text).get("name") or "")

    return match


def tfidf(registry: Registry) -> Match:
    """Character n-grams and logistic regression on the phrases, their slots left out."""
    texts, labels = [], []
    for intent in registry.intents().values():
        for language in Language:
            for phrase in intent.phrases[language]:
                texts.append(_SLOT.sub(" ", phrase))
                labels.append(intent.id)
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)
    model = LogisticRegression(C=20.0, max_iter=2000).fit(vectors.fit_transform(texts), labels)

    def match(text: str) -> str:
        chances = model.predict_proba(vectors.transform([text]))[0]
        best = int(np.argmax(chances))
        return str(model.classes_[best]) if chances[best] >= TFIDF_SURE else ""

    return match
