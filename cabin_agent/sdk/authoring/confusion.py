"""What the model will confuse: for every phrase of a skill, what it makes of it when it knows only
the others, as if somebody had worded it in a way that the skill does not list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cabin_agent.sdk.authoring.samples import Sample, samples
from cabin_agent.sdk.registry import DeclaredIntent, LoadedSkill, Registry
from cabin_agent.sdk.source import Source
from cabin_agent.turn import Language, Route, Zone
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.session import Understander

PARKED = Moment(
    Zone.DRIVER,
    {
        "Vehicle.Speed": 0.0,
        "Vehicle.Powertrain.Transmission.SelectedGear": 126,
        "Vehicle.LowVoltageSystemState": "ON",
    },
)
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Of the `asked` phrases of an intent in one language, `wrong` are taken for `instead` (an
    intent, or how the turn would end). `nearest` is the phrase of that intent that is nearest in
    meaning to the first of them, with its likeness."""

    intent: str
    language: Language
    instead: str
    wrong: tuple[str, ...]
    asked: int
    file: Path
    line: int
    nearest: str = ""
    likeness: float = 0.0

    def __str__(self) -> str:
        near = f", like {self.nearest!r} ({self.likeness:.2f})" if self.nearest else ""
        return (
            f"{self.file}:{self.line}: {self.intent} ({self.language}): {len(self.wrong)} of "
            f"{self.asked} phrases, were they worded otherwise, would be taken for "
            f"{self.instead}{near}: {self.wrong[0]!r}"
        )


def confusions(
    skills: Iterable[LoadedSkill], registry: Registry, understander: Understander
) -> Iterator[Confusion]:
    """By intent and language, the most frequent first."""
    known = registry.phrases()
    for intent in (intent for skill in skills for intent in skill.intents):
        for language in Language:
            asked = [each for each in samples(intent) if each.language is language]
            taken: dict[str, list[Sample]] = {}
            for sample in asked:
                instead = _understood_without(sample, intent, known, understander)
                if instead != intent.id:
                    taken.setdefault(instead, []).append(sample)
            for instead in sorted(taken, key=lambda each: -len(taken[each])):
                wrong = taken[instead]
                yield _confusion(intent, language, instead, wrong, len(asked), known, understander)
    understander.learn(known)


def _understood_without(
    sample: Sample,
    intent: DeclaredIntent,
    known: Mapping[str, tuple[str, ...]],
    understander: Understander,
) -> str:
    others = tuple(phrase for phrase in known[intent.id] if phrase != sample.phrase)
    understander.learn({**known, intent.id: others})
    found = understander.understand(sample.sentence, PARKED)
    if found.actions:
        return found.actions[0].intent
    return f"nothing to do ({Route(found.route)})"


def _confusion(
    intent: DeclaredIntent,
    language: Language,
    instead: str,
    wrong: list[Sample],
    asked: int,
    known: Mapping[str, tuple[str, ...]],
    understander: Understander,
) -> Confusion:
    first = wrong[0]
    line = Source.read(intent.file).line_of(first.phrase, intent.method) or intent.line
    nearest, likeness = _nearest(first.sentence, known.get(instead, ()), understander)
    phrases = tuple(sample.phrase for sample in wrong)
    return Confusion(
        intent.id, language, instead, phrases, asked, intent.file, line, nearest, likeness
    )


def _nearest(
    sentence: str, phrases: tuple[str, ...], understander: Understander
) -> tuple[str, float]:
    said = understander.meaning(sentence)
    scored = [(float(understander.meaning(phrase) @ said), phrase) for phrase in phrases]
    likeness, phrase = max(scored, default=(0.0, ""))
    return phrase, likeness
