"""The people in the phone book, found by how their names sound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from cabin_agent.sdk import sound

SURE = 88.0
POSSIBLE = 70.0
CLOSE = 6.0
MAX_CONTACTS = 20_000
_KIN = {
    "mom": "mum", "mother": "mum", "mama": "mum", "mommy": "mum", "father": "dad", "daddy": "dad",
    "papa": "dad", "母亲": "妈妈", "老妈": "妈妈", "父亲": "爸爸", "老爸": "爸爸",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contact:
    """A person and their first number; `label` is "mobile", "work", ..."""

    name: str
    number: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A contact and how alike the names sound, 0..100."""

    contact: Contact
    score: float


def read(entries: Iterable[Any]) -> tuple[Contact, ...]:
    """The phone book as the head unit gives it: {name, number, label}. What has no name or no
    number is left out; of more than `MAX_CONTACTS` the first are kept."""
    found: list[Contact] = []
    for entry in entries:
        if len(found) == MAX_CONTACTS:
            break
        if not isinstance(entry, Mapping):
            continue
        name, number = str(entry.get("name") or "").strip(), str(entry.get("number") or "").strip()
        if name and number:
            found.append(Contact(name, number, str(entry.get("label") or "")))
    return tuple(found)


def find(spoken: str, book: Iterable[Contact]) -> tuple[Match, ...]:
    """Who may be meant, the likeliest first; several only where they are as likely (one name, two
    people or two numbers)."""
    wanted = _KIN.get(spoken.lower().strip(), spoken)
    heard = sound(wanted)
    scored = [Match(contact, _score(heard, sound(contact.name))) for contact in book]
    likely = sorted((m for m in scored if m.score >= POSSIBLE), key=lambda match: -match.score)
    return tuple(match for match in likely if match.score >= likely[0].score - CLOSE)[:21]


def _score(heard: str, name: str) -> float:
    """Whole names against whole names, and one word ("anna") against each word of a name."""
    if not heard or not name:
        return 0.0
    whole = fuzz.ratio(heard, name)
    if " " in heard:
        return max(whole, fuzz.token_sort_ratio(heard, name))
    parts = max((fuzz.ratio(heard, part) for part in name.split()), default=0.0)
    return max(whole, parts - 1.0)


def digits(spoken: str) -> str:
    """A number that was spoken digit by digit: "oh one five two" -> 0152, 幺三八 -> 138; empty if
    it is none. "double" and "triple" repeat what follows."""
    times, found = 1, ""
    for token in _tokens(spoken.lower()):
        if token in ("double", "triple"):
            times = 2 if token == "double" else 3
        elif token in _DIGITS or token.isdigit():
            found += times * _DIGITS.get(token, token)
            times = 1
        else:
            return ""
    return found if len(found) >= 3 else ""


def _tokens(text: str) -> list[str]:
    return [t for t in re.findall(r"[a-z]+|\d+|[\u4e00-\u9fff]|\S", text) if t not in "-+()/"]


_DIGITS = {
    word: str(value)
    for words in (
        "zero one two three four five six seven eight nine".split(),
        "零一二三四五六七八九",
    )
    for value, word in enumerate(words)
} | {"oh": "0", "o": "0", "幺": "1", "〇": "0", "两": "2"}
