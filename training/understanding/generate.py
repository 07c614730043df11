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
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cabin_agent.understanding.tokens import normalise
from training.understanding.moments import draw_moment
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

KINDS = ("single", "joined", "multi", "incomplete", "none")
WEIGHTS = (0.52, 0.10, 0.06, 0.12, 0.20)
JOINTS = {
    "en": (" and ", " and then ", " then ", " also ", " and also ", " ", " plus ", " after that "),
    "zh": ("", "", "然后", "再", "并且", "顺便", "同时", "还有", "接着", "另外"),
}
BEFORE = {
    "en": (
        "hey car ",
        "um ",
        "uh ",
        "okay ",
        "hey ",
        "please ",
        "so ",
        "hello ",
        "can you ",
        "could you ",
        "would you please ",
        "hey assistant ",
        "well ",
        "now ",
        "computer ",
    ),
    "zh": (
        "你好",
        "嗯",
        "那个",
        "呃",
        "请",
        "帮我",
        "麻烦",
        "小助手",
        "麻烦你",
        "请帮我",
        "能不能",
        "可以帮我",
        "给我",
    ),
}
AFTER = {
    "en": (" please", " thanks", " now", " would you", " for me", " right now", " thank you"),
    "zh": ("吧", "谢谢", "好吗", "一下", "可以吗", "啊", "呗", "好不好"),
}
MEASURED = frozenset(
    "windows.open windows.close windows.shade_open windows.shade_close windows.sunshade_open "
    "windows.sunshade_close windows.sunroof_open windows.sunroof_close seats.heat_on seats.vent_on "
    "seats.massage_on lights.brightness_set media.volume_set climate.fan_set".split()
)
WRITTEN_VALUE = re.compile(
    r"\b(half ?way|half|a third|two thirds|a quarter|three quarters|low|medium|high)\b"
    r"|一半|三分之[一二]|四分之[一三]|[一二三]档|[高中低]档"
)
COUNTS = (2, 3, 4, 5, 6, 7, 8, 9, 10)
COUNT_WEIGHTS = (0.5, 0.2, 0.1, 0.06, 0.05, 0.03, 0.02, 0.02, 0.02)
MISHEARD = (
    ("seat", "sit"), ("to", "two"), ("to", "too"), ("four", "for"), ("light", "right"),
    ("heat", "hit"), ("the", "a"), ("a", "the"), ("up", "of"), ("their", "there"), ("fan", "fen"),
    ("my", "the"), ("degrees", "degree"), ("windows", "window's"), ("temperature", "temp"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence. `spans` are characters of `text`, which is normalised."""

    text: str
    language: str
    actions: tuple[Label, ...]
    spans: tuple[Span, ...]
    route: str
    addressed: bool
    complete: bool
    actions_known: bool
    moment: tuple[float, ...]
    where: str


class Generator:
    """Draws examples from entries. `seed` fixes everything."""

    def __init__(self, entries: list[Entry], drawer: Drawer, seed: int) -> None:
        self._drawer = drawer
        self._rng = random.Random(seed)
        self._singles: dict[str, dict[str, list[tuple[Entry, str]]]] = {}
        self._others: dict[str, dict[str, list[tuple[Entry, str]]]] = {}
        for entry in entries:
            pool = self._singles if len(entry.actions) == 1 else self._others
            groups = pool.setdefault(entry.language, defaultdict(list))
            groups[entry.key] += [(entry, say) for say in entry.say]
        self._complete: set[str] = set()

    def examples(self, count: int) -> Iterator[Example]:
        """`count` examples; the beginnings are judged against everything drawn before."""
        for _ in range(count // 4):
            language = self._language()
            entry, say = self._pick(self._singles[language])
            self._complete.add(normalise(self._draw(entry, say).text))
        for _ in range(count):
            yield self._one(self._rng.choices(KINDS, WEIGHTS)[0])

    def _language(self) -> str:
        return self._rng.choice(sorted(self._singles))

    def _one(self, kind: str) -> Example:
        language = self._language()
        others = self._others[language]
        if kind == "joined":
            return self._joined(language)
        if kind == "multi" and others.get("multi"):
            return self._finish(*self._rng.choice(others["multi"]))
        if kind == "incomplete":
            if self._rng.random() < 0.15 and others.get("incomplete"):
                return self._finish(*self._rng.choice(others["incomplete"]))
            return self._beginning(language)
        if kind == "none":
            keys = [key for key in others if key not in ("multi", "incomplete")]
            weights = [len(others[key]) ** 0.5 for key in keys]
            return self._finish(*self._rng.choice(others[self._rng.choices(keys, weights)[0]]))
        return self._finish(*self._pick(self._singles[language]))

    def _pick(self, groups: dict[str, list[tuple[Entry, str]]]) -> tuple[Entry, str]:
        keys = list(groups)
        weights = [len(groups[key]) ** 0.4 for key in keys]
        return self._rng.choice(groups[self._rng.choices(keys, weights)[0]])

    def _draw(self, entry: Entry, say: str) -> Sentence:
        sentence = self._drawer.draw(say, entry.language, self._rng, entry.where)
        return _with_fractions(entry, sentence)

    def _finish(self, entry: Entry, say: str) -> Example:
        sentence = self._decorate(self._draw(entry, say), entry)
        return self._example(entry, sentence, _labels(entry, sentence))

    def _decorate(self, sentence: Sentence, entry: Entry) -> Sentence:
        """Fillers before and after, as people add them without thinking."""
        if entry.key in ("not_addressed", "incomplete"):
            return sentence
        if self._rng.random() < 0.14:
            sentence = _prefixed(self._rng.choice(BEFORE[entry.language]), sentence)
        if self._rng.random() < 0.10:
            after = self._rng.choice(AFTER[entry.language])
            sentence = replace(sentence, text=sentence.text + after)
        if entry.language == "en" and self._rng.random() < 0.05:
            sentence = self._mishear(sentence)
        return sentence

    def _mishear(self, sentence: Sentence) -> Sentence:
        """One word as a recogniser may mishear it, outside the slots."""
        old, new = self._rng.choice(MISHEARD)
        found = re.search(rf"\b{old}\b", sentence.text)
        if not found or any(
            s.start < found.end() and found.start() < s.end for s in sentence.spans
        ):
            return sentence
        shift = len(new) - len(old)
        spans = tuple(
            replace(s, start=s.start + shift, end=s.end + shift) if s.start >= found.end() else s
            for s in sentence.spans
        )
        text = sentence.text[: found.start()] + new + sentence.text[found.end() :]
        return Sentence(text, spans, sentence.targets)

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

    def _example(self, entry: Entry, sentence: Sentence, labels: tuple[Label, ...]) -> Example:
        text, spans = _normalised(sentence)
        return Example(
            text,
            entry.language,
            labels,
            spans,
            entry.route,
            entry.addressed,
            entry.complete,
            entry.complete,
            tuple(float(x) for x in draw_moment(entry.when, self._rng)),
            entry.where,
        )


def _with_fractions(entry: Entry, sentence: Sentence) -> Sentence:
    """Fractions and levels written out in the text ("halfway", "on high") are values too."""
    if len(entry.actions) != 1 or entry.actions[0].intent not in MEASURED:
        return sentence
    if any(span.slot == "value" for span in sentence.spans):
        return sentence
    found = WRITTEN_VALUE.search(sentence.text)
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


def _prefixed(before: str, sentence: Sentence) -> Sentence:
    shift = len(before)
    spans = tuple(replace(s, start=s.start + shift, end=s.end + shift) for s in sentence.spans)
    return Sentence(before + sentence.text, spans, sentence.targets)


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
