"""Loads every skill the configuration wants, and loads again what has changed.

Ours run in this process. All others have to bear a trusted signature, unless the configuration lets
unsigned ones in, and run in processes of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from cabin_agent.errors import CabinError
from cabin_agent.sdk import discovery, signing
from cabin_agent.sdk.discovery import Candidate
from cabin_agent.sdk.isolation.confinement import Limits
from cabin_agent.sdk.isolation.nursery import Nursery
from cabin_agent.sdk.isolation.process import Place
from cabin_agent.sdk.isolation.supervision import Isolated
from cabin_agent.sdk.registry import (
    BUILT_IN,
    LoadedSkill,
    Problem,
    Registry,
    collect,
    known_signals,
    load_file,
)
from cabin_agent.sdk.signing import TrustedKey, Unsigned
from cabin_agent.sdk.source import NotPython, Source

AT_ONCE = 16
UNSIGNED_MEND = (
    "sign it ('cabin-agent skill sign') with a key in trusted_skill_keys, or, to develop it, "
    "set allow_unsigned_skills: true"
)

Found = LoadedSkill | tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Which skills, and who may run. `leaves`: the signals the vehicle has; `home`: where skills
    have their folders."""

    home: Path
    folders: tuple[Path, ...] = ()
    leaves: Collection[str] | None = None
    trusted: tuple[TrustedKey, ...] = ()
    allow_unsigned: bool = False
    built_in: bool = True
    packages: bool = True
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class _Started:
    """A third-party skill whose process is loading."""

    isolated: Isolated
    source: Source
    fingerprint: str
    signer: str


class Loader:
    """Keeps the processes of third-party skills."""

    def __init__(self, rules: Rules, nursery: Nursery | None = None) -> None:
        self._rules = rules
        self._nursery = nursery or Nursery()

    def load(self, before: Registry | None = None, again: Collection[str] = ()) -> Registry:
        """Every skill. What `before` has loaded and is the same on disk is kept, unless named in
        `again`; where a new version can't be loaded, the one before goes on."""
        known = before or Registry(())
        found: list[Found] = []
        waiting = iter(list(self._candidates()))
        while batch := list(islice(waiting, AT_ONCE)):
            started = [self._start(each, known, again) for each in batch]
            found += [kept for each in started for kept in _kept(self._finish(each), known)]
        return collect(found)

    def watched(self) -> tuple[Path, ...]:
        """The folders whose changes matter."""
        ours = (BUILT_IN,) if self._rules.built_in else ()
        return (*ours, *(folder for folder in self._rules.folders if folder.is_dir()))

    def close(self) -> None:
        """End every process."""
        self._nursery.close()

    def _candidates(self) -> Iterator[Candidate | Problem]:
        if self._rules.built_in:
            yield from discovery.built_in()
        for folder in self._rules.folders:
            yield from discovery.in_folder(folder)
        if self._rules.packages:
            yield from discovery.installed()

    def _start(
        self, each: Candidate | Problem, known: Registry, again: Collection[str]
    ) -> Found | _Started:
        if isinstance(each, Problem):
            return (each,)
        try:
            digest = signing.fingerprint(each.file.parent)
            same = known.skill(each.name)
            unchanged = same is not None and (same.file, same.fingerprint) == (each.file, digest)
            if same is not None and unchanged and each.name not in again:
                return same
            if each.ours:
                found = load_file(each.file, self._rules.leaves, each.name)
                if isinstance(found, LoadedSkill):
                    return replace(found, fingerprint=digest)
                return found
            source = Source.read(each.file)
            signer = self._signer(each.file.parent, digest)
            home = self._rules.home / each.name
            network = source.says("network")
            place = Place(each.file, each.name, home, network, self._rules.limits)
            return _Started(Isolated(self._nursery, place, digest), source, digest, signer)
        except NotPython as error:
            return (Problem(each.file, error.line, str(error)),)
        except Unsigned as error:
            return (Problem(each.file, 1, f"not loaded: {error}; {UNSIGNED_MEND}"),)
        except (CabinError, OSError) as error:
            return (Problem(each.file, 1, f"not loaded: {error}"),)

    def _signer(self, folder: Path, digest: str) -> str:
        try:
            return signing.verify(folder, self._rules.trusted, digest).name
        except Unsigned:
            if not self._rules.allow_unsigned:
                raise
            return ""

    def _finish(self, started: Found | _Started) -> Found:
        if not isinstance(started, _Started):
            return started
        loaded = started.isolated.load()
        if isinstance(loaded, LoadedSkill) and self._rules.leaves is not None:
            loaded = known_signals(loaded, started.source, self._rules.leaves)
        if not isinstance(loaded, LoadedSkill):
            started.isolated.end()
            return loaded
        return replace(loaded, fingerprint=started.fingerprint, signer=started.signer)


def _kept(found: Found, known: Registry) -> Iterable[Found]:
    """What was found; and, where that is only problems, the version that is loaded."""
    yield found
    if not isinstance(found, LoadedSkill):
        files = {problem.file for problem in found}
        yield from (skill for skill in known.skills if skill.file in files)


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a reload has changed: names of skills, and everything that is wrong now."""

    loaded: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]

    @classmethod
    def between(cls, before: Registry, after: Registry) -> Reloaded:
        return cls(
            tuple(s.manifest.name for s in after.skills if before.skill(s.manifest.name) is not s),
            tuple(s.manifest.name for s in before.skills if not after.skill(s.manifest.name)),
            after.problems,
        )
