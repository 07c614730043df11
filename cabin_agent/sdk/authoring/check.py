"""`cabin-agent skill check`: every mistake of a skill, with file and line.

The code itself only runs in a process of its own, as in a car; what is said here about its text is
read from the text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from cabin_agent.sdk.authoring.confusion import Confusion, confusions
from cabin_agent.sdk.checks import canonical
from cabin_agent.sdk.discovery import FILE
from cabin_agent.sdk.isolation.nursery import Nursery
from cabin_agent.sdk.loader import Loader, Rules
from cabin_agent.sdk.registry import BUILT_IN, DeclaredIntent, LoadedSkill, Problem, Registry
from cabin_agent.sdk.source import Source
from cabin_agent.turn import Language
from cabin_agent.understanding.session import Understander
from cabin_agent.understanding.shapes import PLACEHOLDER, fits
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.patterns import in_scope

_ROOT = "Vehicle."


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. Skills with `blocking` problems are not loaded by a car; the others are
    warnings. `confused` needs the model."""

    skills: tuple[LoadedSkill, ...]
    problems: tuple[Problem, ...]
    confused: tuple[Confusion, ...] = ()

    @property
    def passed(self) -> bool:
        return not any(problem.blocking for problem in self.problems)


def check(
    folders: tuple[Path, ...],
    catalogue: Catalogue,
    understander: Understander | None = None,
    nursery: Nursery | None = None,
) -> Report:
    """Check the skills in `folders` as a car that has them and the built-in ones would."""
    with tempfile.TemporaryDirectory(prefix="cabin-skill-") as home:
        leaves = tuple(catalogue)
        others = tuple(each for each in folders if not each.is_relative_to(BUILT_IN))
        rules = Rules(Path(home), others, leaves, allow_unsigned=True, packages=False)
        registry = Loader(rules, nursery).load()
        for skill in registry.skills:
            skill.body.end()
    files = {folder / FILE for folder in folders}
    checked = tuple(skill for skill in registry.skills if skill.file in files)
    problems = [p for p in registry.problems if p.blocking and _concerns(p, folders)]
    for skill in checked:
        problems += _of_text(skill, catalogue)
        problems += _claims(skill, registry)
    found = confusions(checked, registry, understander) if understander else ()
    order = sorted(problems, key=lambda each: (str(each.file), each.line))
    return Report(checked, tuple(order), tuple(found))


def _concerns(problem: Problem, folders: Iterable[Path]) -> bool:
    return any(problem.file.is_relative_to(folder) for folder in folders)


def _of_text(skill: LoadedSkill, catalogue: Catalogue) -> Iterator[Problem]:
    source = Source.read(skill.file)
    yield from _signals(skill, source, catalogue)
    for intent in skill.intents:
        yield from _unused_parameters(intent, source)
    if skill.manifest.network and not source.says("network"):
        text = "network=True has to be spelled out in Manifest(...) to be granted"
        yield Problem(skill.file, 1, text)


def _signals(skill: LoadedSkill, source: Source, catalogue: Catalogue) -> Iterator[Problem]:
    """Whole paths in the text that the vehicle does not have, or the manifest does not name."""
    declared = skill.manifest.reads + skill.manifest.actuates
    for text, line in source.strings():
        path = text.strip()
        whole = path.startswith(_ROOT) and path.replace(".", "").isalnum()
        if not whole or path in declared:
            continue
        if path not in catalogue:
            if any(leaf.startswith(f"{path}.") for leaf in catalogue):
                continue
            near = get_close_matches(path, tuple(catalogue), 1)
            hint = f"did you mean {near[0]}?" if near else "see the catalogue of signals"
            yield Problem(skill.file, line, f"{path}: the vehicle has no such signal; {hint}")
        elif not in_scope(declared, path):
            text = f"{path} is not declared; add it to `reads` or `actuates` of the manifest"
            yield Problem(skill.file, line, text)


def _unused_parameters(intent: DeclaredIntent, source: Source) -> Iterator[Problem]:
    for name in intent.slots:
        for language, phrases in intent.phrases.items():
            if not any(name in PLACEHOLDER.findall(phrase) for phrase in phrases):
                line = source.line_of(name, intent.method) or intent.line
                text = f"{intent.method}: no {language} phrase has {{{name}}}, a parameter"
                yield Problem(intent.file, line, text, blocking=False)


def _claims(skill: LoadedSkill, registry: Registry) -> Iterator[Problem]:
    """Phrases that somebody else's, or another intent's, phrase has too, or fits into."""
    source = Source.read(skill.file)
    others = [
        (phrase, intent) for intent in registry.intents().values() for phrase in intent.said()
    ]
    for intent in skill.intents:
        for phrase in intent.said():
            for other, owner in others:
                if owner.id != intent.id and _same(phrase, other):
                    line = source.line_of(phrase, intent.method) or intent.line
                    same = f"as {other!r} of {owner.id} does ({owner.file}:{owner.line})"
                    text = f"{intent.method}: {phrase!r} claims what is said, {same}"
                    yield Problem(skill.file, line, text, blocking=False)
                    break


def _same(phrase: str, other: str) -> bool:
    return canonical(phrase) == canonical(other) or ("{" in phrase and fits(phrase, other))


def languages(intent: DeclaredIntent) -> str:
    """How many phrases it has in each language: "4 en, 5 zh"."""
    return ", ".join(f"{len(intent.phrases[each])} {each}" for each in Language)
