"""A model's grammar with this car's words in it.

    start --phrase cost--> the phrases of the skills, one after the other word; where a slot
                           begins: any name, or any word
    after a cue ("call") --cheap--> names --> any word, or the end
    after any word ------dear------> names

The costs are negative logarithms: a phrase is what one in five sentences is, a name follows a cue
half of the time and anything else once in a hundred words. Every sound is a word to the lexicon,
which asks an even chance for a pause after each; `SOUND_BONUS` gives that back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from cabin_agent.hearing.vocabulary.grammar import EPSILON, NEVER, Grammar
from cabin_agent.hearing.vocabulary.spelling import Labels, Speller
from cabin_agent.hearing.vocabulary.words import CarWords

PHRASE_COST = -math.log(0.2)
CUED_NAME_COST = -math.log(0.5)
ANY_NAME_COST = -math.log(0.01)
AFTER_NAME_COST = -math.log(0.5)
SOUND_BONUS = -math.log(2.0)

CUES = (
    *"call ring phone dial text message tell to near play find contact with by".split(),
    *"打给 呼叫 联系 告诉 导航到 去 到 播放 给 找 附近 打电话给 发消息给 想听".split(),
)
NAMED_SLOTS = frozenset(("person", "place", "query"))
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class _Node:
    """`through`: how many spellings lead through it; `whole`: the one that ends here."""

    following: dict[int, _Node] = field(default_factory=dict)
    through: int = 0
    whole: Labels = ()


@dataclass(frozen=True, slots=True)
class _End:
    """Where a spelling ends in a grammar, and what ending there costs."""

    labels: Labels
    state: int
    cost: float


def _tree(spellings: Iterable[Labels]) -> _Node:
    root = _Node()
    for labels in set(spellings):
        node = root
        node.through += 1
        for label in labels:
            node = node.following.setdefault(label, _Node())
            node.through += 1
        node.whole = labels
    return root


@dataclass(slots=True)
class _Builder:
    """Arcs and states that come after those of a base grammar."""

    first: int
    sounds: frozenset[int]
    arcs: list[tuple[int, int, float, int]] = field(default_factory=list)
    final: list[float] = field(default_factory=list)

    def state(self, final: float = NEVER) -> int:
        self.final.append(final)
        return self.first + len(self.final) - 1

    def arc(self, source: int, label: int, weight: float, target: int) -> None:
        self.arcs.append((source, label, weight, target))

    def grow(self, root: _Node, at: int) -> list[_End]:
        """The tree from state `at`. The cost of a text is the logarithm of how many there are, paid
        branch by branch."""
        ends: list[_End] = []
        waiting = [(root, at)]
        while waiting:
            node, state = waiting.pop()
            if node.whole:
                ends.append(_End(node.whole, state, math.log(node.through)))
            for label, child in node.following.items():
                target = self.state()
                bonus = SOUND_BONUS if label in self.sounds else 0.0
                cost = math.log(node.through / child.through) + bonus
                self.arc(state, label, cost, target)
                waiting.append((child, target))
        return ends

    def added_to(self, base: Grammar) -> Grammar:
        columns = np.array(self.arcs, np.float64).reshape(-1, 4).T
        return Grammar(
            base.start,
            np.concatenate([base.final, np.array(self.final, np.float32)]),
            np.concatenate([base.source, columns[0].astype(np.int32)]),
            np.concatenate([base.label, columns[1].astype(np.int32)]),
            np.concatenate([base.weight, columns[2].astype(np.float32)]),
            np.concatenate([base.target, columns[3].astype(np.int32)]),
        )


def enrich(base: Grammar, words: CarWords, speller: Speller) -> Grammar:
    """`base` with `words` in it. What can't be spelled is left out."""
    builder = _Builder(base.states, speller.sounds)
    anything = _without_history(base)
    names = _add_names(builder, base, anything, words.names, speller)
    _add_phrases(builder, base, anything, names, words.phrases, speller)
    return builder.added_to(base)


def exact(sentences: Iterable[str], speller: Speller) -> Grammar:
    """A grammar of these sentences and nothing else, all equally likely. Empty for none."""
    builder = _Builder(0, speller.sounds)
    start = builder.state()
    spellings = [labels for each in sentences if (labels := speller.spell(each))]
    for end in builder.grow(_tree(spellings), start):
        builder.final[end.state] = end.cost
    nothing = np.zeros(0, np.int32)
    empty = Grammar(
        start, np.zeros(0, np.float32), nothing, nothing, np.zeros(0, np.float32), nothing
    )
    return builder.added_to(empty)


def _without_history(base: Grammar) -> int:
    """The state that backing off leads to, from where any word may follow."""
    state, seen = base.start, {base.start}
    while (back := base.following(state, EPSILON)) is not None and back not in seen:
        state = back
        seen.add(state)
    return state


def _add_names(
    builder: _Builder, base: Grammar, anything: int, names: Sequence[str], speller: Speller
) -> int | None:
    spellings = [labels for name in names if (labels := speller.spell(name))]
    if not spellings:
        return None
    root = builder.state()
    builder.arc(anything, EPSILON, ANY_NAME_COST, root)
    cues = (speller.labels[cue] for cue in CUES if cue in speller.labels)
    followers = {base.following(anything, label) for label in cues}
    for state in followers - {None, anything}:
        builder.arc(int(state or 0), EPSILON, CUED_NAME_COST, root)
    for end in builder.grow(_tree(spellings), root):
        builder.final[end.state - builder.first] = end.cost + AFTER_NAME_COST
        builder.arc(end.state, EPSILON, end.cost + AFTER_NAME_COST, anything)
    return root


def _add_phrases(
    builder: _Builder,
    base: Grammar,
    anything: int,
    names: int | None,
    phrases: Sequence[str],
    speller: Speller,
) -> None:
    whole = {labels for each in phrases if "{" not in each and (labels := speller.spell(each))}
    begun: dict[Labels, set[str]] = {}
    for phrase in phrases:
        slot = _SLOT.search(phrase)
        labels = speller.spell(phrase[: slot.start()]) if slot else ()
        if slot and labels:
            begun.setdefault(labels, set()).add(slot[1])
    if not whole and not begun:
        return
    root = builder.state()
    builder.arc(base.start, EPSILON, PHRASE_COST, root)
    for end in builder.grow(_tree([*whole, *begun]), root):
        if end.labels in whole:
            builder.final[end.state - builder.first] = end.cost
        slots = begun.get(end.labels, set())
        if names is not None and slots & NAMED_SLOTS:
            builder.arc(end.state, EPSILON, end.cost + CUED_NAME_COST, names)
        if slots:
            builder.arc(end.state, EPSILON, end.cost, anything)
