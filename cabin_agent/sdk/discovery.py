"""Where skills are: ours, those of folders, and those of installed packages.

A package names its skill's folder with an entry point, here `parking/` with a `skill.py`::

    [project.entry-points."cabin_agent.skills"]
    parking = "parking"

Nothing is imported to find them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from cabin_agent.sdk.registry import BUILT_IN, Problem

GROUP = "cabin_agent.skills"
FILE = "skill.py"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that should hold a skill called `name`. `ours`: it is part of this product."""

    file: Path
    name: str
    ours: bool = False


def built_in() -> tuple[Candidate, ...]:
    files = sorted(BUILT_IN.glob(f"*/{FILE}"))
    return tuple(Candidate(file, file.parent.name, ours=True) for file in files)


def in_folder(folder: Path) -> tuple[Candidate | Problem, ...]:
    """The skills below `folder`, or the folder itself if it is one."""
    if not folder.is_dir():
        return (Problem(folder, 0, "no such folder; check the configuration"),)
    own = folder / FILE
    files = [own] if own.is_file() else sorted(folder.glob(f"*/{FILE}"))
    if not files:
        return (Problem(folder, 0, f"no {FILE} in it or one folder below"),)
    return tuple(Candidate(file.resolve(), file.parent.name) for file in files)


def installed() -> Iterable[Candidate | Problem]:
    """What installed packages offer."""
    for point in sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name):
        folder = _folder(point.value)
        if folder is None or not (folder / FILE).is_file():
            where = folder or Path(point.value)
            text = f"entry point {point.name!r} of {GROUP}: no folder with a {FILE}"
            yield Problem(where, 0, text)
        else:
            yield Candidate((folder / FILE).resolve(), point.name)


def _folder(module: str) -> Path | None:
    """Where the package `module` lies: only its first part is looked up, which runs nothing."""
    first, *rest = module.split(".")
    spec = util.find_spec(first)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))).joinpath(*rest)
