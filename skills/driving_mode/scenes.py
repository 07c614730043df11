"""Comfort scenes: read from `scenes.yaml`, found by what people call them, laid out for the seats
they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cabin_agent.sdk import Cabin, Scalar, Zone

FILE = Path(__file__).with_name("scenes.yaml")
SEATS = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)
PLACES = {
    "front": SEATS[:2],
    "rear": SEATS[2:],
    "all": SEATS,
}
_BRANCH = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class SceneStep:
    """Values that are requested together. `undo`: what takes back a momentary command; `if_open`:
    the position that must be known to be open for the step to have a point."""

    at: str
    en: str
    zh: str
    values: Mapping[str, Scalar]
    undo: Mapping[str, Scalar]
    if_open: str = ""

    def laid_out(self, cabin: Cabin) -> Iterator[dict[str, Scalar]]:
        """The writes of the step, one mapping for each seat it is for."""
        if self.at == "car":
            yield dict(self.values)
            return
        for zone in PLACES.get(self.at, cabin.zones):
            branches = cabin.paths(zone)
            yield {
                _BRANCH.sub(lambda found: getattr(branches, found[1]), path): value  # noqa: B023
                for path, value in self.values.items()
            }


@dataclass(frozen=True, slots=True)
class Scene:
    """A mood of the cabin. `parked`: it only makes sense standing."""

    key: str
    en: str
    zh: str
    words: tuple[str, ...]
    parked: bool
    steps: tuple[SceneStep, ...]


@cache
def scenes() -> tuple[Scene, ...]:
    """Every scene of the file."""
    document: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Scene(
            key,
            raw["name"]["en"],
            raw["name"]["zh"],
            tuple(str(word) for word in raw["words"]),
            raw.get("wants") == "parked",
            tuple(_step(step) for step in raw["steps"]),
        )
        for key, raw in document.items()
    )


def find(words: str) -> Scene | None:
    """The first scene with one of its words in `words`, in lower case."""
    return next((s for s in scenes() if any(_says(words, word) for word in s.words)), None)


def named(key: str) -> Scene | None:
    return next((scene for scene in scenes() if scene.key == key), None)


def _says(words: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", words) is not None
    return word in words


def _step(raw: Mapping[str, Any]) -> SceneStep:
    said = raw.get("said") or {"en": "", "zh": ""}
    return SceneStep(
        raw["at"], said["en"], said["zh"], raw["set"], raw.get("undo") or {}, raw.get("if_open", "")
    )
