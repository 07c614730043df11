"""Loading skills from folders, and checking each before it may run.

`skills/<name>/skill.py` holds one `Skill`; the modules beside it are imported as `.places`. A skill
with a mistake is left out and told apart in `Registry.problems`; the others load.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import sys
import traceback
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from cabin_agent.sdk import slots
from cabin_agent.sdk.contract import Background, Manifest, Phrases, Skill
from cabin_agent.sdk.slots import Slot, UnsupportedType
from cabin_agent.turn import Language
from vehicle_bus import patterns

BUILT_IN = Path(__file__).parents[2] / "skills"
MIN_PHRASES = 4

# The subjects by which coverage is counted and the help answers.
DOMAINS = frozenset(
    "climate window sunroof seat light wiper mirror door_trunk media volume navigation phone "
    "message weather calendar vehicle_status driving_mode screen info app smalltalk".split()
)

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_PATTERN = re.compile(r"Vehicle(\.(\*|[A-Za-z][A-Za-z0-9_]*))+")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


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


@dataclass(frozen=True, slots=True)
class BackgroundMethod:
    """A method that is called between turns."""

    skill: str
    method: str
    mark: Background


@dataclass(frozen=True, slots=True)
class LoadedSkill:
    """A skill that passed its checks; `kind()` makes one for a car."""

    kind: type[Skill]
    manifest: Manifest
    intents: tuple[DeclaredIntent, ...]
    file: Path
    background: tuple[BackgroundMethod, ...] = ()


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

    def skill(self, name: str) -> LoadedSkill | None:
        return next((skill for skill in self.skills if skill.manifest.name == name), None)


def load(folders: Iterable[Path] = (BUILT_IN,), leaves: Collection[str] | None = None) -> Registry:
    """Load every skill below `folders`; a later folder can't replace an earlier skill.

    `leaves` are the paths the vehicle knows: with them, a manifest's pattern that stands for no
    signal is a mistake.
    """
    skills: list[LoadedSkill] = []
    problems: list[Problem] = []
    for folder in folders:
        if not folder.is_dir():
            problems.append(Problem(folder, 0, "no such folder; check the configuration"))
            continue
        for file in sorted(folder.glob("*/skill.py")):
            found = load_file(file, leaves)
            if isinstance(found, LoadedSkill):
                same = next((s for s in skills if s.manifest.name == found.manifest.name), None)
                if same is None:
                    skills.append(found)
                    continue
                found = (Problem(file, 1, f"{found.manifest.name!r} is taken by {same.file}"),)
            problems.extend(found)
    problems.extend(_claimed_twice(skills))
    return Registry(tuple(skills), tuple(problems))


def load_file(
    file: Path, leaves: Collection[str] | None = None
) -> LoadedSkill | tuple[Problem, ...]:
    """One skill, or every mistake found in it."""
    module = _import(file)
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
    return _examine(kinds[0], file, leaves)


def _import(file: Path) -> ModuleType | Problem:
    name = f"cabin_skill_{zlib.crc32(str(file.resolve()).encode()):08x}_{file.parent.name}"
    try:
        ast.parse(file.read_text(encoding="utf-8"), str(file))
    except SyntaxError as error:
        return Problem(file, error.lineno or 1, f"not Python: {error.msg}")
    except (OSError, UnicodeDecodeError) as error:
        return Problem(file, 1, f"can't be read: {error}")
    spec = importlib.util.spec_from_file_location(
        name, file, submodule_search_locations=[str(file.parent)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(file)]
        line = frames[-1].lineno if frames else 1
        return Problem(file, line or 1, f"can't be imported: {type(error).__name__}: {error}")
    return module


def _examine(
    kind: type[Skill], file: Path, leaves: Collection[str] | None
) -> LoadedSkill | tuple[Problem, ...]:
    at = kind_line(kind)
    manifest = getattr(kind, "manifest", None)
    if not isinstance(manifest, Manifest):
        return (Problem(file, at, f"{kind.__name__} has no `manifest = Manifest(...)`"),)
    problems = [Problem(file, at, text) for text in _manifest_mistakes(manifest, file, leaves)]
    intents: list[DeclaredIntent] = []
    background: list[BackgroundMethod] = []
    for name, method in vars(kind).items():
        if isinstance(mark := getattr(method, "background", None), Background):
            line = method.__code__.co_firstlineno
            wrong = _background_mistakes(name, method, mark, manifest)
            problems.extend(Problem(file, line, text) for text in wrong)
            background.append(BackgroundMethod(manifest.name, name, mark))
        declared = getattr(method, "declared", None)
        if not isinstance(declared, Phrases):
            continue
        line = method.__code__.co_firstlineno
        mistakes = list(_method_mistakes(name, method, declared))
        problems.extend(Problem(file, line, f"{name}: {text}") for text in mistakes)
        if not mistakes:
            intents.append(
                DeclaredIntent(
                    id=f"{manifest.name}.{declared.name}",
                    skill=manifest.name,
                    method=name,
                    domain=declared.domain,
                    phrases={Language.ENGLISH: declared.en, Language.MANDARIN: declared.zh},
                    slots=slots.of(method),
                    reversible=declared.reversible,
                    file=file,
                    line=line,
                )
            )
    if not problems and not intents:
        problems.append(Problem(file, at, f"{kind.__name__} has no method marked with @intent"))
    try:
        kind()
    except Exception as error:
        problems.append(Problem(file, at, f"{kind.__name__}() raised {error!r}"))
    return (
        tuple(problems)
        if problems
        else LoadedSkill(kind, manifest, tuple(intents), file, tuple(background))
    )


def kind_line(kind: type[Skill]) -> int:
    """The line of the class statement."""
    try:
        return inspect.getsourcelines(kind)[1]
    except (OSError, TypeError):
        return 1


def _manifest_mistakes(
    manifest: Manifest, file: Path, leaves: Collection[str] | None
) -> Iterable[str]:
    if not _NAME.fullmatch(manifest.name):
        yield f"name {manifest.name!r}: use lower case letters, digits and _"
    if manifest.name != file.parent.name:
        yield f"name {manifest.name!r} is not the folder's name {file.parent.name!r}"
    if not _VERSION.fullmatch(manifest.version):
        yield f"version {manifest.version!r}: use three numbers, for example 1.0.0"
    if not manifest.summary_en or not manifest.summary_zh:
        yield "summary_en and summary_zh must both say what the skill does"
    for field in ("reads", "actuates"):
        for pattern in getattr(manifest, field):
            if not _PATTERN.fullmatch(pattern):
                yield f"{field}: {pattern!r} is no VSS path (Vehicle.Cabin..., * for any branch)"
            elif leaves is not None and not any(patterns.matches(pattern, p) for p in leaves):
                yield f"{field}: {pattern!r} stands for no signal that the vehicle has"


def _background_mistakes(
    name: str, method: object, mark: Background, manifest: Manifest
) -> Iterable[str]:
    wanted = {"observe": 4, "informed": 3, "scheduled": 3}[mark.kind]
    if not inspect.iscoroutinefunction(method):
        yield f"{name}: must be `async def`"
    elif len(inspect.signature(method).parameters) != wanted:
        what = {"observe": "path, value", "informed": "payload", "scheduled": "data"}[mark.kind]
        yield f"{name}: the parameters of a method marked {mark.kind} are (self, cabin, {what})"
    declared = manifest.reads + manifest.actuates
    if mark.kind == "observe" and mark.on not in declared:
        yield f"{name}: observes {mark.on!r}, which is not in the manifest; add it to `reads`"


def _method_mistakes(name: str, method: object, declared: Phrases) -> Iterable[str]:
    if not inspect.iscoroutinefunction(method):
        yield "must be `async def`"
        return
    parameters = list(inspect.signature(method).parameters)
    if parameters[:2] != ["self", "cabin"]:
        yield "the first parameters must be (self, cabin: Cabin)"
        return
    unknown = [parameter for parameter in parameters[2:] if parameter not in slots.NAMES]
    if unknown:
        yield f"parameter {unknown[0]!r} is no slot; the slots are {', '.join(slots.NAMES)}"
        return
    try:
        slots.of(method)
    except (UnsupportedType, NameError) as error:
        yield str(error)
    if declared.domain not in DOMAINS:
        yield f"domain {declared.domain!r} is unknown; use one of {', '.join(sorted(DOMAINS))}"
    yield from _phrase_mistakes(declared, {*parameters[2:], "zone"})


def _phrase_mistakes(declared: Phrases, placeholders: set[str]) -> Iterable[str]:
    for language, phrases in (("en", declared.en), ("zh", declared.zh)):
        if isinstance(phrases, str) or len(phrases) < MIN_PHRASES:
            yield f"{language}: at least {MIN_PHRASES} phrases are needed"
            continue
        for phrase in phrases:
            strange = set(_PLACEHOLDER.findall(phrase)) - placeholders
            if strange:
                yield f"{language}: {phrase!r} names {{{min(strange)}}}, which is no parameter"
            chinese = bool(_CHINESE.search(phrase))
            if chinese != (language == "zh"):
                yield f"{language}: {phrase!r} is in the wrong language"


def canonical(phrase: str) -> str:
    """What two phrases that can't be told apart have in common."""
    return " ".join(_PLACEHOLDER.sub(" {} ", phrase.lower()).split())


def _claimed_twice(skills: Iterable[LoadedSkill]) -> Iterable[Problem]:
    owners: dict[str, DeclaredIntent] = {}
    for skill in skills:
        for intent in skill.intents:
            for phrase in (phrase for group in intent.phrases.values() for phrase in group):
                owner = owners.setdefault(canonical(phrase), intent)
                if owner is not intent:
                    message = f"{intent.id}: {phrase!r} is also claimed by {owner.id}"
                    where = f"{owner.file}:{owner.line}"
                    yield Problem(intent.file, intent.line, f"{message} ({where})", blocking=False)
