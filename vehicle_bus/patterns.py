"""Path patterns: an exact path, or one in which `*` stands for one or more segments.

::

    Vehicle.Speed                              exactly that leaf
    Vehicle.Cabin.HVAC.*                       every leaf below the branch
    Vehicle.Cabin.Seat.*.Massage.Level         one leaf of every seat
"""

from __future__ import annotations

from functools import lru_cache

ANY = "*"


def matches(pattern: str, path: str) -> bool:
    """Whether `path` is one that `pattern` stands for."""
    if ANY not in pattern:
        return pattern == path
    wanted = pattern.split(".")
    used = {0}
    for segment in path.split("."):
        absorbed = {step for step in used if step and wanted[step - 1] == ANY}
        taken = {step + 1 for step in used if wanted[step : step + 1] in ([ANY], [segment])}
        used = absorbed | taken
    return len(wanted) in used


@lru_cache(maxsize=16384)
def in_scope(patterns: tuple[str, ...], path: str) -> bool:
    """Whether any of `patterns` stands for `path`."""
    return any(matches(pattern, path) for pattern in patterns)
