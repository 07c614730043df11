"""The rules a skill has to keep, and what its author is told. `about` is the very string or
parameter that is wrong, so that its line can be shown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from cabin_agent.sdk import slots
from cabin_agent.sdk.contract import Background, Manifest, Phrases
from cabin_agent.sdk.slots import UnsupportedType
from cabin_agent.understanding.shapes import PLACEHOLDER
from vehicle_bus import patterns

MIN_PHRASES = 4

# The subjects by which coverage is counted and the help answers.
DOMAINS = frozenset(
    "climate window sunroof seat light wiper mirror door_trunk media volume navigation phone "
    "message weather calendar vehicle_status driving_mode screen info app smalltalk".split()
)

# Names that mean something to the platform itself.
RESERVED = frozenset({"platform", "dialogue"})

NAME = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_PATTERN = re.compile(r"Vehicle(\.(\*|[A-Za-z][A-Za-z0-9_]*))+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Mistake(NamedTuple):
    message: str
    about: str = ""


def in_manifest(manifest: Manifest, name: str) -> Iterator[Mistake]:
    """`name` is what the skill has to be called: its folder's name, or its entry point's."""
    if not NAME.fullmatch(manifest.name):
        yield Mistake(
            f"name {manifest.name!r}: use lower case letters, digits and _", manifest.name
        )
    if manifest.name in RESERVED:
        yield Mistake(
            f"name {manifest.name!r} is the platform's own; choose another", manifest.name
        )
    if manifest.name != name:
        yield Mistake(f"name {manifest.name!r} is not the folder's name {name!r}", manifest.name)
    if not _VERSION.fullmatch(manifest.version):
        text = f"version {manifest.version!r}: use three numbers, for example 1.0.0"
        yield Mistake(text, manifest.version)
    if not manifest.summary_en or not manifest.summary_zh:
        yield Mistake("summary_en and summary_zh must both say what the skill does")
    for field in ("reads", "actuates"):
        for pattern in getattr(manifest, field):
            if not _PATTERN.fullmatch(pattern):
                text = f"{field}: {pattern!r} is no VSS path (Vehicle.Cabin..., * for any branch)"
                yield Mistake(text, pattern)


def unknown_signals(manifest: Manifest, leaves: Collection[str]) -> Iterator[Mistake]:
    """Patterns of the manifest that stand for nothing in this vehicle."""
    for field in ("reads", "actuates"):
        for pattern in getattr(manifest, field):
            known = any(patterns.matches(pattern, leaf) for leaf in leaves)
            if _PATTERN.fullmatch(pattern) and not known:
                text = f"{field}: {pattern!r} stands for no signal that the vehicle has"
                yield Mistake(text, pattern)


def in_background(
    name: str, method: object, mark: Background, manifest: Manifest
) -> Iterator[Mistake]:
    """A method marked with `observe`, `informed` or `scheduled`."""
    assert callable(method)
    wanted = {"observe": 4, "informed": 3, "scheduled": 3}[mark.kind]
    if not inspect.iscoroutinefunction(method):
        yield Mistake(f"{name}: must be `async def`")
    elif len(inspect.signature(method).parameters) != wanted:
        what = {"observe": "path, value", "informed": "payload", "scheduled": "data"}[mark.kind]
        text = f"{name}: the parameters of a method marked {mark.kind} are (self, cabin, {what})"
        yield Mistake(text)
    if mark.kind == "observe" and not may_observe(manifest, mark.on):
        text = f"{name}: observes {mark.on!r}, which is not in the manifest; add it to `reads`"
        yield Mistake(text, mark.on)


def may_observe(manifest: Manifest, pattern: str) -> bool:
    """Whether the manifest has the pattern, or one that stands for the path."""
    declared = manifest.reads + manifest.actuates
    return pattern in declared or patterns.in_scope(declared, pattern)


def in_intent(method: object, declared: Phrases) -> Iterator[Mistake]:
    """A method marked with `intent`."""
    assert callable(method)
    if not inspect.iscoroutinefunction(method):
        yield Mistake("must be `async def`")
        return
    parameters = list(inspect.signature(method).parameters)
    if parameters[:2] != ["self", "cabin"]:
        yield Mistake("the first parameters must be (self, cabin: Cabin)")
        return
    unknown = [parameter for parameter in parameters[2:] if parameter not in slots.NAMES]
    if unknown:
        text = f"parameter {unknown[0]!r} is no slot; the slots are {', '.join(slots.NAMES)}"
        yield Mistake(text, unknown[0])
        return
    try:
        slots.of(method)
    except UnsupportedType as error:
        yield Mistake(str(error), error.parameter)
    except NameError as error:
        yield Mistake(str(error), error.name or "")
    if declared.domain not in DOMAINS:
        text = f"domain {declared.domain!r} is unknown; use one of {', '.join(sorted(DOMAINS))}"
        yield Mistake(text, declared.domain)
    yield from in_phrases(declared, {*parameters[2:], "zone"})


def in_phrases(declared: Phrases, placeholders: Collection[str]) -> Iterator[Mistake]:
    """What people say, in both languages, with the parameters that can stand in it."""
    for language, phrases in (("en", declared.en), ("zh", declared.zh)):
        if isinstance(phrases, str) or len(phrases) < MIN_PHRASES:
            yield Mistake(f"{language}: at least {MIN_PHRASES} phrases are needed")
            continue
        for phrase in phrases:
            strange = set(PLACEHOLDER.findall(phrase)) - set(placeholders)
            if strange:
                text = f"{language}: {phrase!r} names {{{min(strange)}}}, which is no parameter"
                yield Mistake(text, phrase)
            chinese = bool(_CHINESE.search(phrase))
            if chinese != (language == "zh"):
                yield Mistake(f"{language}: {phrase!r} is in the wrong language", phrase)


def canonical(phrase: str) -> str:
    """What two phrases that can't be told apart have in common."""
    return " ".join(PLACEHOLDER.sub(" {} ", phrase.lower()).split())
