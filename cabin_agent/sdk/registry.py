"""The skills that are loaded, and loading one from its folder into this process.

`skills/<name>/skill.py` holds one `Skill`; the modules beside it are imported as `.places`. A skill
with a mistake is left out and told apart in `Registry.problems`; the others load.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from cabin_agent.sdk import checks, slots
from cabin_agent.sdk.checks import Mistake
from cabin_agent.sdk.contract import Background, Manifest, Phrases, Skill
from cabin_agent.sdk.hosts import Body, Inside
from cabin_agent.sdk.slots import Slot
from cabin_agent.sdk.source import NotPython, Source
from cabin_agent.turn import Language

BUILT_IN = Path(__file__).parents[2] / "skills"


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a skill. `blocking`: the skill was not loaded."""

    file: Path
    line: int
    message: str
    blocking: bool = True

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class DeclaredIntent:
    """One thing a skill can do."""

    id: str
    skill: str
    method: str
    domain: str
    phrases: Mapping[Language, tuple[str, ...]]
    slots: Mapping[str, Slot]
    reversible: bool
    file: Path
    line: int

    def said(self) -> tuple[str, ...]:
        """Its phrases in all languages."""
        return tuple(phrase for group in self.phrases.values() for phrase in group)


@dataclass(frozen=True, slots=True)
class BackgroundMethod:
    """A method that is called between turns."""

    skill: str
    method: str
    mark: Background


@dataclass(frozen=True, slots=True)
class LoadedSkill:
    """A skill that passed its checks. `fingerprint` tells whether its files have changed since,
    `signer` whose signature they bear (empty: ours, or unsigned)."""

    body: Body
    manifest: Manifest
    intents: tuple[DeclaredIntent, ...]
    file: Path
    background: tuple[BackgroundMethod, ...] = ()
    fingerprint: str = ""
    signer: str = ""


@dataclass(frozen=True)
class Registry:
    """Every skill that was loaded, and what is wrong with the others."""

    skills: tuple[LoadedSkill, ...]
    problems: tuple[Problem, ...] = ()

    @cached_property
    def declared(self) -> Mapping[str, DeclaredIntent]:
        """Intent id ("climate.temperature_set") -> its declaration."""
        return {intent.id: intent for skill in self.skills for intent in skill.intents}

    def intents(self) -> Mapping[str, DeclaredIntent]:
        """The same, as a call."""
        return self.declared

    def phrases(self) -> Mapping[str, tuple[str, ...]]:
        """Intent id -> what people say for it, in all languages."""
        return {intent.id: intent.said() for intent in self.declared.values()}

    def spoken(self, language: Language) -> tuple[str, ...]:
        """Every phrase that a skill declares in `language`."""
        intents = self.declared.values()
        return tuple(phrase for each in intents for phrase in each.phrases.get(language, ()))

    def skill(self, name: str) -> LoadedSkill | None:
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, LoadedSkill]:
        return {skill.manifest.name: skill for skill in self.skills}


def load(folders: Iterable[Path] = (BUILT_IN,), leaves: Collection[str] | None = None) -> Registry:
    """Load every skill below `folders` into this process, as we do with our own.

    `leaves` are the paths the vehicle knows: with them, a manifest's pattern that stands for no
    signal is a mistake.
    """
    found: list[LoadedSkill | tuple[Problem, ...]] = []
    for folder in folders:
        if not folder.is_dir():
            found.append((Problem(folder, 0, "no such folder; check the configuration"),))
            continue
        found += [load_file(file, leaves) for file in sorted(folder.glob("*/skill.py"))]
    return collect(found)


def collect(found: Iterable[LoadedSkill | tuple[Problem, ...]]) -> Registry:
    """What was found, in order: a later skill can't replace an earlier one of the same name."""
    skills: dict[str, LoadedSkill] = {}
    problems: list[Problem] = []
    for each in found:
        if not isinstance(each, LoadedSkill):
            problems.extend(each)
            continue
        first = skills.setdefault(each.manifest.name, each)
        if first is not each:
            text = f"{each.manifest.name!r} is taken by {first.file}"
            problems.append(Problem(each.file, 1, text))
    problems.extend(_claimed_twice(skills.values()))
    return Registry(tuple(skills.values()), tuple(problems))


def load_file(
    file: Path,
    leaves: Collection[str] | None = None,
    name: str = "",
    loader: type[SourceFileLoader] = SourceFileLoader,
) -> LoadedSkill | tuple[Problem, ...]:
    """One skill, or every mistake found in it. `name`: what it has to be called (its folder's
    name)."""
    try:
        source = Source.read(file)
    except NotPython as error:
        return (Problem(file, error.line, str(error)),)
    module = _import(file, loader)
    if isinstance(module, Problem):
        return (module,)
    kinds = [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Skill)
        and value.__module__ == module.__name__
    ]
    if len(kinds) != 1:
        return (Problem(file, 1, f"expected one class derived from Skill, found {len(kinds)}"),)
    examined = _examine(kinds[0], file, source, name or file.parent.name)
    if leaves is None or not isinstance(examined, LoadedSkill):
        return examined
    return known_signals(examined, source, leaves)


def known_signals(
    loaded: LoadedSkill, source: Source, leaves: Collection[str]
) -> LoadedSkill | tuple[Problem, ...]:
    """The skill, or the signals of its manifest that the vehicle does not have."""
    unknown = checks.unknown_signals(loaded.manifest, leaves)
    problems = tuple(Problem(loaded.file, source.line_of(about) or 1, m) for m, about in unknown)
    return problems or loaded


def _import(file: Path, loader: type[SourceFileLoader]) -> ModuleType | Problem:
    name = f"cabin_skill_{zlib.crc32(str(file.resolve()).encode()):08x}_{file.parent.name}"
    for known in [each for each in sys.modules if each.startswith(f"{name}.")]:
        del sys.modules[known]
    spec = importlib.util.spec_from_file_location(
        name,
        file,
        loader=loader(name, str(file)),
        submodule_search_locations=[str(file.parent)],
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        del sys.modules[name]
        return Problem(Path(error.filename or file), error.lineno or 1, f"not Python: {error.msg}")
    except Exception as error:
        del sys.modules[name]
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(file)]
        line = frames[-1].lineno if frames else 1
        return Problem(file, line or 1, f"can't be imported: {type(error).__name__}: {error}")
    return module


def _examine(
    kind: type[Skill], file: Path, source: Source, wanted: str
) -> LoadedSkill | tuple[Problem, ...]:
    at = kind_line(kind)
    manifest = getattr(kind, "manifest", None)
    if not isinstance(manifest, Manifest):
        return (Problem(file, at, f"{kind.__name__} has no `manifest = Manifest(...)`"),)
    problems = [
        Problem(file, source.line_of(about) or at if about else at, message)
        for message, about in checks.in_manifest(manifest, wanted)
    ]
    intents: list[DeclaredIntent] = []
    background: list[BackgroundMethod] = []
    for name, method in _members(kind):
        where, line = _place(method, file, at)
        text = source if where == file else Source.read(where)
        if isinstance(mark := getattr(method, "background", None), Background):
            wrong = checks.in_background(name, method, mark, manifest)
            problems += [_located(where, text, name, line, each) for each in wrong]
            background.append(BackgroundMethod(manifest.name, name, mark))
        declared = getattr(method, "declared", None)
        if not isinstance(declared, Phrases):
            continue
        mistakes = list(checks.in_intent(method, declared))
        problems += [
            _located(where, text, name, line, each._replace(message=f"{name}: {each.message}"))
            for each in mistakes
        ]
        if not mistakes:
            intents.append(_intent(manifest, declared, method, where, line))
    if not problems and not intents:
        problems.append(Problem(file, at, f"{kind.__name__} has no method marked with @intent"))
    try:
        kind()
    except Exception as error:
        problems.append(Problem(file, at, f"{kind.__name__}() raised {error!r}"))
    return tuple(problems) or LoadedSkill(
        Inside(kind), manifest, tuple(intents), file, tuple(background)
    )


def _members(kind: type[Skill]) -> Iterable[tuple[str, object]]:
    """The class's own members, after those of the parts it is put together from."""
    found: dict[str, object] = {}
    for part in reversed(kind.__mro__):
        found |= vars(part)
    return found.items()


def _place(method: object, file: Path, at: int) -> tuple[Path, int]:
    """Where a method is written: in the skill's file, or in a part beside it."""
    if not inspect.isfunction(method):
        return file, at
    written = Path(method.__code__.co_filename)
    return file if written.samefile(file) else written, method.__code__.co_firstlineno


def _intent(
    manifest: Manifest, declared: Phrases, method: object, file: Path, line: int
) -> DeclaredIntent:
    assert inspect.isfunction(method)
    return DeclaredIntent(
        id=f"{manifest.name}.{declared.name}",
        skill=manifest.name,
        method=method.__name__,
        domain=declared.domain,
        phrases={Language.ENGLISH: declared.en, Language.MANDARIN: declared.zh},
        slots=slots.of(method),
        reversible=declared.reversible,
        file=file,
        line=line,
    )


def _located(file: Path, source: Source, method: str, line: int, mistake: Mistake) -> Problem:
    about = mistake.about
    exact = source.line_of(about, method) if about else None
    return Problem(file, exact or line, mistake.message)


def kind_line(kind: type[Skill]) -> int:
    """The line of the class statement."""
    try:
        return inspect.getsourcelines(kind)[1]
    except (OSError, TypeError):
        return 1


def _claimed_twice(skills: Iterable[LoadedSkill]) -> Iterable[Problem]:
    owners: dict[str, DeclaredIntent] = {}
    for skill in skills:
        for intent in skill.intents:
            for phrase in intent.said():
                owner = owners.setdefault(checks.canonical(phrase), intent)
                if owner is not intent:
                    message = f"{intent.id}: {phrase!r} is also claimed by {owner.id}"
                    where = f"{owner.file}:{owner.line}"
                    yield Problem(intent.file, intent.line, f"{message} ({where})", blocking=False)
