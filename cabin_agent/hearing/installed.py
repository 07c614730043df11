"""Models that the user has installed: which are there, which is used, whether they are whole.

The cache folder holds one folder a model; `sums.json` in it lists the checksums of its files, and
`use.json` beside the models names the one to use for each language.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cabin_agent.hearing.models import ModelError, cache, check, language_of, preferences
from cabin_agent.turn import Language

SUMS = "sums.json"
INSTALL_AGAIN = "install it again: cabin-agent models install"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Installed:
    """A model in the cache. `used`: the languages that it was chosen for."""

    name: str
    folder: Path
    language: Language | None
    megabytes: float
    used: tuple[Language, ...]


def installed(folder: Path | None = None) -> tuple[Installed, ...]:
    """Every model of the cache folder, by name."""
    home = folder or cache()
    chosen = preferences(home)
    found = sorted(path for path in home.iterdir() if path.is_dir()) if home.is_dir() else []
    return tuple(
        Installed(
            path.name,
            path,
            language_of(path),
            sum(each.stat().st_size for each in _files(path)) / 1e6,
            tuple(language for language, name in chosen.items() if name == path.name),
        )
        for path in found
        if not path.name.startswith(".")
    )


def named(name: str, folder: Path | None = None) -> Installed:
    """The installed model `name`; ModelError lists those that there are."""
    models = installed(folder)
    for model in models:
        if model.name == name:
            return model
    there = ", ".join(each.name for each in models) or "none"
    raise ModelError(f"no model {name!r} is installed (there are: {there})", INSTALL_AGAIN)


def use(name: str, language: Language | None = None, folder: Path | None = None) -> Language:
    """Choose an installed model for its language (or for `language`, if its name tells none)."""
    model = named(name, folder)
    check(model.folder)
    if model.language and language not in (None, model.language):
        raise ModelError(f"{name}: a model for {model.language}", f"leave out --lang {language}")
    speaks = model.language or language
    if speaks is None:
        raise ModelError(f"{name}: its name tells no language", "add --lang en or --lang zh")
    home = folder or cache()
    chosen = {str(key): value for key, value in preferences(home).items()} | {str(speaks): name}
    temporary = home / ".use.json"
    temporary.write_text(json.dumps(chosen, indent=1), encoding="utf-8")
    temporary.replace(home / "use.json")
    return speaks


def record(folder: Path) -> None:
    """Write down the checksums of a model's files."""
    sums = {str(path.relative_to(folder)): _sum(path) for path in _files(folder)}
    (folder / SUMS).write_text(json.dumps(sums, indent=1), encoding="utf-8")


def verify(name: str, folder: Path | None = None) -> int:
    """Compare a model's files with their checksums; gives how many there are."""
    model = named(name, folder)
    file = model.folder / SUMS
    if not file.is_file():
        raise ModelError(f"{name}: was not installed by this program, so has no checksums", SUMS)
    sums: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    for path, expected in sums.items():
        if not (model.folder / path).is_file():
            raise ModelError(f"{name}: {path} is missing", INSTALL_AGAIN)
        if _sum(model.folder / path) != expected:
            raise ModelError(f"{name}: {path} has changed", INSTALL_AGAIN)
    check(model.folder)
    return len(sums)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)


def _sum(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
