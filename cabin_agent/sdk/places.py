"""Where the files of a skill are: from what an author names to the folder with the `skill.py`."""

from __future__ import annotations

from pathlib import Path

from cabin_agent.errors import BadRequest
from cabin_agent.sdk.discovery import FILE
from cabin_agent.sdk.registry import BUILT_IN


def skill_folders(path: Path) -> tuple[Path, ...]:
    """The skills at `path`: a `skill.py`, its folder, or a folder of such folders."""
    place = path.parent if path.name == FILE else path
    if (place / FILE).is_file():
        return (place.resolve(),)
    found = tuple(sorted(file.parent.resolve() for file in place.glob(f"*/{FILE}")))
    if not found:
        raise BadRequest(
            f"{path}: no {FILE} in it or one folder below",
            "name the folder of a skill; 'cabin-agent skill new NAME' makes one",
        )
    return found


def skill_folders_above(test: Path) -> tuple[Path, ...]:
    """The project that the file of a test belongs to, as a folder of skills; none for ours."""
    for folder in test.resolve().parents:
        if folder == BUILT_IN.parent:
            return ()
        if (folder / FILE).is_file():
            return (folder.parent,)
        if any(folder.glob(f"*/{FILE}")):
            return (folder,)
        if (folder / "pyproject.toml").is_file():
            return ()
    return ()
