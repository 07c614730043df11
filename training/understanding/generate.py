"""Expands the training text into labelled examples.

`python -m training.understanding.generate --count N --out FILE.jsonl`: deterministic by `--seed`.
Intents are balanced, not expansions; single actions are joined into sentences with several; the
beginnings of complete sentences become incomplete ones; every example gets a random moment in which
its entry's facts hold.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import accumulate
from pathlib import Path

from cabin_agent.understanding import moment as moments
from cabin_agent.understanding import sight
from cabin_agent.understanding.tokens import normalise
from training.understanding import variations
from training.understanding.moments import draw_moment
from training.understanding.screens import draw_screen, picked
from training.understanding.sights import POINTED, draw_seen, wanted_by
from training.understanding.templates import (
    TEXT,
    Drawer,
    Entry,
    Label,
    Sentence,
    Span,
    load_entries,
    load_slots,
)

KINDS = ("single", "joined", "multi", "incomplete", "none", "context", "negated", "screen")
WEIGHTS = (0.27, 0.07, 0.22, 0.06, 0.24, 0.11, 0.02, 0.01)
BEFORE_SHARE = 0.22
SCREEN_SHARE = 0.1
UNLIKE = 0.7
CORRECTED_SHARE = 0.04
HAND_SHARE = 0.75
TRIES = 30
JOINTS = {
    "en": (" and ", " and then ", " then ", " also ", " and also ", " ", " plus ", " after that "),
    "zh": ("", "", "然后", "再", "并且", "顺便", "同时", "还有", "接着", "另外"),
}
MEASURED = frozenset(
    "windows.open windows.close windows.shade_open windows.shade_close windows.sunshade_open "
    "windows.sunshade_close windows.sunroof_open windows.sunroof_close seats.heat_on seats.vent_on "
    "seats.massage_on lights.brightness_set media.volume_set climate.fan_set".split()
)
_FRACTION = (
    r"\b(?:half ?way|half|a third|two thirds|a quarter|three quarters)\b"
    r"|一半|三分之[一二]|四分之[一三]"
)
_LEVEL = r"\b(?:low|medium|high)\b|[一二三高中低]档"
FRACTIONS = re.compile(_FRACTION)
FRACTIONS_AND_LEVELS = re.compile(f"{_FRACTION}|{_LEVEL}")
COUNTS = (2, 3, 4, 5, 6, 7, 8, 9, 10)
COUNT_WEIGHTS = (0.5, 0.2, 0.1, 0.06, 0.05, 0.03, 0.02, 0.02, 0.02)
SELECT = Label("screen.select")


@dataclass(slots=True)
class Group:
    """What entries of one key say, each line with the chance of being drawn."""

    lines: list[tuple[Entry, str]] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)

    def draw(self, rng: random.Random) -> tuple[Entry, str]:
        return rng.choices(self.lines, cum_weights=self.sums)[0]


Pool = dict[str, dict[str, Group]]
"""Language -> key of entries -> what they say."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence. `spans` are characters of `text`, which is normalised. `line`: of the
    text, if it was drawn from one alone (`line_of`)."""

    text: str
    language: str
    actions: tuple[Label, ...]
    spans: tuple[Span, ...]
    route: str
    addressed: bool
    complete: bool
    actions_known: bool
    before: str
    moment: tuple[float, ...]
    sight: tuple[float, ...]
    where: str
    line: str = ""

    @property
    def asks(self) -> bool:
        """Whether it is a whole sentence that asks the car for something."""
        return self.complete and self.addressed and bool(self.actions)


def line_of(entry: Entry, say: str) -> str:
    """What names a line of the text however the file around it changes."""
    return f"{entry.language} {entry.key} {say}"


class Generator:
    """Draws examples from entries. `seed` fixes everything. `weights`: how much likelier than the
    others of its key a line (`line_of`) is drawn; 1 if it is not there."""

    def __init__(
        self,
        entries: list[Entry],
        drawer: Drawer,
        seed: int,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self._drawer = drawer
        self._rng = random.Random(seed)
        self._singles: Pool = {}
        self._others: Pool = {}
        self._contextual: Pool = {}
        self._needs_context: set[str] = set()
        for entry in entries:
            if entry.after or entry.seen:
                self._needs_context.update(normalise(say) for say in entry.say)
            for pool in self._pools(entry):
                groups = pool.setdefault(entry.language, defaultdict(Group))
                groups[entry.key].lines += [(entry, say) for say in entry.say]
        heavier = weights or {}
        for group in self._groups():
            group.sums = list(accumulate(heavier.get(line_of(*each), 1.0) for each in group.lines))
        self._complete: set[str] = set()

    def _pools(self, entry: Entry) -> list[Pool]:
        if entry.after or entry.seen:
            return [self._contextual]
        if len(entry.actions) != 1:
            return [self._others]
        shown = entry.actions[0].target == POINTED
        return [self._singles, self._contextual] if shown else [self._singles]

    def examples(self, count: int) -> Iterator[Example]:
        """`count` examples; the beginnings are judged against everything drawn before."""
        for _ in range(count // 4):
            language = self._language()
            entry, say = self._pick(self._singles[language])
            self._complete.add(normalise(self._draw(entry, say).text))
        for _ in range(count):
            yield self._one(self._rng.choices(KINDS, WEIGHTS)[0])

    def every(self) -> Iterator[Example]:
        """One example of every line."""
        for group in self._groups():
            yield from (self._finish(entry, say) for entry, say in group.lines)

    def _groups(self) -> Iterator[Group]:
        for pool in (self._singles, self._others, self._contextual):
            for groups in pool.values():
                yield from groups.values()

    def _language(self) -> str:
        return self._rng.choice(sorted(self._singles))

    def _one(self, kind: str) -> Example:
        language = self._language()
        others = self._others.get(language, {})
        if kind == "joined":
            return self._joined(language)
        if kind == "negated":
            return self._negated(language)
        if kind == "screen":
            return self._screen(language)
        if kind == "context" and self._contextual.get(language):
            return self._finish(*self._pick(self._contextual[language]))
        if kind == "multi" and others.get("multi"):
            return self._finish(*others["multi"].draw(self._rng))
        if kind == "incomplete":
            if self._rng.random() < 0.15 and others.get("incomplete"):
                return self._finish(*others["incomplete"].draw(self._rng))
            return self._beginning(language)
        if kind == "none":
            nothing = {k: v for k, v in others.items() if k not in ("multi", "incomplete")}
            if nothing:
                return self._finish(*self._pick(nothing))
        return self._finish(*self._pick(self._singles[language]))

    def _pick(self, groups: dict[str, Group]) -> tuple[Entry, str]:
        keys = list(groups)
        weights = [len(groups[key].lines) ** 0.4 for key in keys]
        return groups[self._rng.choices(keys, weights)[0]].draw(self._rng)

    def _draw(self, entry: Entry, say: str) -> Sentence:
        sentence = self._drawer.draw(say, entry.language, self._rng, entry.where)
        if not entry.actions:  # a slot belongs to an action; a refused command has none either
            return replace(sentence, spans=())
        return _with_fractions(entry, sentence)

    def _finish(self, entry: Entry, say: str) -> Example:
        sentence = self._draw(entry, say)
        if entry.key not in ("not_addressed", "incomplete"):
            if self._rng.random() < CORRECTED_SHARE:
                sentence = variations.corrected(
                    sentence, lambda: self._draw(entry, say), entry.language, self._rng
                )
            sentence = variations.decorated(sentence, entry.language, self._rng)
        example = self._example(entry, sentence, _labels(entry, sentence))
        return replace(example, line=line_of(entry, say))

    def _plain(self, language: str) -> tuple[Entry, Sentence]:
        """A single request that needs no context."""
        while True:
            entry, say = self._pick(self._singles[language])
            if entry.key.startswith("dialogue") or entry.when or not entry.addressed:
                continue
            return entry, self._draw(entry, say)

    def _negated(self, language: str) -> Example:
        """A command that is not to be carried out; sometimes another one instead."""
        refused = None
        for _ in range(TRIES):
            entry, sentence = self._plain(language)
            refused = variations.negated(sentence, language, self._rng)
            if refused is not None:
                break
        if refused is None:
            return self._example(entry, sentence, _labels(entry, sentence))
        nothing = replace(entry, actions=(), route="answer", key="answer")
        if self._rng.random() < 0.6:
            return self._example(nothing, Sentence(refused.text, (), {}), ())
        wanted, instead = self._plain(language)
        joint = refused.text + self._rng.choice(variations.BUT[language])
        together = variations.prefixed(joint, instead)
        return self._example(wanted, together, _labels(wanted, instead))

    def _screen(self, language: str) -> Example:
        labels = draw_screen(self._drawer.slots, language, self._rng)
        entry = Entry(language, SELECT.intent, ("",), (SELECT,), where="screens")
        sentence = picked(labels, language, self._rng)
        return self._example(entry, sentence, (SELECT,), labels)

    def _before(self, entry: Entry, text: str) -> str:
        """What was said in the turn before: what the entry needs, or anything, or nothing."""
        if entry.after:
            return self._drawn(entry, self._rng.choice(entry.after))
        if self._rng.random() > BEFORE_SHARE or normalise(text) in self._needs_context:
            return ""
        language = entry.language
        groups = self._singles[language if self._rng.random() < 0.95 else self._language()]
        return self._draw(*self._pick(groups)).text

    def _drawn(self, entry: Entry, template: str) -> str:
        return self._drawer.draw(template, entry.language, self._rng, entry.where).text

    def _joined(self, language: str) -> Example:
        """Two to ten single requests in one sentence, seldom more than four."""
        groups = {k: v for k, v in self._singles[language].items() if not k.startswith("dialogue")}
        count = self._rng.choices(COUNTS, COUNT_WEIGHTS)[0]
        parts = []
        while len(parts) < count:
            entry, say = self._pick(groups)
            if not entry.when and entry.addressed:
                parts.append((entry, self._draw(entry, say)))
        text, spans, labels = "", [], []
        for index, (entry, sentence) in enumerate(parts):
            text += self._rng.choice(JOINTS[language]) if index else ""
            spans += [
                replace(s, start=s.start + len(text), end=s.end + len(text), action=index)
                for s in sentence.spans
            ]
            labels += _labels(entry, sentence)
            text += sentence.text
        joined = Sentence(text, tuple(spans), {})
        first = parts[0][0]
        route = "act" if any(entry.route == "act" for entry, _ in parts) else first.route
        return self._example(replace(first, route=route), joined, tuple(labels))

    def _beginning(self, language: str) -> Example:
        """A sentence cut short. What is itself a whole sentence of the text stays complete."""
        entry, say = self._pick(self._singles[language])
        sentence = self._draw(entry, say)
        cuts = _cuts(sentence.text, language)
        if not cuts:
            return self._example(entry, sentence, _labels(entry, sentence))
        cut = self._rng.choice(cuts)
        text = sentence.text[:cut].rstrip()
        inside = [s for s in sentence.spans if s.start < cut < s.end and s.slot == "value"]
        kept = [replace(s, end=min(s.end, len(text))) for s in sentence.spans if s.start < cut]
        last_only = not any(s.end <= cut for s in sentence.spans if s not in kept)
        beginning = Sentence(text, tuple(kept), sentence.targets)
        whole = normalise(text) in self._complete or (bool(inside) and language == "en")
        known = not whole and last_only and bool(sentence.spans) and cut >= 0.6 * len(sentence.text)
        known = known or bool(inside)
        example = self._example(entry, beginning, _labels(entry, sentence))
        return replace(example, complete=whole, actions_known=known)

    def _example(
        self,
        entry: Entry,
        sentence: Sentence,
        labels: tuple[Label, ...],
        on_screen: tuple[str, ...] = (),
    ) -> Example:
        text, spans = _normalised(sentence)
        now = draw_moment(entry.when, self._rng)
        wanted = wanted_by(entry) if entry.seen or self._rng.random() < HAND_SHARE else "nothing"
        seen, shown = draw_seen(wanted, now.speaker, now.signals, self._rng)
        if shown:
            labels = tuple(
                replace(label, target=shown) if label.target == POINTED else label
                for label in labels
            )
        if not on_screen and self._rng.random() < SCREEN_SHARE:
            on_screen = draw_screen(self._drawer.slots, entry.language, self._rng)
            on_screen = tuple(each for each in on_screen if moments.nearness(text, each) < UNLIKE)
        now = replace(now, on_screen=on_screen)
        return Example(
            text,
            entry.language,
            labels,
            spans,
            entry.route,
            entry.addressed,
            entry.complete,
            entry.complete,
            normalise(self._before(entry, text)),
            tuple(moments.encode(now, text).tolist()),
            tuple(sight.encode(seen, now.speaker, now.signals).tolist()),
            entry.where,
        )


def _with_fractions(entry: Entry, sentence: Sentence) -> Sentence:
    """Fractions and levels written out in the text ("halfway", "on high") are values too."""
    if len(entry.actions) != 1 or entry.actions[0].intent not in MEASURED:
        return sentence
    if entry.actions[0].degree != "none" or any(span.slot == "value" for span in sentence.spans):
        return sentence
    opening = entry.actions[0].intent.startswith("windows.")
    found = (FRACTIONS if opening else FRACTIONS_AND_LEVELS).search(sentence.text)
    if not found:
        return sentence
    span = Span(found.start(), found.end(), "value", 0)
    spans = tuple(sorted((*sentence.spans, span), key=lambda each: each.start))
    return replace(sentence, spans=spans)


def _labels(entry: Entry, sentence: Sentence) -> tuple[Label, ...]:
    return tuple(
        replace(label, target=sentence.targets.get(index, label.target))
        for index, label in enumerate(entry.actions)
    )


def _cuts(text: str, language: str) -> list[int]:
    """Where a sentence can be broken off: after a word, or after a character of Mandarin."""
    if language == "en":
        return [match.start() for match in re.finditer(" ", text)]
    return list(range(1, len(text)))


def _normalised(sentence: Sentence) -> tuple[str, tuple[Span, ...]]:
    """The text as the model will see it, and its slots found there again, in order."""
    text, spans, at = normalise(sentence.text), [], 0
    for span in sentence.spans:
        words = normalise(sentence.text[span.start : span.end])
        found = text.find(words, at) if words else -1
        if found >= 0:
            at = found + len(words)
            spans.append(replace(span, start=found, end=at))
    return text, tuple(spans)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text", type=Path, default=TEXT)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    generator = Generator(
        load_entries(options.text), Drawer(load_slots(options.text)), options.seed
    )
    with options.out.open("w", encoding="utf-8") as out:
        for example in generator.examples(options.count):
            out.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
