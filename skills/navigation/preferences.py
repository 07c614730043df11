"""What a sentence wants of the route or of the map, as the head unit is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("wishes.yaml")


@dataclass(frozen=True, slots=True)
class Wish:
    """`name` is what the event says, the others what the reply does."""

    name: str
    en: str
    zh: str
    pattern: re.Pattern[str]


def route_wish(words: str) -> Wish | None:
    """What `words`, in lower case, want of the route."""
    return _first("route", words)


def map_wish(words: str) -> Wish | None:
    """What `words`, in lower case, want of the map."""
    return _first("map", words)


def _first(group: str, words: str) -> Wish | None:
    return next((wish for wish in _wishes(group) if wish.pattern.search(words)), None)


@cache
def _wishes(group: str) -> tuple[Wish, ...]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))[group]
    return tuple(Wish(row["name"], row["en"], row["zh"], re.compile(row["says"])) for row in rows)
