"""`cabin-agent skill test`: everything the skill says it understands, said to a parked car with the
real model; then the sentences of `phrases.yaml`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from cabin_agent.errors import BadRequest
from cabin_agent.sdk.authoring.samples import samples
from cabin_agent.sdk.cabin_kit import Answer, Garage
from cabin_agent.sdk.registry import LoadedSkill
from cabin_agent.turn import Language, Status
from vehicle_bus.values import Scalar

FILE = "phrases.yaml"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said and what it should mean; `listed` if it is one of the skill's phrases."""

    text: str
    intent: str
    language: Language
    listed: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a sentence."""

    sentence: Sentence
    intents: tuple[str, ...]
    signals: Mapping[str, Scalar]
    said: str
    error: str

    @property
    def passed(self) -> bool:
        """It was understood as it is meant, and the skill did not fail."""
        return self.intents == (self.sentence.intent,) and not self.error


async def trials(garage: Garage, skill: LoadedSkill) -> AsyncIterator[Trial]:
    """Each sentence in a fresh car."""
    for sentence in (*_listed(skill), *_written(skill)):
        answer = await garage.cabin().say(sentence.text, language=sentence.language)
        yield _trial(sentence, answer)


def _trial(sentence: Sentence, answer: Answer) -> Trial:
    failed = [o.error for o in answer.turn.outcomes if o.status is Status.FAILED and o.error]
    return Trial(sentence, answer.intents, answer.signals, answer.said, "; ".join(failed))


def _listed(skill: LoadedSkill) -> Iterator[Sentence]:
    for intent in skill.intents:
        for sample in samples(intent):
            yield Sentence(sample.sentence, intent.id, sample.language, listed=True)


def _written(skill: LoadedSkill) -> Iterable[Sentence]:
    """The sentences of `phrases.yaml`. BadRequest names what is wrong with the file."""
    file = skill.file.parent / FILE
    if not file.is_file():
        return ()
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        return tuple(
            _sentence(entry, Language(code), skill, file)
            for code, entries in document.items()
            for entry in entries
        )
    except (yaml.YAMLError, ValueError, TypeError, AttributeError) as error:
        raise BadRequest(f"{file}: {error}", _FORM) from None


def _sentence(entry: object, language: Language, skill: LoadedSkill, file: Path) -> Sentence:
    if not isinstance(entry, list) or len(entry) != 2:
        raise BadRequest(f"{file}: {entry!r}", _FORM)
    text, intent = map(str, entry)
    if intent not in {each.id for each in skill.intents}:
        raise BadRequest(f"{file}: {text!r}: no intent {intent!r}", "name one of the skill's own")
    return Sentence(text, intent, language, listed=False)


_FORM = 'write for each language, en and zh: - ["what is said", skill.intent]'
