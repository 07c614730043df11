"""VSS paths as people would rather read them."""

from __future__ import annotations

from collections.abc import Sequence

SIDES = ("DriverSide", "PassengerSide", "Driver", "Passenger", "Middle")


def short(path: str) -> str:
    """A path without the branches that say little."""
    for branch in ("Vehicle.Cabin.Infotainment.", "Vehicle.Cabin.", "Vehicle."):
        if path.startswith(branch):
            return path.removeprefix(branch)
    return path


def leaf(path: str) -> str:
    """The end of a path without the side: `Window.Position`, `IsLightOn`."""
    return ".".join(part for part in path.split(".")[-2:] if part not in SIDES)


def pattern(paths: Sequence[str]) -> str:
    """One name for paths of equal depth: `*` stands where they differ."""
    parts = zip(*(path.split(".") for path in paths), strict=True)
    return ".".join(each[0] if len(set(each)) == 1 else "*" for each in parts)
