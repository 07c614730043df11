"""Path patterns: an exact path, or one with `*` segments.

A `*` in the middle stands for exactly one segment; a `*` at the end for one or more::

    Vehicle.Speed                                exactly that leaf
    Vehicle.Cabin.HVAC.*                         every leaf below the branch
    Vehicle.Cabin.Door.*.*.Window.Position       one leaf of every door
"""

from __future__ import annotations

from functools import lru_cache

ANY = "*"


def matches(pattern: str, path: str) -> bool:
    """Whether `path` is one that `pattern` stands for."""
    if pattern == path:
        return True
    if ANY not in pattern:
        return False
    wanted, given = pattern.split("."), path.split(".")
    if wanted[-1] == ANY:
        if len(given) < len(wanted):
            return False
        wanted, given = wanted[:-1], given[: len(wanted) - 1]
    return len(wanted) == len(given) and all(
        want in (ANY, have) for want, have in zip(wanted, given, strict=True)
    )


@lru_cache(maxsize=16384)
def in_scope(patterns: tuple[str, ...], path: str) -> bool:
    """Whether any of `patterns` stands for `path`."""
    return any(matches(pattern, path) for pattern in patterns)


def intersection(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns that stand for exactly the paths both sides stand for."""
    met = (_meet(one, other) for one in first for other in second)
    return tuple(dict.fromkeys(pattern for pattern in met if pattern is not None))


def _meet(first: str, second: str) -> str | None:
    one, other = first.split("."), second.split(".")
    if len(one) > len(other):
        one, other = other, one
    if len(one) < len(other):
        if one[-1] != ANY:
            return None
        one = one + [ANY] * (len(other) - len(one))
    met = []
    for left, right in zip(one, other, strict=True):
        if left != right and ANY not in (left, right):
            return None
        met.append(right if left == ANY else left)
    return ".".join(met)
