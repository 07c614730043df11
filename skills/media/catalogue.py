"""The tracks of a local library: a folder whose files' tags are read (mutagen), or the shipped
demonstration of invented tracks.

The index of a folder is kept in a JSON file beside what the skill keeps; a file is read again only
when its time or size has changed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import mutagen
import yaml

from cabin_agent.sdk import Names

DEMO = Path(__file__).with_name("library.yaml")
SUFFIXES = frozenset(".mp3 .flac .ogg .opus .m4a .aac .wma .wav .aiff".split())
MOST_FILES = 50_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Track:
    """`uri` is what the player takes; `names` are further ones people may ask for it by."""

    uri: str
    title: str
    artist: str = ""
    album: str = ""
    genre: str = ""
    names: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """Its title, and that in another language if there is one."""
        return (self.title, *self.names[:1])


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked for: one track, or all of an artist, an album or a genre."""

    kind: str
    name: str
    tracks: tuple[Track, ...]


class Library:
    """Tracks, found by title, artist, album or genre, by letters or by sound."""

    def __init__(self, tracks: Iterable[Track]) -> None:
        self.tracks = tuple(tracks)
        self._titles = Names((n, t) for t in self.tracks for n in t.titles)
        self._groups: dict[str, dict[str, list[Track]]] = {"artist": {}, "album": {}, "genre": {}}
        for track in self.tracks:
            for kind, groups in self._groups.items():
                if name := getattr(track, kind):
                    groups.setdefault(name, []).append(track)
        self._names = {
            kind: Names(self._spellings(kind, groups)) for kind, groups in self._groups.items()
        }

    def find(self, words: str) -> Found | None:
        """What `words` name: "quiet harbour", "something by grey platform", 爵士乐."""
        bare = _bare(words)
        title, _, artist = bare.rpartition(" by ")
        if title and (track := self._titles.find(title)) and self._is_by(track, artist):
            return Found("title", track.title, (track,))
        if found := self._titles.find(bare):
            return Found("title", found.title, (found,))
        for kind in self._groups:
            name = self._names[kind].find(artist if title and kind == "artist" else bare)
            if name is not None:
                return Found(kind, name, tuple(self._groups[kind][name]))
        return None

    def names(self) -> tuple[str, ...]:
        """What artists, albums and titles are called, the fewest first."""
        groups = (name for kind in ("artist", "album") for name in self._groups[kind])
        titles = (title for track in self.tracks for title in track.titles)
        return tuple(dict.fromkeys((*groups, *titles)))

    def _is_by(self, track: Track, artist: str) -> bool:
        return self._names["artist"].find(artist) in (track.artist, None)

    def _spellings(self, kind: str, groups: dict[str, list[Track]]) -> Iterator[tuple[str, str]]:
        for name, tracks in groups.items():
            yield name, name
            if kind == "genre":
                yield from ((other, name) for other in tracks[0].names[1:])


@cache
def demonstration() -> Library:
    """Twenty tracks that nobody has recorded."""
    rows = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    return Library(
        Track(
            uri=f"demo:track/{row['title'].replace(' ', '-').lower()}",
            title=row["title"],
            artist=row["artist"],
            genre=row["genre"],
            names=(row["title_zh"], row["genre_zh"]),
        )
        for row in rows
    )


def scan(folder: Path, index: Path | None = None) -> Library:
    """The library below `folder`; what can't be read is left out and logged. `index`: where what
    was read is kept for the next time."""
    known = _read_index(index)
    fresh: dict[str, Any] = {}
    tracks = []
    for file in _music_files(folder):
        stamp = file.stat()
        key, mark = str(file), [stamp.st_mtime_ns, stamp.st_size]
        entry = known.get(key)
        if entry is None or entry["mark"] != mark:
            entry = {"mark": mark, "track": asdict(_tagged(file))}
        fresh[key] = entry
        tracks.append(Track(**{**entry["track"], "names": tuple(entry["track"]["names"])}))
    if index is not None and fresh != known:
        index.parent.mkdir(parents=True, exist_ok=True)
        index.write_text(json.dumps(fresh, ensure_ascii=False), encoding="utf-8")
    return Library(tracks)


def _music_files(folder: Path) -> list[Path]:
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    if len(files) > MOST_FILES:
        log.warning("%s: %d files; the first %d are used", folder, len(files), MOST_FILES)
    return files[:MOST_FILES]


def _tagged(file: Path) -> Track:
    """The file's tags; its name is the title where it has none or can't be read."""
    try:
        tags = getattr(mutagen.File(file, easy=True), "tags", None) or {}
    except mutagen.MutagenError as error:
        log.warning("%s: no tags (%s)", file, error)
        tags = {}
    return Track(
        uri=file.resolve().as_uri(),
        title=_text(tags, "title", "TIT2") or file.stem,
        artist=_text(tags, "artist", "TPE1"),
        album=_text(tags, "album", "TALB"),
        genre=_text(tags, "genre", "TCON"),
    )


def _text(tags: Mapping[str, Any], name: str, frame: str) -> str:
    """A tag by its plain name, or by its ID3 frame in the formats that have no plain names."""
    found = tags.get(name) or tags.get(frame)
    if found is None:
        return ""
    return str(found[0]) if isinstance(found, list) else str(found)


def _read_index(index: Path | None) -> dict[str, Any]:
    if index is None or not index.exists():
        return {}
    try:
        known = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("%s can't be read (%s); the folder is read anew", index, error)
        return {}
    return known if isinstance(known, dict) else {}


_BEFORE = ("the song ", "the album ", "something by ", "some ", "songs by ", "music by ", "a ")
_AFTER = (" songs", " music", " please", "的歌", "的歌曲", "的音乐", "的专辑", "这首歌")


def _bare(words: str) -> str:
    text = " ".join(words.lower().split())
    for start in _BEFORE:
        text = text.removeprefix(start)
    for end in _AFTER:
        if text.endswith(end) and len(text) > len(end) + 1:
            text = text.removesuffix(end)
    return text
