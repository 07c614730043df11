"""A small demonstration library of invented tracks; a car's own player has the real one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

FILE = Path(__file__).with_name("library.yaml")
SURE = 85.0  # of 100: one wrong letter in eight


@dataclass(frozen=True, slots=True)
class Track:
    """`uri` is what the player takes."""

    uri: str
    title: str
    artist: str
    genre: str
    names: tuple[str, ...]


@cache
def tracks() -> tuple[Track, ...]:
    """Every track of the library."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Track(
            uri=f"demo:track/{row['title'].replace(' ', '-').lower()}",
            title=row["title"],
            artist=row["artist"],
            genre=row["genre"],
            names=(row["title"], row["title_zh"], row["artist"], row["genre"], row["genre_zh"]),
        )
        for row in rows
    )


def find(words: str) -> Track | None:
    """The track whose title, artist or genre `words` name best; None if none is near."""
    names = {name.lower(): track for track in reversed(tracks()) for name in track.names}
    found = process.extractOne(words.lower(), names.keys(), scorer=fuzz.ratio, score_cutoff=SURE)
    return names[found[0]] if found else None
