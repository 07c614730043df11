"""The suite's turns (`bench/suite`), and what has to come of each, found out by the real skills."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cabin_agent.turn import Action, Degree, Language, Route, Target, Understanding
from cabin_agent.understanding.moment import Moment

SUITE = Path(__file__).parent / "suite"
KINDS = ("plain", "implicit", "several", "nothing", "dialogue")
_SLOT = re.compile(r"(\w+)=(.*?)(?=\s\w+=|$)")


@dataclass(frozen=True, slots=True)
class SuiteTurn:
    """A sentence and the actions that are meant."""

    text: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Turns of one person, one after the other; most have one."""

    kind: str
    language: Language
    turns: tuple[SuiteTurn, ...]


def exchanges() -> list[Exchange]:
    """The whole suite."""
    found = []
    for file in sorted(SUITE.glob("??_*.yaml")):
        language = Language(file.name[:2])
        for kind, entries in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if kind not in KINDS:
                raise ValueError(f"{file}: unknown kind {kind!r}; known: {', '.join(KINDS)}")
            for entry in entries:
                turns = entry if kind == "dialogue" else [entry]
                found.append(Exchange(kind, language, tuple(map(_turn, turns))))
    return found


def held_back() -> list[tuple[str, Language, str]]:
    """(sentence, language, intent) for the skills in `held_back/`."""
    document = yaml.safe_load((SUITE / "held_back.yaml").read_text(encoding="utf-8"))
    return [(text, Language(lang), intent) for lang in document for text, intent in document[lang]]


class Gold:
    """A model that understands every sentence of the suite as it is meant."""

    def __init__(self, all_exchanges: list[Exchange]) -> None:
        self._meant = {(turn.text): turn.actions for each in all_exchanges for turn in each.turns}

    def understand(self, text: str, now: Moment) -> Understanding:
        actions = self._meant[text]
        route = Route.ACT if actions else Route.DECLINE
        return Understanding(text, 1.0, 1.0, route, 1.0, actions, 0.0)

    def domain_of(self, intent: str) -> str:
        return ""


def same(got: Mapping[str, Any], meant: Mapping[str, Any]) -> bool:
    """Whether two rows of `ask` did the same: the same targets; without any, the same intents; and
    nothing at all, or a question back, where nothing was meant."""
    if not meant["actions"]:
        asked = got["reply"].endswith(("?", "？"))
        idle = asked or not got["actions"] or got["route"] not in ("act", "answer")
        return not got["signals"] and idle
    if meant["signals"] or got["signals"]:
        return _targets(got) == _targets(meant)
    return _intents(got) == _intents(meant)


def _targets(row: Mapping[str, Any]) -> dict[str, Any]:
    return {each["path"]: each["after"] for each in row["signals"]}


def _intents(row: Mapping[str, Any]) -> list[str]:
    return sorted(each["intent"] for each in row["actions"])


def _turn(entry: list[str]) -> SuiteTurn:
    text, meant = entry
    return SuiteTurn(text, tuple(_action(part.strip()) for part in meant.split(";") if part))


def _action(spec: str) -> Action:
    """`intent [@target] [~degree] [slot=words ...]`"""
    intent, _, rest = spec.partition(" ")
    head = rest.split("=")[0]
    target = re.search(r"@(\w+)", head)
    degree = re.search(r"~(\w+)", head)
    slots = {name: words.strip() for name, words in _SLOT.findall(rest)}
    return Action(
        intent,
        Target(target[1]) if target else Target.NONE,
        Degree(degree[1]) if degree else Degree.NONE,
        slots,
    )
