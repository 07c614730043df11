"""Driving modes and assistants as people name them. The assistant never switches them itself; the
head unit asks the driver, and the names here are for its question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("functions.yaml")


@dataclass(frozen=True, slots=True)
class Function:
    """A function that only the driver's own hand switches."""

    name: str
    en: str
    zh: str
    pattern: re.Pattern[str]


@cache
def functions() -> tuple[Function, ...]:
    """Every function of the file."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Function(row["name"], row["en"], row["zh"], re.compile(row["says"])) for row in rows
    )


def named(words: str) -> Function | None:
    """The function that `words`, in lower case, are about."""
    return next((each for each in functions() if each.pattern.search(words)), None)
