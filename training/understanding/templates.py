"""The training text: YAML entries, and how a template becomes a labelled sentence.

The format is described in text/README.md. Every mistake names the file and the entry.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from training.understanding.numbers import BUILT_IN

TEXT = Path(__file__).parent / "text"
LANGUAGES = ("en", "zh")
TARGETS = (
    "none own driver passenger front rear left right rear_left rear_right all other pointed"
).split()
DEGREES = "none small large max min".split()
ROUTES = "act ask answer generate cloud decline".split()
SLOTS = "value option colour query place person time text".split()
SIGHTS = "window seat mirror roof screen left right behind nothing sign".split()
ANSWERS = ("query", "search", "eta", "info", "capabilities", "chat", "repeat")

_SLOT_OF = {
    **dict.fromkeys("temperature percent level number volume".split(), "value"),
    **dict.fromkeys("song artist genre album podcast station".split(), "query"),
    **dict.fromkeys("place poi".split(), "place"),
    **dict.fromkeys("duration clock date".split(), "time"),
    "colour": "colour",
    "person": "person",
    "text": "text",
}
_TOKENS = re.compile(r"[()\[\]|]|\{[^}]*\}|[^()\[\]|{}]+")


class TextError(ValueError):
    """A mistake in the training text; the message names file and entry."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one action of a sentence is."""

    intent: str
    target: str = "none"
    degree: str = "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """One YAML entry. `key` groups entries for balancing."""

    language: str
    key: str
    say: tuple[str, ...]
    actions: tuple[Label, ...] = ()
    route: str = "act"
    addressed: bool = True
    complete: bool = True
    when: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    after: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the sentence that are a slot of action `action`."""

    start: int
    end: int
    slot: str
    action: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One drawn variant of a template."""

    text: str
    spans: tuple[Span, ...]
    targets: Mapping[int, str]


def load_entries(root: Path = TEXT) -> list[Entry]:
    """Every entry of every language."""
    return [
        entry
        for language in LANGUAGES
        for file in sorted((root / language).glob("*.yaml"))
        if file.name != "slots.yaml"
        for entry in _read(file, language)
    ]


def load_slots(root: Path = TEXT) -> dict[str, dict[str, Any]]:
    """language -> list name -> phrases (for zones: target -> phrases)."""
    return {
        language: yaml.safe_load((root / language / "slots.yaml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


def _read(file: Path, language: str) -> Iterator[Entry]:
    for number, raw in enumerate(
        yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) or [], 1
    ):
        where = f"{file}: entry {number}"
        says = tuple(str(line) for line in raw.get("say") or ())
        if not says:
            raise TextError(f"{where}: nothing under say")
        yield _entry(raw, language, says, where)


def _entry(raw: Mapping[str, Any], language: str, says: tuple[str, ...], where: str) -> Entry:
    actions = tuple(_label(each, where) for each in raw.get("actions") or _single(raw))
    route = raw.get("route") or ("act" if actions else "ask")
    if actions and "route" not in raw and all(_asks(label) for label in actions):
        route = "answer"
    if route not in ROUTES:
        raise TextError(f"{where}: unknown route {route!r}")
    addressed, complete = raw.get("addressed", True), raw.get("complete", True)
    if not actions:
        key = "not_addressed" if not addressed else ("incomplete" if not complete else route)
    else:
        key = actions[0].intent if len(actions) == 1 else "multi"
    when = {str(k): _word(v) for k, v in (raw.get("when") or {}).items()}
    after, seen = tuple(map(str, raw.get("after") or ())), str(raw.get("seen") or "")
    if seen and seen not in SIGHTS:
        raise TextError(f"{where}: unknown seen {seen!r}; known: {', '.join(SIGHTS)}")
    return Entry(language, key, says, actions, route, addressed, complete, when, where, after, seen)


def _word(value: object) -> str:
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _single(raw: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [raw] if raw.get("intent") else []


def _asks(label: Label) -> bool:
    return label.intent.partition(".")[2] in ANSWERS


def _label(raw: Mapping[str, Any], where: str) -> Label:
    target, degree = raw.get("zone", "none"), raw.get("degree", "none")
    if target not in TARGETS or degree not in DEGREES:
        raise TextError(f"{where}: unknown zone {target!r} or degree {degree!r}")
    return Label(str(raw["intent"]), target, degree)


class Drawer:
    """Draws sentences from templates."""

    def __init__(self, slots: dict[str, dict[str, Any]]) -> None:
        self.slots = slots

    def draw(self, template: str, language: str, rng: random.Random, where: str) -> Sentence:
        """One random variant of `template`, with its slots and the targets its zones name."""
        pieces = self._pieces(list(_TOKENS.findall(template)), language, rng, where)
        return _assemble(pieces, language)

    def _pieces(
        self, tokens: list[str], language: str, rng: random.Random, where: str
    ) -> list[tuple[str, str, int, str]]:
        """(text, slot, action, target) of one alternative; consumes `tokens` up to its end."""
        branches: list[list[tuple[str, str, int, str]]] = [[]]
        while tokens:
            token = tokens.pop(0)
            if token in ")]":
                break
            if token == "|":
                branches.append([])
            elif token in "([":
                inner = self._pieces(tokens, language, rng, where)
                if token == "(" or rng.random() < 0.5:
                    branches[-1] += inner
            elif token.startswith("{"):
                branches[-1].append(self._placeholder(token[1:-1], language, rng, where))
            else:
                branches[-1].append((token, "", 0, ""))
        return rng.choice(branches)

    def _placeholder(
        self, spec: str, language: str, rng: random.Random, where: str
    ) -> tuple[str, str, int, str]:
        name, _, index = spec.partition("@")
        action = int(index or 1) - 1
        slot, literal, words = name.partition("=")
        if literal and slot in SLOTS:
            return words, slot, action, ""
        if name in BUILT_IN[language]:
            return BUILT_IN[language][name](rng), _SLOT_OF[name], action, ""
        values = self.slots[language].get(name)
        if not values:
            raise TextError(f"{where}: unknown placeholder {{{name}}}")
        if isinstance(values, dict):
            target = rng.choice(list(values))
            return str(rng.choice(values[target])), "", action, target
        slot = "option" if name.startswith("option_") else _SLOT_OF.get(name, "")
        return str(rng.choice(values)), slot, action, ""


def _assemble(pieces: list[tuple[str, str, int, str]], language: str) -> Sentence:
    text, spans, targets = "", [], {}
    for piece, slot, action, target in pieces:
        piece = " ".join(piece.split()) if slot or target else re.sub(r"\s+", " ", piece)
        if language == "en" and (slot or target) and text and not text.endswith(" "):
            text += " "
        if text.endswith(" ") or not text:
            piece = piece.lstrip()
        elif (
            language == "en"
            and spans
            and spans[-1].end == len(text)
            and piece[:1] not in (" ", "'")
        ):
            text += " "
        if slot:
            spans.append(Span(len(text), len(text) + len(piece), slot, action))
        if target:
            targets[action] = target
        text += piece
    return Sentence(text.rstrip(), tuple(spans), targets)
