"""A trigram of what is said in cars that backs off to the language at large.

Unigrams mix car text and general frequencies; word pairs mix counts from car text with general
word pairs; triples come from car text only. Absolute discounting: each history gives the share it
discounts to the shorter history (back-off weights are interpolated, so every sum is one).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

START, END = "<s>", "</s>"
History = tuple[str, ...]


@dataclass(frozen=True)
class LanguageModelSettings:
    """How the sources are weighted and how much is kept."""

    car_unigram_share: float = 0.4
    car_pair_share: float = 0.65
    general_pairs: int = 110_000
    min_pairs: int = 1
    min_triples: int = 2
    discount: float = 0.8


@dataclass(frozen=True)
class General:
    """What is known of a language at large: a word's share, and counts of word pairs."""

    word_probability: Callable[[str], float]
    pair_counts: Callable[[], Mapping[tuple[str, str], int]]


@dataclass
class BackOffModel:
    """``probability[h][w]`` where stored, else ``back_off[h]`` times the shorter history's."""

    probability: dict[History, dict[str, float]] = field(default_factory=dict)
    back_off: dict[History, float] = field(default_factory=dict)

    def score(self, history: History, word: str) -> float:
        """P(word | history)."""
        while history not in self.probability:
            history = history[1:]
        found = self.probability[history].get(word)
        if found is not None:
            return found
        if not history:
            return 1e-9
        return self.back_off[history] * self.score(history[1:], word)

    def perplexity(self, sentences: Iterable[str]) -> float:
        """Per word, sentence ends included."""
        logs, count = 0.0, 0
        for sentence in sentences:
            history: History = (START,)
            for word in [*sentence.split(), END]:
                logs += math.log(self.score(history, word))
                count += 1
                history = (*history, word)[-2:]
        return math.exp(-logs / max(count, 1))


def estimate(
    car_text: Sequence[str],
    words: Sequence[str],
    settings: LanguageModelSettings,
    general: General,
) -> BackOffModel:
    """The model over ``words``; sentences with other words are cut at them."""
    known = set(words)
    unigrams, pairs, triples = _count(car_text, known)
    model = BackOffModel()
    model.probability[()] = _unigrams(unigrams, words, settings, general)
    common = _general_pairs(known, settings.general_pairs, general)
    for first in sorted({*pairs, *common}):
        _add_pairs(model, first, pairs.get(first, Counter()), common.get(first, {}), settings)
    for history in sorted(triples):
        _add_triples(model, history, triples[history], settings)
    return model


def _count(
    sentences: Iterable[str], known: set[str]
) -> tuple[Counter[str], dict[str, Counter[str]], dict[History, Counter[str]]]:
    unigrams: Counter[str] = Counter()
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    triples: dict[History, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        words = [START, *sentence.split(), END]
        for index, word in enumerate(words[1:], 1):
            if word != END and word not in known:
                continue
            unigrams[word] += 1
            before = words[index - 1]
            if before == START or before in known:
                pairs[before][word] += 1
                if index >= 2 and (words[index - 2] == START or words[index - 2] in known):
                    triples[words[index - 2], before][word] += 1
    return unigrams, pairs, triples


def _unigrams(
    counts: Counter[str],
    words: Sequence[str],
    settings: LanguageModelSettings,
    at_large: General,
) -> dict[str, float]:
    total = sum(counts.values())
    general = {word: at_large.word_probability(word) for word in words}
    general_total = sum(general.values())
    share = settings.car_unigram_share
    mixed = {
        word: share * counts[word] / total + (1 - share) * general[word] / general_total
        for word in words
    }
    mixed[END] = counts[END] / total
    scale = sum(mixed.values())
    return {word: value / scale for word, value in mixed.items()}


def _general_pairs(known: set[str], keep: int, at_large: General) -> dict[str, dict[str, float]]:
    """The ``keep`` commonest general pairs as P(second | first)."""
    counts = {
        pair: count
        for pair, count in at_large.pair_counts().items()
        if pair[0] in known and pair[1] in known
    }
    totals: Counter[str] = Counter()
    for (first, _), count in counts.items():
        totals[first] += count
    kept = sorted(counts, key=lambda pair: -counts[pair])[:keep]
    result: dict[str, dict[str, float]] = defaultdict(dict)
    for first, second in kept:
        result[first][second] = counts[first, second] / totals[first]
    return result


def _add_pairs(
    model: BackOffModel,
    first: str,
    car: Counter[str],
    general: dict[str, float],
    settings: LanguageModelSettings,
) -> None:
    total = sum(car.values())
    # the rarer a word is in car text, the more its general successors count
    trust = settings.car_pair_share * total / (total + 5) if general else 1.0
    explicit: dict[str, float] = {}
    for word, count in car.items():
        if count >= settings.min_pairs:
            explicit[word] = trust * (count - settings.discount) / total
    for word, share in general.items():
        explicit[word] = explicit.get(word, 0) + (1 - trust) * 0.7 * share
    left = 1 - sum(explicit.values())
    lower = model.probability[()]
    model.probability[first,] = {w: p + left * lower[w] for w, p in explicit.items()}
    unseen = 1 - sum(lower[word] for word in explicit)
    rest = 1 - sum(model.probability[first,].values())
    model.back_off[first,] = max(rest, 1e-6) / max(unseen, 1e-6)


def _add_triples(
    model: BackOffModel, history: History, counts: Counter[str], settings: LanguageModelSettings
) -> None:
    total = sum(counts.values())
    kept = {word: count for word, count in counts.items() if count >= settings.min_triples}
    if total < 3 or not kept:
        return
    lower = {word: model.score(history[1:], word) for word in kept}
    left = 1 - sum(count - settings.discount for count in kept.values()) / total
    explicit = {
        word: (count - settings.discount) / total + left * lower[word]
        for word, count in kept.items()
    }
    # a triple that the pair already predicts is not worth its bytes
    explicit = {
        word: p for word, p in explicit.items() if kept[word] * abs(math.log(p / lower[word])) > 1.0
    }
    if not explicit:
        return
    rest = 1 - sum(explicit.values())
    unseen = 1 - sum(lower[word] for word in explicit)
    model.probability[history] = explicit
    model.back_off[history] = max(rest, 1e-6) / max(unseen, 1e-6)
