"""Where a person sits: positions kept under a name or a number."""

from __future__ import annotations

from collections.abc import Mapping

from cabin_agent.sdk import Cabin, Names, Scalar, Zone

KEY = "memory"
LEAVES = ("Position", "Height", "Tilt", "Backrest.Recline", "Backrest.LumbarSupport")
MAX_KEPT = 50

Positions = Mapping[str, Scalar]


class MemoryFull(Exception):
    """No further seat fits."""


def owner(person: str | None, number: int | None, zone: Zone) -> str:
    """Under what a seat is kept: the person, the number, or whoever sits there."""
    if person:
        return person.strip()
    return str(number) if number else str(zone)


async def positions(cabin: Cabin, zone: Zone) -> dict[str, Scalar]:
    """How the seat stands now, by leaf; what the car does not report is left out."""
    seat = cabin.paths(zone).seat
    known = {leaf: await cabin.get(f"{seat}.{leaf}") for leaf in LEAVES}
    return {leaf: value for leaf, value in known.items() if value is not None}


def save(cabin: Cabin, name: str, kept: Positions) -> None:
    """Keep `kept` under `name`."""
    seats = _all(cabin)
    if len(seats) >= MAX_KEPT and name not in seats:
        raise MemoryFull
    cabin.storage.set(KEY, {**seats, name: dict(kept)})


def recall(cabin: Cabin, name: str) -> tuple[str, Positions] | None:
    """The seat kept under `name` or what sounds like it, and the name it is kept under."""
    seats = _all(cabin)
    found = name if name in seats else Names((key, key) for key in seats).find(name)
    return None if found is None else (found, seats[found])


def _all(cabin: Cabin) -> dict[str, Positions]:
    kept: dict[str, Positions] = cabin.storage.get(KEY, {})
    return kept
