"""What a path of a KUKSA client stands for: a leaf, a branch with all below it, or a pattern in
which `*` is one segment and `**` any number."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from vehicle_bus.errors import InvalidValue, UnknownPath

MAX_PATH = 1000
"""Characters, as kuksa.val.v2 documents."""
_SEGMENT = r"(?:\*{1,2}|[A-Za-z_]\w*)"
_PATH = re.compile(rf"(?:{_SEGMENT}(?:\.{_SEGMENT})*)?", re.ASCII)


def checked_length(path: str) -> str:
    """`path`; InvalidValue if it is longer than any path may be."""
    if len(path) > MAX_PATH:
        raise InvalidValue(path, "no path", f"a path has at most {MAX_PATH} characters")
    return path


def leaves_of(path: str, known: Collection[str]) -> list[str]:
    """The signals of `known` that `path` stands for. InvalidValue if it is no path, UnknownPath if
    it stands for none."""
    if path in known:
        return [path]
    pattern = pattern_of(path)
    found = [each for each in known if pattern.fullmatch(each)]
    if not found:
        raise UnknownPath(path, "no such signal", "list the metadata of `Vehicle` for all of them")
    return found


@lru_cache(maxsize=1024)
def pattern_of(path: str) -> re.Pattern[str]:
    """What `path` matches: without a wildcard at its end, what is below it too. The empty path
    stands for everything. InvalidValue if it is no path."""
    if not _PATH.fullmatch(checked_length(path)):
        raise InvalidValue(path, "no path", "give segments of letters and digits, dots between")
    if not path:
        return re.compile(r".*")
    *branches, last = path.split(".")
    above = "".join(r"(?:[^.]+\.)*" if each == "**" else _word(each) + r"\." for each in branches)
    if last == "**":
        return re.compile(above + r"(?:[^.]+\.)*[^.]+")
    below = "" if last == "*" else r"(?:\.[^.]+)*"
    return re.compile(above + _word(last) + below)


def _word(segment: str) -> str:
    return r"[^.]+" if segment == "*" else re.escape(segment)
