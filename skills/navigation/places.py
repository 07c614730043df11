"""The offline place index: towns and sights of the world, points of interest by kind, and the
places somebody has saved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cabin_agent.sdk import Names

FILE = Path(__file__).with_name("places.yaml")
EARTH_KM = 6371.0
DETOUR = 1.3  # road distance over the straight line, a common rule of thumb in road networks

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Known:
    """A place we know: `point` is (latitude, longitude) in degrees."""

    en: str
    zh: str
    point: Point
    names: tuple[str, ...]
    kind: str

    def moved(self, latitude: float, longitude: float) -> Known:
        """The same place somewhere else: a home of one's own."""
        return replace(self, point=(latitude, longitude))


@dataclass(frozen=True, slots=True)
class Kind:
    """What a place is for, and the words that ask for it."""

    name: str
    en: str
    zh: str
    words: tuple[str, ...]


@cache
def _index() -> tuple[tuple[Known, ...], tuple[Kind, ...]]:
    document: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    places = tuple(
        Known(
            en=row["en"],
            zh=row["zh"],
            point=(row["at"][0], row["at"][1]),
            names=(row["en"], row["zh"], *row.get("also", ())),
            kind=group,
        )
        for group, rows in document["places"].items()
        for row in rows
    )
    kinds = tuple(
        Kind(name, row["en"], row["zh"], tuple(row["words"]))
        for name, row in document["kinds"].items()
    )
    return places, kinds


@cache
def _names() -> Names[Known]:
    return Names((name, place) for place in _index()[0] for name in place.names)


def find(words: str, saved: Iterable[Known] = ()) -> Known | None:
    """The place that `words` name: one of the `saved` first, then of the index; "the munich
    airport" and 慕尼黑飞机场's homophones too."""
    text = _bare(words)
    own = Names((name, place) for place in saved for name in place.names)
    return own.find(text) or _names().find(text)


def names() -> tuple[str, ...]:
    """What every place of the index is called, in both languages."""
    return tuple(name for place in _index()[0] for name in place.names)


def named(name: str) -> Known:
    """The place of exactly that English name; KeyError if there is none."""
    for place in _index()[0]:
        if place.en == name:
            return place
    raise KeyError(name)


def saved_as(name: str, point: Point) -> Known:
    """A place under a name of its own."""
    return Known(name, name, point, (name,), "saved")


def from_payload(payload: Mapping[str, Any], key: str) -> Point | None:
    """{"home": {"latitude": 48.1, "longitude": 11.5}} -> the point under `key`, if it is one."""
    raw = payload.get(key)
    try:
        point = float(raw["latitude"]), float(raw["longitude"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None


def kind_of(words: str) -> Kind | None:
    """The kind of place asked for: "a charging station", 停车场."""
    text = _bare(words).removeprefix("nearest ").removeprefix("最近的").removeprefix("附近的")
    for kind in _index()[1]:
        if any(text in (word, f"{word}s") for word in kind.words):
            return kind
    return None


def nearest_of(kind: Kind, here: Point, within_km: float) -> Known | None:
    """The nearest place of `kind`, or None if none is within reach."""
    candidates = [place for place in _index()[0] if place.kind == kind.name]
    found = min(candidates, key=lambda place: distance_km(here, place.point), default=None)
    return found if found and distance_km(here, found.point) <= within_km else None


def nearest_town(here: Point) -> tuple[Known, float]:
    """The nearest town, and how many kilometres away it is."""
    towns = [place for place in _index()[0] if place.kind == "town"]
    town = min(towns, key=lambda place: distance_km(here, place.point))
    return town, distance_km(here, town.point)


def road_km(one: Point, other: Point) -> float:
    """About how far it is by road."""
    return DETOUR * distance_km(one, other)


def distance_km(one: Point, other: Point) -> float:
    """Along the great circle (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def _bare(words: str) -> str:
    text = " ".join(words.lower().split())
    for article in ("the ", "a ", "an "):
        text = text.removeprefix(article)
    return text.removesuffix(" please")
